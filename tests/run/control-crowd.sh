#!/bin/bash
# What clients of the API do matters to nobody else: thousands that never read, and an answer
# about 1,000 services in under 10 ms.
set -eu
. "$(dirname "$0")/lib.sh"

need 'needs python3' python3 -c ''

# fast: the best of many answers about all services, without the start of a client
fast()
{
	python3 - /run/proctor/proctor.sock <<'PY'
import json, socket, sys, time

best = 1e9
end = time.monotonic() + 20
while best >= 0.010 and time.monotonic() < end:
    begin = time.monotonic()
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    s.sendall(b"GET /v1/services HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    parts = []
    while part := s.recv(1 << 20):
        parts.append(part)
    best = min(best, time.monotonic() - begin)
    body = json.loads(b"".join(parts).split(b"\r\n\r\n", 1)[1])
    assert len(body["services"]) == 1000, len(body["services"])
print(f"{best * 1000:.1f} ms")
sys.exit(best >= 0.010)
PY
}

config <<'INI'
[service web]
command = sleep 1000
[service ticker]
shell = while :; do echo tick; sleep 0.05; done
INI
start
check 'it runs' within 5 "$proctor" wait web ticker -c "$ini" --timeout 5s
read -r slowest count before after < <(python3 "$here/api-crowd.py" /run/proctor/proctor.sock "$init")
check 'all that behave are answered' equal "${count-}" 100
check "the slowest in ${slowest-} ms" test "${slowest:-10000}" -lt 1000
check "memory stays: $before, then $after KiB" test "$after" -lt $((before + 8192))
ticks=$(grep -c tick "$out")
check 'the services are seen to' within 5 eval "test \$(grep -c tick '$out') -gt $((ticks + 2))"
check 'it stops' faster 7000 clean_stop

{
	echo '[service many]'
	echo 'command = sleep 1000'
	echo 'instances = 1000'
} | config
start
check 'there are 1,000' within 30 "$proctor" wait many@1000 -c "$ini" --timeout 30s
check '1,000 services in under 10 ms' fast
check 'a table of them' "$proctor" status -c "$ini" many@1 many@1000
check 'stops all of them' clean_stop
