#!/bin/bash
# drain_delay passes between the request to stop and the first stop signal; a service that
# ends by itself meanwhile is not started again. Without any process left it is not waited out.
set -eu
. "$(dirname "$0")/lib.sh"
helper signals

config <<INI
[proctor]
grace = 30s
drain_delay = 2s
[service app]
command = $bin/signals
[service flaky]
shell = trap 'exit 3' USR1; echo up; while :; do sleep 0.02; done
forward = USR1
restart = always
restart_delay = 10ms
INI
start
within 5 has "$out" 'ready$'
within 5 has "$out" 'up$'
send USR1
within 5 lines "$out" 'up$' 2
send TERM
send USR1
check 'not before drain_delay' slower 1500 within 5 has "$out" '^app \| TERM from 1$'
check 'what ended unasked decides' ends_with 3 'stopped on SIGTERM, but service flaky ended with 3.*'
check 'no restart' lines "$out" 'up$' 2

config <<'INI'
[proctor]
grace = 60s
drain_delay = 50s
[service app]
shell = trap 'exit 0' USR1; echo up; while :; do sleep 0.02; done
forward = USR1
INI
start
within 5 has "$out" 'up$'
send TERM
send USR1
check 'nothing left to drain' faster 20000 ends_with 0 'stopped on SIGTERM'
