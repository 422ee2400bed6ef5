#!/bin/bash
# A service that ignores SIGTERM is killed when its stop_timeout is over; that is told, and
# the exit status is 137.
set -eu
. "$(dirname "$0")/lib.sh"

config <<'INI'
[proctor]
grace = 20s
[service app]
shell = trap '' TERM; echo up; while :; do sleep 1; done
stop_timeout = 400ms
[service other]
shell = trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done
INI
start
within 5 lines "$out" 'up$' 2
check 'not before its time' slower 400 stops_with 137 \
	'stopped on SIGTERM, but app did not stop in time and was killed'
check 'told' has "$err" '^proctor \| app: did not stop in time; killed$'
check 'the others stop in order' has "$out" '^other \| bye$'
start
within 5 lines "$out" 'up$' 2
check 'and not much later' faster 15000 stops_with 137 '.*'
