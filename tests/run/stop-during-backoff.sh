#!/bin/bash
# A stop while a service waits for its restart does not wait for that; there is nothing to
# stop, and the status is 0.
set -eu
. "$(dirname "$0")/lib.sh"

config <<'INI'
[service app]
shell = echo started; exit 3
restart = on-failure
restart_delay = 60s
restart_delay_max = 60s
[service other]
command = sleep 1000
after = app
INI
start
check 'it waits' within 10 has "$err" '^proctor \| app: ended with 3; restart 1 of 5 in 1m'
check 'stops with 0, at once' faster 15000 clean_stop
check 'it was not started again' lines "$out" 'started$' 1
