#!/bin/bash
# Everything that a process wrote before it ended comes out before the last line, however much
# it was and however slow the reader is.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/merged-words"

complete()
{
	equal "$(grep -c '^app | [0-9]*$' "$work/all")" "$1" || return 1
	equal "$(grep '^app |' "$work/all" | tail -n 1)" "app | $1" || return 1
	equal "$(tail -n 1 "$work/all")" "$2"
}

# a pipe of its own of a mebibyte would hold all of it
config <<'INI'
[service app]
shell = seq 150000; exit 3
INI
merged cat
check 'a mebibyte in its last moment' equal "$status" 3
check 'all of it, then the last line' complete 150000 'proctor | exit 3: service app ended with 3'
merged slowly 65536 0.05
check 'a slow reader' equal "$status" 3
check 'a slow reader: all of it' complete 150000 'proctor | exit 3: service app ended with 3'

# more than the pipe and the buffers hold, from one that has ended already
config <<'INI'
[main app]
command = seq 9000
INI
merged slowly 65536 0.05
check 'success' equal "$status" 0
check 'success: all of it' complete 9000 'proctor | exit 0: main app is done'

# killed by a signal, on a stop, on standard error
config <<'INI'
[service app]
shell = seq 50000 >&2; kill -KILL $$
INI
merged slowly 65536 0.05
check 'killed' complete 50000 'proctor | exit 137: service app was killed by SIGKILL'

config <<'INI'
[service app]
shell = trap 'seq 100000; exit 0' TERM; echo up >&2; while :; do sleep 0.02; done
INI
start
within 5 has "$err" 'up$'
check 'on a stop' clean_stop
check 'on a stop: all of it' equal "$(tail -n 1 "$out")" 'app | 100000'

# before the line about the restart, even if both are there at the same moment
config <<INI
[service app]
shell = echo up; while [ ! -e $work/go ]; do sleep 0.02; done; seq 5000; exit 3
restart = on-failure
restart_limit = 1/60s
restart_delay = 10ms
INI
start_merged cat
within 5 has "$work/all" 'up$'
app=$(children_of "$init")
app_has_ended()
{
	[ "$(field State "$app")" = Z ]
}

kill -STOP "$init"
touch "$work/go"
within 5 app_has_ended
kill -CONT "$init"
check 'a restart' ends_with 3
wait $reader
check 'is told behind all of the output' in_order "$work/all" '^app \| 5000$' 'restart 1 of 1' \
	'^app \| 5000$' 'exit 3: '
