#!/bin/bash
# /dev/stdout and /dev/stderr can be opened, whoever a service runs as, and also when it has
# become somebody else: the pipes are its user's, and whoever it becomes may write.
# shellcheck disable=SC2016 # what stands in single quotes is for proctor or the shell inside
set -eu
. "$(dirname "$0")/lib.sh"
need_root

open='echo out >/dev/stdout; echo append >>/dev/stdout; echo error >/dev/stderr'

# opens NAME LINE SHELL: a service with this line and this shell, which opens them
opens()
{
	printf '[main app]\n%s\nshell = %s\n' "$2" "$3" >"$ini"
	start
	check "$1" ends_with 0 'main app is done'
	check "$1: /dev/stdout" equal "$(<"$out")" $'app | out\napp | append'
	check "$1: /dev/stderr" equal "$(sed '$d' "$err")" 'app | error'
}

become='exec setpriv --reuid www-data --regid www-data --clear-groups sh -c'
opens 'root' '' "$open"
opens 'www-data' 'user = www-data' "$open"
opens 'a random uid' 'user = 1000660000' "$open"
opens 'a user with another group' $'user = www-data\ngroup = nogroup' "$open"
opens 'root that becomes www-data' '' "$become '$open'"
opens 'root that becomes a random uid' '' "${become//www-data/1000660000} '$open'"
opens 'without a privilege' 'user = 1000660000' "exec setpriv --no-new-privs sh -c '$open'"
opens 'raw' $'user = www-data\nlog = prefix' "$open"
opens 'a child of it' 'user = www-data' "sh -c '$open' & wait"

printf '[main app]\nuser = www-data\nshell = %s\n' \
	'stat -L -c "%F %U %a" /proc/self/fd/1 /proc/self/fd/2' >"$ini"
start env LC_ALL=C
check 'whose it is' ends_with 0
check 'whose it is: the user, who writes' lines "$out" '^app \| fifo www-data 6[0-7]{2}$' 2

# ---- nginx ------------------------------------------------------------------------------------

need 'needs nginx' test -x /usr/sbin/nginx
need 'needs curl' curl --version

cat >"$work/nginx.conf" <<CONF
pid $work/nginx/pid;
error_log /dev/stderr notice;
events {
}
http {
	access_log /dev/stdout;
	client_body_temp_path $work/nginx/body;
	proxy_temp_path $work/nginx/proxy;
	fastcgi_temp_path $work/nginx/fastcgi;
	uwsgi_temp_path $work/nginx/uwsgi;
	scgi_temp_path $work/nginx/scgi;
	server {
		listen unix:$work/nginx/socket;
		root $work;
	}
}
CONF

fetch()
{
	curl -s -m 5 -o "$work/page" --unix-socket "$work/nginx/socket" "http://nginx$1"
}

# serves NAME LINE: nginx in the service with this line
serves()
{
	rm -rf "$work/nginx"
	mkdir -m 1777 "$work/nginx"
	config <<-INI
	[service nginx]
	command = nginx -e /dev/stderr -c $work/nginx.conf -g "daemon off;"
	$2
	stop_signal = QUIT
	forward = USR1
	INI
	start
	check "$1: serves" within 20 fetch /nginx.conf
	check "$1: access_log /dev/stdout" within 10 has "$out" '^nginx \| .*"GET /nginx.conf HTTP'
	send USR1
	check "$1: reopens both" within 10 has "$err" '^nginx \| .*reopening logs'
	check "$1: serves on" within 5 fetch /nothing
	check "$1: access_log /dev/stdout, reopened" within 10 has "$out" '^nginx \| .*"GET /nothing'
	check "$1: error_log /dev/stderr" within 10 has "$err" '^nginx \| .*nothing.*No such file'
	check "$1: nothing was refused" no has "$err" 'emerg|alert|denied'
	check "$1: stops" clean_stop
}

serves 'nginx as root, workers as nobody' ''
serves 'nginx as www-data' 'user = www-data'
serves 'nginx as a random uid' 'user = 1000660000'
