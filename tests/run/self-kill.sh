#!/bin/bash
# kill -9 -1 from inside kills all but PID 1: what has a budget comes back, and what has none
# ends it, with the reason.
set -eu
. "$(dirname "$0")/lib.sh"

config <<INI
[service one]
command = sleep 1001
restart = always
restart_delay = 10ms
[service two]
command = sleep 1002
restart = on-failure
restart_delay = 10ms
[service bomb]
shell = [ -e $work/go ] || exec sleep 1003; rm $work/go; kill -9 -1; exec sleep 1004
restart = always
restart_delay = 10ms
after = one two
INI
start
check 'it is armed' within 10 running sleep 1003
pids=$(children_of "$init")
touch "$work/go"
kill -KILL "$(pid_of sleep 1003)"
check 'the one that did it' within 20 running sleep 1004
check 'told of both' within 10 eval \
	"has '$err' '^proctor . one: was killed by SIGKILL; restart 1' &&
	has '$err' '^proctor . two: was killed by SIGKILL; restart 1'"
check 'both run again' within 10 eval 'running sleep 1001 && running sleep 1002'
check 'as new processes' no grep -Fxf <(echo "$pids") <(children_of "$init")
check 'PID 1 is the same and stops' clean_stop

config <<'INI'
[service one]
command = sleep 1001
[service bomb]
shell = kill -9 -1; exec sleep 1004
after = one
restart = always
INI
start
check 'without a budget' ends_with 137 'service one was killed by SIGKILL'

boot "$proctor" -- sh -c '(setsid sleep 1000 &); sleep 1001 & kill -9 -1; wait; exit 3'
check 'one command' ends_with 3
