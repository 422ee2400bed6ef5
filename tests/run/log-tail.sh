#!/bin/bash
# tail = FILE: what a daemon insists on writing to a file is a stream of its service, through
# rotation, truncation and removal, to its last line.
# shellcheck disable=SC2016 # what stands in single quotes is for proctor or the shell inside
set -eu
. "$(dirname "$0")/lib.sh"

log=$work/log/error.log
mkdir -m 1777 "$work/log"

# comes TEXT: a line of the file, as it is then shown
comes()
{
	within 10 has "$out" "^app \| $1$"
}

cat >"$ini" <<INI
[service app]
shell = while read -r line; do eval "\$line"; done
tail = $log
INI
# orders: of what is to be done in the service
mkfifo "$work/orders"
exec 3<>"$work/orders"
sed -i "s|; done$|; done <$work/orders|" "$ini"

# orders LINE...: the service does so
orders()
{
	printf '%s\n' "$@" >&3
}

echo history >"$log"
start
orders "echo one >>$log"
check 'a new line' comes one
check 'history is skipped' no has "$out" history
orders "printf 'two ' >>$log; sleep 0.1; echo parts >>$log"
check 'in parts: one line' comes 'two parts'

orders "mv $log $log.1; echo late >>$log.1; echo renamed >$log"
check 'renamed and made anew' comes renamed
check 'what still came to the old one' comes late
orders "echo later >>$log.1; echo more >>$log"
check 'and later' comes later
check 'and to the new one' comes more
orders "cp $log $log.2; : >$log; echo truncated >>$log"
check 'copied and truncated' comes truncated
orders "rm $log; sleep 0.1; echo again >$log"
check 'removed and made anew' comes again
orders "rm $log; mkdir $log.d; mv $log.d $log"
check 'a folder in its place is told' within 10 has "$err" "^proctor \| app: $log is no regular file"
orders "rmdir $log; echo file again >$log"
check 'and what comes after it is read' comes 'file again'
check 'nothing came twice' equal "$(grep -c . "$out")" "$(sort -u "$out" | grep -c .)"
orders "rm $log; ln -s target $log; sleep 0.2; echo of a link >$work/log/target"
check 'what a symbolic link names, and comes later' comes 'of a link'
orders "mv $work/log/target $work/log/target.1; echo anew >$work/log/target"
check 'and when that is made anew' comes anew
orders "rm $log; echo no link >$log"
check 'and no link any more' comes 'no link'
orders "seq 20000 >>$log; printf last >>$log; exit 3"
check 'the end' ends_with 3 'service app ended with 3'
check 'all that was written before it' equal "$(grep -Ec '^app \| [0-9]+$' "$out")" 20000
check 'and the last line, without an end' equal "$(tail -n 1 "$out")" 'app | last'

# a stop, and two files
printf '[service app]\nshell = trap "echo bye >>%s; exit 0" TERM; echo up; while :; do sleep 0.05; done\ntail = %s %s\n' \
	"$log" "$log" "$work/log/other.log" >"$ini"
start
within 10 has "$out" '^app \| up$'
echo from outside >"$work/log/other.log"
check 'a file that comes later' comes 'from outside'
check 'a stop' clean_stop
check 'what it said while it stopped' has "$out" '^app \| bye$'

# json
sed -i '1i [proctor]\nlog = json' "$ini"
start
within 10 has "$out" '"message":"up"'
echo of the file >>"$log"
check 'json: the name of the stream' within 10 has "$out" \
	'"service":"app","stream":"tail","pid":[0-9]+,"message":"of the file"'
check 'json: stops' stops_with 0

# what cannot be
printf '[service app]\nshell = echo up; exec sleep 1000\nuser = nobody\ntail = %s %s\n' \
	"$work/secret" "$work/log" >"$ini"
echo >"$work/secret"
chmod 600 "$work/secret"
if [ "$real_uid" = 0 ]; then
	start
	check 'a file that its user may not read is told' within 10 has "$err" \
		"^proctor \| app: $work/secret cannot be followed: Permission denied"
	check 'a folder as well' within 10 has "$err" "^proctor \| app: $work/log is no regular file"
	check 'and it runs' within 10 has "$out" '^app \| up$'
	check 'and stops' clean_stop
fi

# ---- nginx -----------------------------------------------------------------------------------

need 'needs nginx' test -x /usr/sbin/nginx
need 'needs curl' curl --version

cat >"$work/nginx.conf" <<CONF
pid $work/log/pid;
error_log $log notice;
events {
}
http {
	access_log off;
	client_body_temp_path $work/log/body;
	proxy_temp_path $work/log/proxy;
	fastcgi_temp_path $work/log/fastcgi;
	uwsgi_temp_path $work/log/uwsgi;
	scgi_temp_path $work/log/scgi;
	server {
		listen unix:$work/log/socket;
		root $work;
	}
}
CONF
config <<INI
[service nginx]
command = nginx -e $log -c $work/nginx.conf -g "daemon off;"
tail = $log
stop_signal = QUIT
forward = USR1
INI

asked()
{
	curl -s -m 5 -o "$work/page" --unix-socket "$work/log/socket" "http://nginx/$1"
}

# told NAME: nginx has said that it is not there
told()
{
	within 10 has "$out" "^nginx \| .* open\(\) \"$work/$1\" failed \(2: No such file"
}

start
within 20 asked nothing
check 'nginx: an error' told nothing
mv "$log" "$log.1"
check 'nginx: serves on' asked before
send USR1
check 'nginx: reopens it' within 10 test -e "$log"
check 'nginx: and on' asked after
check 'nginx: between rename and reopening' told before
check 'nginx: after it' told after
check 'nginx: stops' clean_stop
check 'nginx: to its last line' equal "$(tail -n 1 "$out")" "nginx | $(tail -n 1 "$log")"
