#!/bin/bash
# A stop while a task still runs: the task is stopped, what waits for it never starts, and
# the status is 0.
set -eu
. "$(dirname "$0")/lib.sh"

config <<'INI'
[task migrate]
shell = trap 'echo asked; exit 0' TERM; echo up; while :; do sleep 0.02; done
[service app]
shell = echo started; exec sleep 1000
after = migrate
INI
start
check 'the task runs' within 10 has "$out" '^migrate \| up$'
check 'stops with 0' faster 8000 clean_stop
check 'the task was asked' has "$out" '^migrate \| asked$'
check 'the service never started' no has "$out" '^app'

# before anything has happened at all
config <<'INI'
[service app]
command = sleep 1000
INI
# From where its signals are blocked on, nothing is lost; the kernel keeps none for a PID 1
# before that. unshare(1) blocks some of its own, for a moment before it executes proctor.
blocks_signals()
{
	[ "$(field Name "$init")" = proctor ] && [ "$(field SigBlk "$init")" != 0000000000000000 ]
}

for _ in {1..20}; do
	start
	within 10 blocks_signals || { not_ok 'at once after the start' 'it does not start'; exit; }
	stops_with 0 'stopped on SIGTERM' || { not_ok 'at once after the start' "$status"; exit; }
done
ok 'at once after the start, 20 times'
