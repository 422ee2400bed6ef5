#!/bin/bash
# docker stop gives 0 and returns as soon as the services are gone, well before the time
# for an orderly stop is over; what must be killed at the end of that time is told by
# 137.
set -eu
. "$(dirname "$0")/lib.sh"
plain_image

config <<'INI'
[service first]
command = sleep 1000
[service second]
shell = trap 'exit 0' TERM; while :; do sleep 0.1; done
after = first
INI
run "$image"
started sleep
check 'services that end on TERM' stops 9000 'stopped on SIGTERM'

config <<'INI'
[task wait]
command = sleep 1000
[service app]
command = sleep 1000
after = wait
INI
run "$image"
check 'while a task still runs' stops 9000 'stopped on SIGTERM'

config <<'INI'
[service app]
shell = exit 3
restart = on-failure
restart_delay = 60s
restart_delay_max = 60s
INI
run "$image"
check 'a back-off' within 5 logged 'restart 1 of'
check 'during a back-off' stops 9000 'stopped on SIGTERM'

for signal in INT QUIT PWR RTMIN+3; do
	config <<-'INI'
	[service app]
	command = sleep 1000
	INI
	run --stop-signal "$signal" "$image"
	started sleep
	check "stop signal $signal" stops 9000
done

config <<'INI'
[proctor]
grace = 1s
[service app]
shell = trap '' TERM; while :; do sleep 1; done
INI
run "$image"
started sleep
check 'one that ignores TERM: within grace' faster 9000 docker stop "$id"
check 'one that ignores TERM: 137' ends_with 137 'app did not stop in time and was killed'

config <<'INI'
[proctor]
grace = 1s
[service app]
command = sleep 1000
pre_stop = sleep 1000
INI
run "$image"
started sleep
check 'a pre_stop that hangs: within grace' faster 9000 docker stop "$id"
check 'a pre_stop that hangs: 137' ends_with 137 'pre_stop'

config <<'INI'
[proctor]
grace = 1s
[service app]
command = sleep 1000
user = nobody
INI
run --cap-drop KILL "$image"
started sleep
check 'one that may not be signalled: within grace' faster 9000 docker stop "$id"
check 'one that may not be signalled: 137' ends_with 137

config_file=
run "$image" -- sleep 1000
started sleep
check 'one command: the signal is passed on' faster 9000 docker stop "$id"
check 'one command: 143' ends_with 143
