#!/bin/bash
# The final failure of a service with critical = no is told and ends nothing; when nothing is
# left to run, the first such failure decides.
set -eu
. "$(dirname "$0")/lib.sh"

config <<'INI'
[service extra]
shell = exit 3
critical = no
[service killed]
shell = kill -SEGV $$
critical = no
[service missing]
command = /no/such/file
critical = no
[service zero]
command = true
critical = no
[task prepare]
shell = exit 4
critical = no
[service app]
shell = trap 'exit 9' USR1; echo up; while :; do sleep 0.02; done
forward = USR1
after = extra killed missing zero prepare
INI
start
within 5 has "$out" '^app \| up$'
told='it has failed, and is not critical'
check 'told: its status' within 5 has "$err" "^proctor \| extra: ended with 3; $told$"
check 'told: a signal' within 5 has "$err" "^proctor \| killed: was killed by SIGSEGV; $told$"
check 'told: not executed' within 5 has "$err" \
	"^proctor \| missing: could not be executed: '/no/such/file' was not found; $told$"
check 'told: a service that ended with 0' within 5 has "$err" "^proctor \| zero: ended with 0; $told$"
check 'told: a task' within 5 has "$err" "^proctor \| prepare: ended with 4; $told$"
check 'each once' lines "$err" '' 5
check 'a stop goes well' clean_stop
start
within 5 has "$out" '^app \| up$'
send USR1
check 'a critical failure is the one that counts' ends_with 9 'service app ended with 9'

# its restarts come first
config <<'INI'
[service extra]
shell = echo life; exit 3
critical = no
restart = on-failure
restart_limit = 2/60s
restart_delay = 10ms
[service app]
command = sleep 1000
INI
start
within 5 has "$err" "^proctor \| extra: ended with 3; $told$"
check 'after its restarts' lines "$out" '^extra \| life$' 3
check 'and no more' clean_stop

config <<INI
[task prepare]
command = true
[service first]
shell = exit 3
critical = no
[service second]
shell = until [ -e $work/told ]; do sleep 0.02; done; exit 4
critical = no
INI
start
within 5 has "$err" "^proctor \| first: ended with 3; $told$"
touch "$work/told"
check 'nothing left' ends_with 3 'nothing is left to run; service first ended with 3'
