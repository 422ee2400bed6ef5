#!/bin/bash
# A gRPC server that is asked by the standard grpc.health.v1 protocol.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
. "$(dirname "$0")/probe-words"
need 'needs python3-grpcio' /usr/bin/python3 -c 'import grpc'

port=$(free_port)
config <<INI
[service app]
command = /usr/bin/python3 $here/grpc-health.py $port
ready = check
ready_timeout = 30s
[check serves]
service = app
probe = grpc://127.0.0.1:$port/well
kind = startup
interval = 200ms
failures = 1000
[check alive]
service = app
probe = grpc://127.0.0.1:$port
kind = liveness
interval = 300ms
timeout = 3s
failures = 2
[check ill]
service = other
probe = grpc://127.0.0.1:$port/ill
interval = 200ms
failures = 1
[service other]
command = sleep 1000
after = app
critical = no
INI
if is_lacking grpc; then
	quick run -c "$ini"
	check 'a build without says so' \
		has "$err" 'proctor.ini:7: probe: this build of proctor has no '
	check 'and does not begin' equal "$status" 78
	exit 0
fi
start
check 'ready' within 20 health 0 ok
check 'serving' \
	page 200 '/readyz?verbose' '^\[\+\]app/serves excluded: startup, asleep: SERVING$'
check 'not serving' within 10 page 200 '/readyz?verbose' \
	'^\[\+\]other/ill excluded: readiness, failing: NOT_SERVING$'
kill -STOP "$(pid_of "/usr/bin/python3 $here/grpc-health.py $port")"
check 'a hung one ends the container' ends_with 69 \
	'service app failed its liveness check alive: no answer within 3s'
