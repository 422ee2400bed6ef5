#!/bin/bash
# FDSTORE: descriptors that a service gives away are handed back to its next life.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
helper notify

# Its file has no name any more: only who has the descriptor can read it.
config <<INI
[service app]
shell = echo "life \${LISTEN_FDS-none} \${LISTEN_FDNAMES-none} \${LISTEN_PID-none} \$\$"; $obey
ready = notify
restart = on-failure
restart_delay = 10ms
restart_limit = 10/60s
[service other]
shell = echo "fds \${LISTEN_FDS-none}"; exec sleep 1000
INI
start
order "exec 5<>$work/state; rm $work/state; echo treasure >&5"
check 'first there is none' has "$out" '^app \| life none none none [0-9]+$'
order "$bin/notify -f 5 FDSTORE=1 FDNAME=state"
order "$bin/notify -f 0 -f 1 FDSTORE=1"
post 'exit 3'
check 'in the next life they are there, with their names' within 5 has "$out" \
	'^app \| life 3 state:stored:stored ([0-9]+) \1$'
order 'cat /proc/self/fd/3'
check 'and are what they were' has "$out" '^app \| treasure$'
order "$bin/notify FDSTOREREMOVE=1 FDNAME=stored"
kill -KILL "$(pgrep --ns "$init" --nslist pid -P "$init" -f 'while read' | head -n 1)"
check 'those that it gave back are gone' \
	within 5 has "$out" '^app \| life 1 state ([0-9]+) \1$'
order "$bin/notify FDSTOREREMOVE=1 FDNAME=state"
order "for i in \$(seq 10); do $bin/notify -f 0 -f 0 -f 0 -f 0 -f 0 -f 0 -f 0 -f 0 -f 0 -f 0 -f 0 -f 0 -f 0 -f 0 FDSTORE=1 FDNAME=many; done"
post 'exit 3'
check 'more than 128 are not kept' \
	within 5 has "$out" '^app \| life 128 many:many.* ([0-9]+) \1$'
check 'they are for this service only' within 5 lines "$out" '^other \| fds none$' 1
check 'it stops' clean_stop
