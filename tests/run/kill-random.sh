#!/bin/bash
# kill -9 of any process at random times, for RUN_SECONDS (60): after each, either all
# services run again, one process each, or proctor ends and says why. Never up and dead.
set -eu
. "$(dirname "$0")/lib.sh"

seconds=${RUN_SECONDS:-60}
SEED=${SEED:-$$}
RANDOM=$SEED
services=(one two three four)
rounds=0 kills=0 ends=

# Each service is a process that is told from the others by its number, one has a child in a
# session of its own as well; all come back but the last, which has no budget.
config <<'INI'
[proctor]
grace = 20s
[task prepare]
command = sleep 0.02
[service one]
command = sleep 1001
after = prepare
restart = always
restart_delay = 5ms
restart_delay_max = 40ms
restart_limit = 12/60s
[service two]
shell = setsid sleep 1009 & exec sleep 1002
restart = on-failure
restart_delay = 5ms
restart_delay_max = 40ms
restart_limit = 12/60s
[service three]
command = sleep 1003
requires = two
restart = always
restart_delay = 1ms
restart_delay_max = 40ms
restart_limit = none
[service four]
command = sleep 1004
after = three
critical = no
restart = on-failure
restart_delay = 5ms
restart_delay_max = 40ms
restart_limit = none
INI

# pids_of N: of the process of the N-th service
pids_of()
{
	pgrep --ns "$init" --nslist pid -f -x "sleep 100$1"
}

# what proctor says, and what ps says, agree: it has ended, or all are there, once each
settled()
{
	local n pids

	! gone "$outer" || return 0
	for n in "${!services[@]}"; do
		mapfile -t pids < <(pids_of $((n + 1)))
		[ ${#pids[@]} -eq 1 ] || {
			echo "${#pids[@]} processes of ${services[$n]}"
			return 1
		}
	done
}

kill_one()
{
	local pids

	mapfile -t pids < <(pgrep --ns "$init" --nslist pid . | grep -vx "$init")
	[ ${#pids[@]} -gt 0 ] || return 0
	kill -KILL "${pids[RANDOM % ${#pids[@]}]}" 2>/dev/null || return 0
	kills=$((kills + 1))
}

# The round's end tells the truth: by a failure, or as it was asked to.
ended_well()
{
	local reason

	ended || return 1
	if [ "${1:-}" = asked ] && [ "$status" = 0 ]; then
		last_line 0 'stopped on SIGTERM'
		return
	fi
	reason='(service (one|two|three)|task prepare) was killed by SIGKILL.*'
	equal "$status" 137 || return 1
	last_line 137 "${1:+stopped on SIGTERM, but }$reason"
}

trouble()
{
	not_ok "$1 (SEED=$SEED)" "$(<"$work/said")"
	exit 1
}

# enough: the time is over, and both kinds of ends were seen, if they ever will be
end=$((SECONDS + seconds))
enough()
{
	[ $SECONDS -ge $end ] || return 1
	[ $SECONDS -ge $((end + 60)) ] || { grep -qw 137 <<<"$ends" && grep -qw 0 <<<"$ends"; }
}

until enough; do
	rounds=$((rounds + 1))
	start
	asked=
	# every other round goes on until it escalates; the others are too short for that
	left=$((rounds % 2 ? 1000 : 5 + RANDOM % 8))
	for ((; left > 0; left--)); do
		sleep "0.0$((RANDOM % 10))"
		[ $((RANDOM % 4)) -ne 0 ] || within 5 settled || trouble 'up and dead'
		kill_one
		! gone "$outer" || break
	done
	if ! gone "$outer"; then
		within 5 settled || trouble 'up and dead'
		! gone "$outer" || continue
		send TERM 2>/dev/null && asked=asked
	fi
	ended_well $asked >"$work/said" 2>&1 ||
		{ ! grep -q 'stopped on' "$err" && ended_well >"$work/said" 2>&1; } ||
		trouble 'the end'
	ends="$ends $status"
done
check "$rounds rounds with $kills kills, none up and dead" test $rounds -gt 0
check 'some escalated' grep -q 137 <<<"$ends"
check 'some were asked to stop' grep -qw 0 <<<"$ends"
