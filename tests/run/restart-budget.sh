#!/bin/bash
# Restarts have a budget within a time; the wait before each doubles up to its maximum, with
# jitter. When it is spent, the last line says how many restarts in what time.
set -eu
. "$(dirname "$0")/lib.sh"

# waits: that were told, in milliseconds
waits()
{
	sed -En 's/^proctor \| .*; restart .* in ([0-9]+)ms$/\1/p' "$err"
}

# doubling FIRST MAX: each is told with no less than it should be, and a tenth more at most
doubling()
{
	local least=$1 wait

	for wait in $(waits); do
		if [ "$wait" -lt "$least" ] || [ "$wait" -gt $((least + least / 10)) ] ||
			[ "$wait" -gt "$2" ]; then
			echo "waits $wait, not $least"
			return 1
		fi
		least=$((least * 2 < $2 ? least * 2 : $2))
	done
}

# kept: between each life and the next there was the wait that was told
kept()
{
	local times=("$work"/lives/*) i=0 wait

	for wait in $(waits); do
		[ $((${times[i + 1]##*/} - ${times[i]##*/})) -ge "$wait" ] ||
			{ echo "waits $(waits), lives ${times[*]##*/}"; return 1; }
		i=$((i + 1))
	done
}

# lived COUNT: so many lives at least
lived()
{
	[ "$(grep -c 'life$' "$out")" -ge "$1" ] || { cat "$out"; return 1; }
}

# stops: whatever the life that is under way makes of it
stops()
{
	send TERM
	ended
}

mkdir "$work/lives"
config <<INI
[service app]
shell = touch $work/lives/\$(date +%s%3N); exit 3
restart = on-failure
restart_delay = 100ms
restart_delay_max = 800ms
restart_limit = 5/60s
INI
start
check 'spent' ends_with 3 'service app ended with 3 after 5 restarts in [0-9]+(\.[0-9])?m?s'
check 'each restart is told' in_order "$err" 'restart 1 of 5 in ' 'restart 2 of 5 in ' \
	'restart 3 of 5 in ' 'restart 4 of 5 in ' 'restart 5 of 5 in '
check 'once' lines "$err" 'restart . of' 5
check 'the wait doubles up to its maximum' doubling 100 800
check 'and is kept' kept

# ten at a time: not all wait equally long
config <<'INI'
[service app]
shell = exit 3
instances = 10
restart = on-failure
restart_delay = 900ms
INI
start
check 'all ten wait' within 10 lines "$err" 'restart 1 of 5 in' 10
check 'jitter: a tenth at most' test "$(waits | awk '$1 < 900 || $1 > 990' | wc -l)" = 0
check 'jitter: not the same for all' test "$(waits | sort -u | wc -l)" -gt 1
check 'it stops' stops

# only those within the time count
config <<'INI'
[service app]
shell = echo life; sleep 0.3; exit 3
restart = on-failure
restart_delay = 1ms
restart_limit = 2/400ms
INI
start
check 'six lives' within 30 lived 6
check 'old ones do not count' has "$err" 'restart 1 of 2 in'
check 'it is not spent' no has "$err" 'exit 3'
check 'it stops, not spent' stops

config <<INI
[service app]
shell = echo life >>$work/count; [ \$(wc -l <$work/count) != 4 ] || sleep 1.2; exit 3
restart = on-failure
restart_delay = 20ms
restart_delay_max = 900ms
restart_limit = 4/60s
INI
start
check 'a life longer than the maximum' ends_with 3 '.* after 4 restarts in .*'
check 'is followed by the first wait' equal "$(waits | awk '{ print ($1 < 40) }' | xargs)" '1 0 0 1'

config <<'INI'
[service app]
shell = echo life; exit 3
restart = on-failure
restart_delay = 1ms
restart_delay_max = 1ms
restart_limit = none
INI
start
check 'none: no limit' within 30 has "$err" '^proctor \| app: ended with 3; restart 20 in 1ms$'
check 'it stops, without a limit' stops
sed -i 's/= none/= 0\/60s/' "$ini"
start
check '0: no restart' ends_with 3 'service app ended with 3'
