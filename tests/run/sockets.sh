#!/bin/bash
# sockets: what proctor was started with (sd_listen_fds(3)) goes to the service that names
# it, and to no other.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"

cat >"$work/server" <<'PY'
import os, socket
assert os.environ["LISTEN_PID"] == str(os.getpid())
print(os.environ["LISTEN_FDS"], os.environ["LISTEN_FDNAMES"], flush=True)
s = socket.socket(fileno=3)
while True:
    c, _ = s.accept()
    c.sendall(b"hello from the service\n")
    c.close()
PY
config <<INI
[service app]
command = /usr/bin/python3 $work/server
sockets = web absent
[service other]
shell = echo "\${LISTEN_FDS-none} \${LISTEN_PID-none}: \$(ls /proc/self/fd | xargs)"; exec sleep 1000
INI


said()
{
	/usr/bin/python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
sys.stdout.write(s.recv(100).decode())' "$1"
}

# what systemd does: two sockets, and the command in its own process
cat >"$work/activate" <<'PY'
import os, socket, sys
for number, name in enumerate(("web", "admin")):
    s = socket.socket(socket.AF_UNIX)
    s.bind(sys.argv[1] + "/" + name)
    s.listen()
    os.dup2(s.fileno(), 40 + number)
for number in (0, 1):
    os.dup2(40 + number, 3 + number)
    os.close(40 + number)
os.environ |= {"LISTEN_FDS": "2", "LISTEN_FDNAMES": "web:admin", "LISTEN_PID": str(os.getpid())}
os.execvp(sys.argv[2], sys.argv[2:])
PY

# passed_through ACTIVATOR...: the service answers the first who asks
passed_through()
{
	start "$@"
	check 'they are there' within 10 test -S "$work/admin"
	check 'the service answers at it' \
		equal "$(said "$work/web")" 'hello from the service'
	check 'it has the one that it names' within 10 has "$out" '^app \| 1 web$'
	check 'others have none' within 10 has "$out" '^other \| none none: 0 1 2 3$'
	check 'one that is not there is told' within 10 has "$err" \
		"^proctor \| app: proctor was started with no socket named 'absent'\$"
	check 'it stops' clean_stop
	rm "$work"/{web,admin}
}

passed_through /usr/bin/python3 "$work/activate" "$work"
if command -v systemd-socket-activate >/dev/null; then
	passed_through systemd-socket-activate -l "$work/web" -l "$work/admin" --fdname=web:admin
else
	skip 'systemd-socket-activate' 'needs systemd'
fi

# those of another process are not
start env LISTEN_FDS=1 LISTEN_PID=999999
check 'it ends without them' ended
check 'what was meant for another is not taken' has "$err" "no socket named 'web'"
check 'nor handed on' has "$err" "^app \| KeyError: 'LISTEN_PID'\$"
