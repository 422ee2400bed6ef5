#!/bin/bash
# 'proctor probe' and a gRPC health server: SERVING and nothing else is good.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/probe-words"
need 'needs python3-grpcio' /usr/bin/python3 -c 'import grpc'
if is_lacking grpc; then
	skip 'all of it' 'not in this build'
	exit 0
fi

port=$(free_port)
grpc=grpc://127.0.0.1:$port
/usr/bin/python3 "$here/grpc-health.py" "$port" >"$work/said" 2>&1 &
server=$!
check 'the server starts' within 30 is_good "$grpc"

check 'all of it' good "$grpc" SERVING
check 'one service' good "$grpc/well" SERVING
check 'one that does not serve' bad "$grpc/ill" NOT_SERVING
check 'an unknown one' bad "$grpc/none" 'gRPC status NOT_FOUND: nobody of that name'
check 'nonsense' bad "$grpc/odd" 'the answer is not one of grpc.health.v1.Health'
check 'one that is slow' bad "$grpc/slow" 'no answer within 300ms' --timeout 300ms

kill -STOP "$server"
check 'one that hangs' bad "$grpc" 'no answer within 300ms' --timeout 300ms
end_server KILL
check 'one that is gone' bad "$grpc" "connect to 127.0.0.1:$port: Connection refused"
/usr/bin/python3 -m http.server --bind 127.0.0.1 "$port" >"$work/said" 2>&1 &
server=$!
check 'another server starts' within 30 is_good "tcp://127.0.0.1:$port"
check 'no HTTP/2' bad "$grpc" 'the answer is not HTTP/2.*|.*without an answer|no answer: .*'
end_server KILL
