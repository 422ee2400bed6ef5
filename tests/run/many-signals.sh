#!/bin/bash
# Signals by the thousand, while services come and go: none that is queued is lost on its way
# to the service, nothing is up and dead, and a stop is what it always is.
set -eu
. "$(dirname "$0")/lib.sh"
helper signals

config <<INI
[service app]
command = $bin/signals
forward = RTMIN+5 RTMIN+6:RTMIN+7
[service mortal]
command = sleep 1002
restart = always
restart_delay = 1ms
restart_delay_max = 1ms
restart_limit = none
INI
start
check 'it is up' within 10 has "$out" 'ready$'
for ((i = 0; i < 250; i++)); do
	for signal in HUP USR1 USR2 ALRM WINCH CHLD CONT URG IO RTMIN+5 RTMIN+6 RTMIN+8; do
		send $signal
	done
	[ $((i % 10)) -ne 0 ] || ! pid=$(pid_of sleep 1002) || kill -KILL "$pid" 2>/dev/null || :
done
check 'each that was queued' within 30 lines "$out" '^app \| RTMIN\+5 from 1$' 250
check 'each as the other one' within 30 lines "$out" '^app \| RTMIN\+7 from 1$' 250
check 'no other' equal "$(grep -vcE 'ready$|RTMIN.[57] from 1$' "$out")" 0
check 'the mortal one is alive' within 10 running sleep 1002
check 'its deaths were told' within 10 has "$err" '^proctor \| mortal: was killed by SIGKILL; restart '

# The one that was killed last may not be gone yet, or not back.
found_mortal()
{
	pid=$(pid_of sleep 1002)
}

paused()
{
	equal "$(field State "$init")" T
}

# While proctor is stopped, a burst waits for it, and so does a death.
check 'one to kill' within 10 found_mortal
send STOP
check 'a pause' within 10 paused
kill -KILL "$pid"
for ((i = 0; i < 100; i++)); do
	send RTMIN+5
	send HUP
done
send CONT
check 'after a pause: all' within 30 lines "$out" '^app \| RTMIN\+5 from 1$' 350
check 'after a pause: the mortal one' within 10 running sleep 1002
check 'the stop' clean_stop

# All that ask to stop, before it can look
for _ in {1..10}; do
	start
	within 10 has "$out" 'ready$' || { not_ok 'all at once' 'it is not up'; exit; }
	send STOP
	for signal in HUP QUIT PWR RTMIN+3 USR1 CHLD; do
		send $signal
	done
	send CONT
	ends_with 0 'stopped on SIG(QUIT|PWR|RTMIN\+3)' ||
		{ not_ok 'all at once' "$status"; exit; }
done
ok 'all at once, ten times'
