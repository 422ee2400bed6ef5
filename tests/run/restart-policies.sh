#!/bin/bash
# restart = never, on-failure or always, with success: what is started again, and the status
# when it is not. A service must not end, so its 0 is 69.
set -eu
. "$(dirname "$0")/lib.sh"

# row NAME LIVES STATUS REASON KIND ENDING LINE...: of a section that ends like this every time
row()
{
	local name=$1 lives=$2 status=$3 reason=$4

	printf '[%s app]\nshell = echo life; %s\n' "$5" "$6" >"$ini"
	shift 6
	printf '%s\n' 'restart_limit = 2/60s' 'restart_delay = 10ms' "$@" >>"$ini"
	[ "$lives" = 1 ] || reason="$reason after 2 restarts in .*"
	start
	check "$name" ends_with "$status" "$reason"
	check "$name: lives" lines "$out" '^app \| life$' "$lives"
}

zero='service app ended with 0, which a service must not'
three='service app ended with 3'
row 'the default is never' 1 3 "$three" service 'exit 3'
row 'never' 1 3 "$three" service 'exit 3' 'restart = never'
row 'never, 0' 1 69 "$zero" service 'exit 0' 'restart = never'
row 'on-failure' 3 3 "$three" service 'exit 3' 'restart = on-failure'
row 'on-failure, a signal' 3 139 'service app was killed by SIGSEGV' service 'kill -SEGV $$' \
	'restart = on-failure'
row 'on-failure, 0' 1 69 "$zero" service 'exit 0' 'restart = on-failure'
row 'on-failure, a success' 1 3 "$three" service 'exit 3' 'restart = on-failure' 'success = 0 3'
row 'on-failure, a signal that is a success' 1 138 'service app was killed by SIGUSR1' service \
	'kill -USR1 $$' 'restart = on-failure' 'success = USR1'
row 'on-failure, 0 is none' 3 69 "$zero" service 'exit 0' 'restart = on-failure' 'success = 3'
row 'always' 3 3 "$three" service 'exit 3' 'restart = always'
row 'always, 0' 3 69 "$zero" service 'exit 0' 'restart = always'
row 'always, a success' 3 3 "$three" service 'exit 3' 'restart = always' 'success = 3'
row 'a task' 3 3 'task app ended with 3' task 'exit 3' 'restart = on-failure'
row 'a task, done' 1 0 'all tasks are done' task 'exit 3' 'restart = on-failure' 'success = 3'
row 'a main' 3 3 'main app ended with 3' main 'exit 3' 'restart = on-failure'
row 'a main, done' 1 0 'main app is done' main 'exit 3' 'restart = on-failure' 'success = 3'
row 'a main, done by a signal' 1 0 'main app is done' main 'kill -USR1 $$' \
	'restart = on-failure' 'success = SIGUSR1'

# a second try that succeeds is a success
config <<INI
[task flaky]
shell = echo life; [ -e $work/second ] || { touch $work/second; exit 3; }
restart = on-failure
restart_delay = 10ms
[main work]
shell = echo work
after = flaky
INI
start
check 'the second try counts' ends_with 0 'main work is done'
check 'what is after it waits for that' in_order "$out" life life work

for kind in task main; do
	printf '[%s app]\ncommand = true\nrestart = always\n' $kind >"$ini"
	quick run -c "$ini"
	check "always makes no sense for a $kind" last_line 78 'the configuration has errors'
	check "and $kind is told" has "$err" "^$ini:3: restart: a $kind is done when it ends"
done
