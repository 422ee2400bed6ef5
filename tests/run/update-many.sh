#!/bin/bash
# Many services, with checks, files that are followed and dependencies, and one update after
# the other, whatever is under way: what does not change runs on, and the end is in order.
set -eu
. "$(dirname "$0")/lib.sh"

count=60
echo line >"$work/followed"

# config ROUND: half of it changes, a third comes and goes
config()
{
	local i

	{
		cat <<INI
[proctor]
update_on_hup = yes
[service steady]
shell = trap 'exit 0' TERM; echo steady up; while :; do echo tick; sleep 0.1; done
tail = $work/followed
INI
		for ((i = 0; i < count; i++)); do
			[ $(((i + $1) % 3)) -ne 0 ] || continue
			cat <<INI
[service s$i]
command = sleep $((1000 + (i % 2) * $1))
restart = on-failure
restart_limit = $((5 + $1 % 2))/60s
requires = steady
[check c$i]
service = s$i
probe = exec: true
interval = $((200 + $1 % 2 * 100))ms
INI
		done
	} >"$ini.new"
	mv "$ini.new" "$ini"
}

config 0
start
check 'it is up' within 20 has "$out" 'steady up$'
for round in 1 2 3 4 5 6 7 8 9 10; do
	config $round
	send HUP
	sleep 0.$((round % 4 + 1))
	echo "round $round" >>"$work/followed"
done
config 11
same='update: the configuration is the same$'
before=$(grep -c "$same" "$err") || :
# asked again, until there is nothing to do: one answer may be of what was read before
settled()
{
	send HUP
	sleep 0.2
	[ "$(grep -c "$same" "$err")" -ge $((before + 2)) ]
}
check 'it comes to an end' within 60 settled
check 'with updates on the way' has "$err" 'update: done$'
check 'what does not change runs on' lines "$out" 'steady up$' 1
check 'and is followed, each line once' within 10 lines "$out" 'round 3$' 1
check 'to the last' within 10 lines "$out" 'round 10$' 1
check 'nothing has failed' lines "$err" 'has failed' 0
check 'no orphans are left of it' [ "$(grep -c 'no memory' "$err" || :)" -eq 0 ]
send TERM
check 'a stop' ends_with 0 'stopped on SIGTERM'
