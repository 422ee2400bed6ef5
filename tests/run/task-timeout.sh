#!/bin/bash
# A task that takes longer than its timeout is stopped and has failed: 69, whatever it makes
# of its stop.
set -eu
. "$(dirname "$0")/lib.sh"

config <<'INI'
[task migrate]
shell = trap 'echo asked; exit 0' TERM; echo up; while :; do sleep 0.02; done
timeout = 2s
[service app]
shell = echo started; exec sleep 1000
after = migrate
INI
reason='task migrate took longer than its timeout of 2s'

# life STATUS REASON: from the start to its end
life()
{
	start
	ends_with "$@"
}

check 'not before its time' slower 2000 faster 15000 life 69 "$reason"
check 'it is asked to stop' in_order "$out" '^migrate \| up$' '^migrate \| asked$'
check 'nothing after it starts' no has "$out" '^app'

config <<'INI'
[task migrate]
shell = trap '' TERM; while :; do sleep 0.02; done
timeout = 2s
stop_timeout = 200ms
INI
check 'one that will not stop' slower 2200 faster 15000 life 69 "$reason"
check 'is killed, and told' has "$err" '^proctor \| migrate: did not stop in time; killed$'

config <<'INI'
[task migrate]
shell = echo life; exec sleep 1000
timeout = 1s
restart = on-failure
restart_limit = 2/60s
restart_delay = 10ms
INI
start
check 'has a budget as any failure' ends_with 69 \
	'task migrate took longer than its timeout of 1s after 2 restarts in .*'
check 'each try has the whole time' lines "$out" 'life$' 3

config <<'INI'
[task fast]
shell = echo done
timeout = 10s
[main work]
shell = sleep 0.3; echo work
after = fast
INI
start
check 'one that is done in time' ends_with 0 'main work is done'
