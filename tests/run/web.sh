#!/bin/bash
# The pages of http = and of proctor.sock: what they answer in the life of the services, that
# nobody who asks can hold up the rest, and that nothing is left of them.
set -eu
. "$(dirname "$0")/lib.sh"
need 'needs curl' curl --version

http=$work/http.sock

# page STATUS TARGET [REGEX] [ARG...]: of http; a line of it matches
page()
{
	local code

	code=$(curl -s -m 20 -o "$work/page" -w '%{http_code}' --unix-socket "${socket:-$http}" \
		"${@:4}" "http://proctor$2") || :
	equal "$code" "$1" || { cat "$work/page"; return 1; }
	[ $# -lt 3 ] || has "$work/page" "$3"
}

config <<INI
[proctor]
http = unix:$http
drain_delay = 30s
grace = 60s
[service db]
shell = until [ -e $work/go ]; do sleep 0.02; done; echo ok >&7; exec sleep 1000
ready = fd:7
[service app]
shell = trap '' TERM; exec sleep 1000
after = db
INI
start
check 'alive at once' within 10 page 200 /livez '^ok$'
check 'not ready yet' page 503 /readyz '^app: waits for db$'
check 'not started yet' page 503 /startupz '^db: not ready: it has not written to descriptor 7 yet$'
touch "$work/go"
check 'ready' within 10 page 200 /readyz '^ok$'
check 'the older name' page 200 /healthz '^ok$'
check 'started' page 200 /startupz '^ok$'
check 'a list' page 200 '/readyz?verbose' '^\[\+\]app ok: ready$'
check 'status' page 200 /status '"state":"running"'
check 'is JSON' python3 -m json.tool "$work/page"
check 'another path' page 404 /live 'there are .*/livez'
check 'another method' page 405 /livez '' -X POST
check 'HEAD' page 200 /livez '' -I
socket=/run/proctor/proctor.sock check 'the same in the runtime directory' page 200 /readyz '^ok$'
send TERM
check 'a stop is not ready' within 10 page 503 /readyz '^proctor: draining: stopped on SIGTERM$'
check 'but alive' page 200 /livez '^ok$'
send TERM
check 'ends' ends_with 137 'stopped on SIGTERM, but .* was killed at the second request'
check 'no socket is left' no test -e "$http"
check 'nor the runtime directory' no test -e /run/proctor

# 200 clients that send a byte now and then, or nothing, or do not read what they asked for
cat >"$work/crowd" <<'PY'
import socket, sys, time
clients = []
while True:
    if len(clients) < 200:
        client = socket.socket(socket.AF_UNIX)
        client.connect(sys.argv[1])
        client.setblocking(False)
        clients.append(client)
        if len(clients) == 200:
            print("crowded", flush=True)
    for i, client in enumerate(clients):
        try:
            if i % 3 == 0:
                client.send(b"G" if i % 2 else b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n" * 9)
        except OSError:
            client.close()
            clients[i] = socket.socket(socket.AF_UNIX)
            clients[i].connect(sys.argv[1])
            clients[i].setblocking(False)
    time.sleep(0.001)
PY
config <<INI
[proctor]
http = unix:$http
[service app]
shell = trap 'exit 3' USR1; while :; do sleep 0.02; done
forward = USR1
INI
start
check 'ready as well' within 10 page 200 /readyz
python3 "$work/crowd" "$http" >"$work/crowd.out" 2>&1 &
check 'a crowd' within 30 has "$work/crowd.out" crowded
check 'who asks in one go is heard' page 200 /livez '^ok$'
send USR1
check 'a death is heard at once' faster 15000 ends_with 3 'service app ended with 3'

config <<'INI'
[proctor]
http = 192.0.2.1:9180
[service app]
shell = echo started; exec sleep 1000
INI
start
check 'an address that is not ours' ends_with 71 '.*192.0.2.1:9180: Cannot assign .*'
check 'nothing was started' lines "$out" started 0
