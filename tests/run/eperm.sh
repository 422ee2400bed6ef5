#!/bin/bash
# A signal that must not be sent (a child of another user, no CAP_KILL) is told once, and is
# no reason to end; a stop ends with grace.
set -eu
. "$(dirname "$0")/lib.sh"
need_root

no_kill=(setpriv --bounding-set=-kill --inh-caps=-kill)
config <<'INI'
[proctor]
grace = 2s
[service app]
command = sleep 1000
user = 1234
forward = USR1 HUP
[service own]
shell = trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.02; done
INI
start "${no_kill[@]}"
within 5 has "$out" '^own \| up$'
within 5 running sleep 1000
for signal in USR1 HUP USR1 USR1; do
	send $signal
done
check 'told' within 5 has "$err" '^proctor \| app: SIG(USR1|HUP) could not be sent: Operation not permitted$'
check 'the stop ends with grace' slower 1500 faster 20000 stops_with 137 \
	'stopped on SIGTERM, but app did not stop in time and was killed'
check 'told once' lines "$err" 'could not be sent' 1
check 'the others stop in order' has "$out" '^own \| bye$'

boot "${no_kill[@]}" "$proctor" -- setpriv --reuid 1234 sleep 1000
within 5 running sleep 1000
send USR1
send TERM
check 'proctor --: told' within 5 has "$err" '^proctor: SIG.* could not be sent: Operation not permitted$'
check 'proctor --: goes on' within 5 running sleep 1000
kill "$(pid_of sleep 1000)"
check 'proctor --: and has its status' ends_with 143
check 'proctor --: told once' lines "$err" 'could not be sent' 1
