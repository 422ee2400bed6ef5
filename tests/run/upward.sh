#!/bin/bash
# Whoever runs proctor is told, through the outer NOTIFY_SOCKET: when all are ready, what
# there is to say, that it stops, and that it is alive.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
helper notify

# listen ADDRESS: every line of every message, in $work/heard; '@' begins an abstract name
listen()
{
	: >"$work/heard"
	/usr/bin/python3 -u -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace("@", "\0"))
print("listening")
while True:
    print(s.recv(65536).decode(), end="--\n")' "$1" >>"$work/heard" 2>&1 &
	listener=$!
	within 20 has "$work/heard" '^listening$' || { not_ok 'a listener' "$1"; exit; }
	above=(env "NOTIFY_SOCKET=$1")
}

heard()
{
	within 10 has "$work/heard" "$1"
}

config <<INI
[service db]
shell = echo "\${NOTIFY_SOCKET-none} \${WATCHDOG_USEC-none} \${WATCHDOG_PID-none}"; $obey
[service app]
shell = trap 'sleep 0.3; exit 0' TERM; until [ -e $work/go ]; do sleep 0.02; done; echo >&4; while :; do sleep 0.02; done
ready = fd:4
after = db
stop_timeout = 5s
INI
listen "$work/outer.sock"
start "${above[@]}" WATCHDOG_USEC=200000
check 'how many are ready' heard '^STATUS=1 of 2 services are ready$'
check 'it is alive' heard '^WATCHDOG=1$'
check 'but not ready' no has "$work/heard" '^READY=1$'
touch "$work/go"
check 'once all are' heard '^READY=1$'
check 'with a sentence' heard '^STATUS=2 of 2 services are ready$'
check 'no service hears of it' has "$out" '^db \| none none none$'
again=$(grep -c WATCHDOG "$work/heard")
check 'it stays alive' within 10 no lines "$work/heard" '^WATCHDOG=1$' "$again"
send TERM
check 'that it stops' heard '^STOPPING=1$'
check 'why' heard '^STATUS=stopped on SIGTERM$'
check 'and how long that may take' heard '^EXTEND_TIMEOUT_USEC=[0-9]{7,8}$'
check 'it stops' ends_with 0 'stopped on SIGTERM'
check 'READY=1 once' lines "$work/heard" '^READY=1$' 1
check 'STOPPING=1 once' lines "$work/heard" '^STOPPING=1$' 1

kill "$listener"
wait "$listener" 2>/dev/null || :

# one that fails, to an abstract name
listen "@proctor-test-$$"
config <<INI
[service app]
shell = echo ready; read -r x <$work/orders; trap '' TERM; exit 3
[service slow]
shell = trap '' TERM; echo stays; while :; do sleep 0.02; done
stop_timeout = 700ms
INI
start "${above[@]}" WATCHDOG_USEC=100000
check 'an abstract name' heard '^READY=1$'
post fail
check 'the reason' heard '^STATUS=service app ended with 3$'
check 'it ends with it' ends_with 3
check 'a proctor that escalates is not alive any more' no \
	in_order "$work/heard" '^STOPPING=1$' '^WATCHDOG=1$'

kill "$listener"
wait "$listener" 2>/dev/null || :

# one that nobody listens to is in no one's way
start env NOTIFY_SOCKET="$work/nobody" WATCHDOG_USEC=nonsense
check 'nobody at all' within 10 health 0 ok
check 'one that will not stop' within 10 has "$out" '^slow \| stays$'
send TERM
check 'it stops as well' ends_with 137
