#!/bin/bash
# Started from a shell, as on a laptop, proctor does the same; and if it is killed itself, its
# services get their stop signal.
set -eu
. "$(dirname "$0")/lib.sh"
helper signals

# No namespace: what is started is proctor itself.
start()
{
	env --default-signal "$@" "$proctor" run -c "$ini" </dev/null >"$out" 2>"$err" &
	outer=$!
	init=$outer
}

check 'this is not PID 1' test $$ -ne 1
# shellcheck disable=SC2119 # no arguments
lives
config <<INI
[service app]
command = $bin/signals -x USR1 $work/heard
stop_signal = USR1
INI
start
check 'it is up' within 10 has "$work/heard" ready
send KILL
check 'killed' ends_with 137
check 'killed: the service gets its stop signal' within 10 has "$work/heard" '^USR1 from '
