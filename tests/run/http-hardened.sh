#!/bin/bash
# Whatever the clients of http = do, there are 64 at most, none has more than 5 s, proctor
# stays small, and reaps and stops at once.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
. "$(dirname "$0")/probe-words"

port=$(free_port)
config <<INI
[proctor]
http = 127.0.0.1:$port
[service app]
shell = trap 'exit 3' USR1; while :; do sleep 0.02; done
forward = USR1
restart = always
restart_delay = 1ms
restart_delay_max = 1ms
restart_limit = none
INI

# client NAME: in the background; it prints lines, in $work/NAME
client()
{
	: >"$work/$1"
	/usr/bin/python3 -u "$work/clients.py" "$1" "$port" >"$work/$1" 2>&1 &
}

cat >"$work/clients.py" <<'PY'
import select, socket, sys, time

def connect():
    s = socket.socket()
    s.connect(("127.0.0.1", int(sys.argv[2])))
    return s

def answer(s):
    s.settimeout(20)
    text = b""
    try:
        while piece := s.recv(65536):
            text += piece
    except OSError:
        pass
    return text.split(b"\r\n")[0].decode() or "closed"

def slow():
    begun = time.monotonic()
    s = connect()
    try:
        while time.monotonic() - begun < 20 and not select.select([s], [], [], 0.1)[0]:
            s.send(b"x")
    except OSError:
        pass
    print(answer(s), "after", int(time.monotonic() - begun), "s")

def silent():
    begun = time.monotonic()
    s = connect()
    print(answer(s), "after", int(time.monotonic() - begun), "s")

def long():
    for request in (b"GET /" + b"x" * 9000, b"GET /livez HTTP/1.1\r\nX: " + b"x" * 9000,
                    b"POST /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n",
                    b"GET /livez HTTP/1.1\r\n\r\n", b"\0\xff\r\n\r\n"):
        s = connect()
        s.send(request)
        print(answer(s))

# ask for much, and do not read
def deaf():
    clients = []
    for _ in range(64):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.connect(("127.0.0.1", int(sys.argv[2])))
        s.send(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n" * 200)
        clients.append(s)
    print("asked")
    time.sleep(1000)

def many():
    clients = [connect() for _ in range(1000)]
    print("connected")
    time.sleep(1000)

globals()[sys.argv[1]]()
PY

sockets()
{
	find "/proc/$init/fd" -lname 'socket:*' 2>/dev/null | wc -l
}

# crowded: 64 have a place, and no more do; who has just asked may still be there for a moment
crowded()
{
	at_most "$(sockets)" $((sockets_before + 64))
}

at_most()
{
	[ "$1" -le "$2" ] || { echo "$1 is more than $2"; return 1; }
}

# a death is heard at once: the next life
restarts()
{
	local before

	before=$(grep -c 'restart' "$err") || :
	send USR1
	within 5 no lines "$err" restart "$before"
}

start
within 5 health 0 ok
within 5 idle
sockets_before=$(sockets)
memory_before=$(field RssAnon "$init")
client long
check 'too long, or none at all' \
	within 10 in_order "$work/long" ' 414 ' ' 431 ' ' (405|413) ' \
	' 400 ' ' 400 '

client many
check 'a thousand of them' within 10 has "$work/many" connected
check 'no more than 64 have a place' within 1 crowded
check 'who asks in one go is answered' page 200 /livez
check 'a death is heard at once' faster 4500 restarts

client deaf
check 'some that never read' within 10 has "$work/deaf" asked
check 'still no more than 64' within 1 crowded
check 'a death is heard now, too' faster 4500 restarts
check 'proctor stays small' at_most "$(field RssAnon "$init")" $((memory_before + 9000))
check 'a stop is not held up' faster 4500 clean_stop

start
within 5 health 0 ok
client slow
client silent
check 'one byte now and then: 5 s' \
	within 10 has "$work/slow" '(closed| 408 .*) after [5-9] s'
check 'not one: 5 s' within 10 has "$work/silent" '(closed| 408 .*) after [5-9] s'
check 'it stops' clean_stop
