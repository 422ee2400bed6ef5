#!/bin/bash
# syslog = yes: what a program says by syslog(3) is a line of the service that it belongs to;
# where /dev/log is somebody else's, or cannot be made, one line says so.
# shellcheck disable=SC2016 # what stands in single quotes is for proctor or the shell inside
set -eu
. "$(dirname "$0")/lib.sh"
need 'needs logger' command -v logger

# a /dev of our own, so that nobody's log is touched
mkdir "$work/dev"
mount -t tmpfs -o mode=755 none "$work/dev"
for name in null zero full random urandom tty; do
	touch "$work/dev/$name"
	mount --bind "/dev/$name" "$work/dev/$name"
done
mkdir "$work/dev/shm" "$work/dev/pts"
ln -s /proc/self/fd "$work/dev/fd"
for n in 0 1 2; do
	ln -s "/proc/self/fd/$n" "$work/dev/$(cut -d ' ' -f $((n + 1)) <<<'stdin stdout stderr')"
done
mount --rbind "$work/dev" /dev

cat >"$work/say.py" <<'PYTHON'
import sys, syslog, time
syslog.openlog(sys.argv[1], 0, syslog.LOG_MAIL)
syslog.syslog(syslog.LOG_ERR, sys.argv[2])
time.sleep(1000)
PYTHON
# it stays: who is gone before proctor looks belongs to nobody
say="exec python3 $work/say.py"

# service LINE...: with these lines in [proctor]
service()
{
	config <<-INI
	[proctor]
	syslog = yes
	$1
	[service app]
	shell = ($say child 'of a child') & setsid sh -c "$say far 'in another session'" & echo up; $say it 'of itself'
	[service other]
	shell = $say it 'of the other'
	INI
}

service ''
start
check 'a service' within 10 has "$out" '^app \| it: of itself$'
check 'its child' within 10 has "$out" '^app \| child: of a child$'
check 'its child in another session' within 10 has "$out" '^app \| far: in another session$'
check 'another service' within 10 has "$out" '^other \| it: of the other$'
check 'a stranger' logger -t stranger who is it
check 'a stranger: is told apart' within 10 has "$out" '^syslog \| stranger: who is it$'
check 'one that came in later' nsenter -t "$init" -p -m logger -t exec entered
check 'one that came in later: is told apart' within 10 has "$out" '^syslog \| exec: entered$'
check 'who may speak' equal "$(stat -c %a /dev/log)" 666
if [ "$real_uid" = 0 ]; then
	check 'another user' setpriv --reuid 65534 --regid 65534 --clear-groups logger -t nobody me too
	check 'another user: is heard' within 10 has "$out" '^syslog \| nobody: me too$'
fi
check 'stops' clean_stop
check 'the socket is gone' no test -e /dev/log

service 'log = json'
start
check 'json: priority, stream, pid' within 10 has "$out" \
	'"service":"app","stream":"syslog","pid":[0-9]+,"priority":3,"message":"it: of itself"'
logger -p user.warning -t stranger 'with a
line end'
check 'json: a stranger' within 10 has "$out" '"service":"syslog","stream":"syslog",("pid":[0-9]+,)?"priority":4,"message":"stranger: with a"'
check 'json: all of it is JSON' "$here/json-lines.py" service <"$out"
check 'json: stops' stops_with 0

# the last words
config <<'INI'
[proctor]
syslog = yes
[service app]
shell = for i in 1 2 3; do logger -t last word $i; done; exit 3
INI
start
check 'the last words' ends_with 3 'service app ended with 3'
check 'the last words: all of them' lines "$out" '^(app|syslog) \| last: word [123]$' 3

# somebody else has it
python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("/dev/log")
while True: print(s.recv(9999).decode(), flush=True)' >"$work/taken" &
other=$!
within 10 test -S /dev/log
service ''
start
check 'somebody else has it' within 10 has "$err" \
	'^proctor \| no syslog: /dev/log: somebody else listens there$'
check 'and hears it' within 10 has "$work/taken" 'it: of itself$'
within 10 has "$out" 'up$'
check 'the services run' clean_stop
check 'it is still there' test -S /dev/log
kill "$other"
within 10 gone "$other"

# nobody has it any more
start
check 'what a dead one left is taken over' within 10 has "$out" '^app \| it: of itself$'
check 'taken over: stops' clean_stop

start "$here/read-only"
check 'read-only' within 10 has "$err" '^proctor \| no syslog: /dev/log: Read-only file system$'
within 10 has "$out" 'up$'
check 'read-only: the services run' clean_stop

unmount()
{
	umount -R -l /dev && umount -R -l "$work/dev"
}

unmount
