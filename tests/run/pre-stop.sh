#!/bin/bash
# pre_stop runs before the stop signal, as the service would, and within its stop timeout: one
# that hangs costs no more than that, and the service still gets its signal.
set -eu
. "$(dirname "$0")/lib.sh"

# stopping PRE_STOP LINE...: a service that notes when it is asked to stop
stopping()
{
	rm -f "$work/order"
	{
		cat <<INI
[proctor]
grace = 20s
[service app]
shell = trap 'echo asked >>$work/order; exit 0' TERM; echo up; while :; do sleep 0.02; done
pre_stop = $1
INI
		printf '%s\n' "${@:2}"
	} >"$ini"
	start
	within 10 has "$out" 'up$' || { not_ok 'it is up' "$1"; exit; }
	send TERM
}

stopping "sh -c 'sleep 0.3; echo \$WHO in \$PWD; echo prepared >>$work/order'" \
	'env.WHO = me' 'directory = /'
check 'a stop' ends_with 0 'stopped on SIGTERM'
check 'before the stop signal' in_order "$work/order" prepared asked
check 'its output, environment and directory' has "$out" '^app \| me in /$'

stopping 'sh -c "exit 3"'
check 'one that fails' faster 15000 ends_with 0 'stopped on SIGTERM'
check 'is told' has "$err" '^proctor \| app: pre_stop ended with 3$'
check 'and the signal follows' has "$work/order" asked
stopping /no/such/file
check 'one that is not there' faster 15000 ends_with 0 'stopped on SIGTERM'
check 'is told as well' has "$err" '^proctor \| app: pre_stop ended with 127$'

# what had to be killed is no good stop; a tenth of the time is left for the stop signal
reason='stopped on SIGTERM, but pre_stop of app did not stop in time and was killed'
stopping 'sh -c "trap : TERM; sleep 1000; sleep 1001"' 'stop_timeout = 6s'
check 'one that hangs' slower 4000 faster 15000 ends_with 137 "$reason"
check 'is told' has "$err" '^proctor \| app: pre_stop did not end in time; killed$'
check 'costs no stop signal' has "$work/order" asked
check 'and nothing more' no has "$err" 'app: did not stop'

# both hang: the stop timeout is for both together
config <<'INI'
[proctor]
grace = 20s
[service app]
shell = trap 'echo asked' TERM; echo up; while :; do sleep 0.02; done
pre_stop = sleep 1000
stop_timeout = 6s
INI
start
check 'it is up' within 10 has "$out" 'up$'
check 'both hang' slower 5900 faster 11000 stops_with 137 "$reason"
check 'it was asked' has "$out" '^app \| asked$'
check 'and killed' has "$err" '^proctor \| app: did not stop in time; killed$'

# one that ends meanwhile needs no signal
config <<INI
[service app]
shell = trap 'echo asked' TERM; trap 'exit 0' USR1; echo up; while :; do sleep 0.02; done
pre_stop = sh -c 'read pid rest </proc/1/task/1/children; kill -USR1 \$pid; sleep 1000'
INI
start
check 'it is up as well' within 10 has "$out" 'up$'
check 'a service that ends in its pre_stop' faster 7000 clean_stop
check 'gets no signal' no has "$out" asked

# a task that takes too long is stopped, and so has its pre_stop; what ends by itself has not
config <<INI
[task slow]
command = sleep 1000
timeout = 200ms
pre_stop = touch $work/prepared
[task fast]
command = true
pre_stop = touch $work/never
INI
start
check 'a task that takes too long' ends_with 69 'task slow took longer than .*'
check 'has its pre_stop' test -e "$work/prepared"
check 'what ended by itself has none' no test -e "$work/never"
