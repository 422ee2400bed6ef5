#!/bin/bash
# Tasks run to completion, in order; with nothing else, the end of the last one is 0. One that
# fails ends it all with its status, and nothing after it is started.
set -eu
. "$(dirname "$0")/lib.sh"

# what waits for nothing starts at once: the first would wait for it for ever
config <<INI
[task third]
shell = echo three
after = second
[task first]
shell = until [ -e $work/aside ]; do sleep 0.02; done; echo one
[task second]
shell = echo two
after = first
[task aside]
shell = echo aside; touch $work/aside
INI
start
check 'only tasks' ends_with 0 'all tasks are done'
check 'in order' in_order "$out" '^first \| one$' '^second \| two$' '^third \| three$'
check 'each once' lines "$out" '' 4

cat >"$work/rest" <<INI
[task second]
shell = echo two
after = first
[service app]
shell = echo app; exec sleep 1000
after = second
[service apart]
shell = trap 'echo stops; exit 0' TERM; touch $work/up; while :; do sleep 0.02; done
INI

# failing STATUS WORDS SHELL
failing()
{
	{ printf '[task first]\nafter = apart:started\nshell = %s\n' "$3"; cat "$work/rest"; } >"$ini"
	start
	check "$3" ends_with "$1" "task first $2"
	check "$3: nothing after it is started" no has "$out" '^(second|app)'
}

failing 3 'ended with 3' "until [ -e $work/up ]; do sleep 0.02; done; exit 3"
check 'what runs is stopped' has "$out" '^apart \| stops$'
failing 1 'ended with 1' 'false'
failing 139 'was killed by SIGSEGV' 'kill -SEGV $$'
failing 143 'was killed by SIGTERM' 'kill -TERM $$'
failing 127 'ended with 127' 'nginxx 2>/dev/null'

# :started does not wait for the end of a task
config <<INI
[task slow]
shell = while [ ! -e $work/go ]; do sleep 0.02; done; echo slow >>$work/order
[main work]
shell = echo work >>$work/order; touch $work/go; sleep 1000
after = slow:started
[service waits]
command = sleep 1001
after = slow
INI
start
check 'NAME:started waits for less' within 10 in_order "$work/order" '^work' '^slow'
check 'after NAME for the end' within 10 running sleep 1001
check 'a stop' clean_stop

# services that have ended before a task is done do not count as all tasks
config <<'INI'
[service app]
command = sleep 1000
[task prepare]
command = true
after = app
INI
start
check 'a service' within 10 running sleep 1000
check 'a service goes on when the tasks are done' within 10 only_child 'sleep 1000'
check 'until it is asked to stop' clean_stop
