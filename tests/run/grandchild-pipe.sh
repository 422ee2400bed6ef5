#!/bin/bash
# A process that left the service's group and still holds its output delays nothing: neither
# the next task, nor a restart, nor the end. What it writes is still heard.
set -eu
. "$(dirname "$0")/lib.sh"

config <<'INI'
[proctor]
grace = 60s
[task first]
shell = setsid sleep 1001 & echo first
[task second]
shell = echo second
after = first
[service app]
shell = echo app; setsid sleep 1002 & exit 3
restart = on-failure
restart_limit = 2/60s
restart_delay = 10ms
after = second
INI
start
check 'the end comes at once' faster 20000 ends_with 3 \
	'service app ended with 3 after 2 restarts in .*'
check 'after all of it' in_order "$out" first second app app app

config <<'INI'
[proctor]
grace = 60s
[service app]
shell = (trap '' HUP; exec setsid sh -c 'sleep 0.3; echo still here; sleep 1000') & exec sleep 1000
INI
start
check 'it is heard' within 5 has "$out" '^app \| still here$'
check 'a stop' faster 20000 clean_stop
