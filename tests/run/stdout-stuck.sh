#!/bin/bash
# Where nobody reads standard output and error, PID 1 does not block: services die, are
# restarted and reaped, and a stop is in time and has its right status.
set -eu
. "$(dirname "$0")/lib.sh"

mkfifo "$work/fifo"
exec 3<>"$work/fifo"

# stuck COMMAND...: everything goes into a pipe that nobody reads
stuck()
{
	start "$@" sh -c 'exec "$@" >&3 2>&3' sh
}

# ticks: what PID 1 has used of a CPU so far, in hundredths of a second
ticks()
{
	awk '{ print $14 + $15 }' "/proc/$init/stat"
}

full()
{
	! dd if=/dev/zero of="$work/fifo" bs=4096 count=1 oflag=nonblock 2>/dev/null
}

# scenes NAME COMMAND...
scenes()
{
	local name=$1 before

	shift
	config <<INI
[proctor]
grace = 1s
[service noisy]
command = yes this line has no reader
[service app]
shell = sleep 0.1; touch $work/lives/\$\$; exit 3
restart = on-failure
restart_delay = 10ms
restart_limit = 5/60s
INI
	mkdir -p "$work/lives"
	stuck "$@"
	check "$name: restarts and escalates, in time" faster 15000 ends_with 3
	check "$name: every life" equal "$(find "$work/lives" -type f | wc -l)" 6
	rm -r "$work/lives"

	config <<'INI'
[proctor]
grace = 1s
[service noisy]
shell = (setsid sleep 0.2 &); exec yes this line has no reader
[service app]
command = sleep 1000
INI
	stuck "$@"
	check "$name: it is up" within 10 running sleep 1000
	check "$name: it is stuck" within 10 full
	check "$name: an orphan ends" within 10 no running sleep 0.2
	check "$name: reaps" within 10 no pgrep --ns "$init" --nslist pid -r Z .
	before=$(ticks)
	sleep 0.5
	check "$name: does not turn idly" test $(($(ticks) - before)) -lt 10
	check "$name: stops in time" faster 9000 stops_with 0
}

scenes 'with /proc'
# shellcheck disable=SC2016 # for the shell inside
scenes 'without /proc' sh -c 'mount -t tmpfs none /proc && exec "$@"' sh
