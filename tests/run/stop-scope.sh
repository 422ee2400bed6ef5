#!/bin/bash
# stop_scope: the stop signal goes to the main process, or to its whole group. Either way,
# what is left of the group when the main process is gone is killed.
set -eu
. "$(dirname "$0")/lib.sh"
helper signals

both_are_up()
{
	has "$work/main" ready && has "$work/other" ready
}

# scope COMMAND LINE: a main process and another one of its group, which note what they get
scope()
{
	rm -f "$work/main" "$work/other"
	config <<INI
[service app]
shell = $bin/signals $work/other & exec $1
stop_signal = INT
$2
INI
	start
	check "both are up: $1" within 10 both_are_up
}

for line in '' 'stop_scope = process'; do
	scope "$bin/signals -x INT $work/main" "$line"
	check "'$line'" faster 8000 clean_stop
	check "'$line': the main process" has "$work/main" '^INT from 1$'
	check "'$line': no other" no has "$work/other" 'INT'
done

# the main process waits until the other one has it, too
cat >"$work/waits" <<SH
trap 'echo INT >>$work/main; until grep -q INT $work/other; do sleep 0.02; done; exit 0' INT
echo ready >$work/main
while :; do sleep 0.02; done
SH
scope "sh $work/waits" 'stop_scope = group'
other=$(pid_of "$bin/signals" "$work/other")
check 'group: no longer than the main process' faster 8000 clean_stop
check 'group: the main process' has "$work/main" '^INT$'
check 'group: the others' has "$work/other" '^INT from 1$'
check 'group: what does not end is killed with it' gone "$other"

# in the same way before a restart: nothing of it may hold a port
config <<'INI'
[service app]
shell = echo life; sh -c 'trap "" TERM HUP; while :; do sleep 1000; done' & sleep 0.1; exit 3
restart = on-failure
restart_limit = 1/60s
restart_delay = 2s
INI
start
check 'a restart is due' within 10 has "$err" 'restart 1 of 1'
nothing_left()
{
	no running sleep 1000 && lines "$out" 'life$' 1
}
check 'nothing is left before it' within 5 nothing_left
check 'and at the end' ends_with 3 'service app ended with 3 after 1 restart.*'
