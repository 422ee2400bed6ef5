#!/bin/bash
# ready_timeout: a service that is not ready in time has failed, by the one way that all
# failures go.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
helper notify

config <<INI
[service app]
shell = echo life; exec sleep 1000
ready = notify
ready_timeout = 1s
restart = on-failure
restart_delay = 10ms
restart_limit = 1/60s
[service next]
command = touch $work/next
after = app
INI
start
check 'notify: it ends with 69' ends_with 69 \
	'service app was not ready within its ready_timeout of 1s after 1 restart in .*'
check 'its budget came first' has "$err" \
	'^proctor \| app: was not ready within its ready_timeout of 1s; restart 1 of 1 in '
check 'two lives' lines "$out" '^app \| life$' 2
check 'what waited never started' no test -e "$work/next"

config <<INI
[service app]
command = sleep 1000
ready = fd:4
ready_timeout = 100ms
INI
start
check 'fd' ends_with 69 'service app was not ready within its ready_timeout of 100ms'

config <<INI
[service app]
command = sleep 1000
ready = check
ready_timeout = 300ms
health = exec: sh -c 'echo no; exit 1'
INI
start
check 'check' ends_with 69 'service app was not ready within its ready_timeout of 300ms.*'

config <<INI
[service app]
shell = trap '' TERM; while :; do sleep 0.02; done
ready = notify
ready_timeout = 1s
stop_timeout = 100ms
INI
start
check 'one that will not stop is killed, and the cause stays' ends_with 69 \
	'service app was not ready within its ready_timeout of 1s'
check 'that is told' has "$err" '^proctor \| app: did not stop in time; killed$'

config <<INI
[service app]
shell = $obey
ready = notify
ready_timeout = 3s
INI
start
order "$bin/notify EXTEND_TIMEOUT_USEC=60000000"
order 'sleep 3.2'
check 'who asks for more time has it' \
	health 1 'app: not ready: it has not said READY=1 yet'
order "$bin/notify READY=1"
check 'and is ready in the end' within 10 health 0 ok
check 'it stops' clean_stop
