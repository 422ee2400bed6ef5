#!/bin/bash
# The second SIGTERM or SIGINT means now: whatever still runs is killed, and the status is
# 137. Other requests to stop may be repeated without that.
set -eu
. "$(dirname "$0")/lib.sh"

config <<'INI'
[proctor]
grace = 60s
[service stubborn]
shell = trap 'echo asked' TERM; echo up; while :; do sleep 0.02; done
[service before]
command = sleep 1000
[service stopped-later]
command = sleep 1001
after = before
INI
for second in TERM INT; do
	start
	within 5 has "$out" 'up$'
	send TERM
	within 5 has "$out" 'asked$'
	check "SIGTERM, then SIG$second" faster 20000 eval "send $second && ends_with 137 \
		'stopped on SIGTERM, but stubborn was killed at the second request'"
done

start
within 5 has "$out" 'up$'
send QUIT
within 5 has "$out" 'asked$'
send QUIT
send HUP
check 'SIGQUIT twice is one request' never 1 gone "$outer"
send INT
send TERM
check 'until SIGINT and SIGTERM' ends_with 137 'stopped on SIGQUIT, but .*'

# during the drain as well
config <<'INI'
[proctor]
grace = 60s
drain_delay = 50s
[service app]
command = sleep 1000
INI
start
within 5 running sleep 1000
send TERM
within 5 idle	# two that wait are one
check 'during drain_delay' faster 20000 stops_with 137 \
	'stopped on SIGTERM, but app was killed at the second request'

# and while stragglers are swept
config <<INI
[proctor]
grace = 60s
[service app]
shell = setsid sh -c "trap 'echo asked' TERM; echo up; while :; do sleep 0.02; done" & exec sleep 1000
INI
start
within 5 has "$out" 'up$'
send TERM
within 5 has "$out" 'asked$'
check 'while the last are swept' faster 20000 stops_with 137 \
	'stopped on SIGTERM, but what a service had left behind was killed at the second request'
