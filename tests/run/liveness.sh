#!/bin/bash
# A service that fails its liveness check has failed: it is stopped by its rules,
# restarted within its budget, and then the container ends with 69 and says which check,
# and its answer.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"

config <<INI
[service app]
shell = rm -f $work/hung; echo life; trap 'echo asked; exit 0' TERM; while :; do sleep 0.02; done
restart = on-failure
restart_delay = 10ms
restart_limit = 1/60s
[check alive]
service = app
kind = liveness
probe = exec: sh -c 'echo looked >>$work/looked; [ ! -e $work/hung ] || { echo failed >>$work/failed; echo it hangs; exit 3; }'
interval = 50ms
timeout = 10s
failures = 3
[service next]
command = sleep 1000
after = app
INI

# probes FILE COUNT: so many, or more, that were made, or failed
probes()
{
	[ "$(wc -l <"$work/$1")" -ge "$2" ]
}

start
check 'looked at, again and again' within 10 probes looked 3
check 'and alive' health 0 ok
check 'its shell runs' within 5 lines "$out" '^app \| life$' 1
touch "$work/hung"
check 'one that hangs is restarted' within 10 lines "$out" '^app \| life$' 2
check 'after three failures, no less' probes failed 3
check 'asked to stop first' has "$out" '^app \| asked$'
check 'the check is told, with its answer' has "$err" \
	'^proctor \| app: liveness check alive failed: it hangs$'
check 'and the restart' has "$err" \
	'^proctor \| app: failed its liveness check alive: it hangs; restart 1 of 1 in '
check 'well again' within 5 health 0 ok
touch "$work/hung"
check 'beyond its budget it ends the container with 69' ends_with 69 \
	'service app failed its liveness check alive: it hangs after 1 restart in .*'

cat >"$work/look" <<SH
date +%s%3N >$work/probed
until [ -e $work/up ]; do sleep 0.02; done
exit 1
SH
config <<INI
[service app]
shell = trap '' TERM; touch $work/up; while :; do sleep 0.02; done
stop_timeout = 100ms
[check alive]
service = app
kind = liveness
probe = exec: sh $work/look
initial_delay = 700ms
timeout = 10s
failures = 1
INI
began=$(now_ms)
start
check 'one that does not stop is killed, and the cause stays' ends_with 69 \
	'service app failed its liveness check alive: ended with 1'
check 'which is told' has "$err" '^proctor \| app: did not stop in time; killed$'
check 'not before its initial delay' test "$(<"$work/probed")" -ge $((began + 700))

config <<INI
[service app]
command = sleep 1000
critical = no
[check alive]
service = app
kind = liveness
probe = exec: false
failures = 1
[service next]
command = sleep 1001
INI
start
check 'one that is not critical has failed' within 5 has "$err" \
	'^proctor \| app: failed its liveness check alive: ended with 1; it has failed, and is not critical$'
check 'and the others go on' within 5 health 0 ok
check 'they stop' clean_stop
