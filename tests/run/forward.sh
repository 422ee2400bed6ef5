#!/bin/bash
# forward = HUP USR1 TERM:QUIT passes on these signals to the main process, the last as another
# one, and no other; a signal that asks proctor to stop still does.
set -eu
. "$(dirname "$0")/lib.sh"
helper signals

config <<INI
[service app]
command = $bin/signals
forward = HUP USR1 RTMIN+2 TERM:QUIT
[service other]
command = $bin/signals
INI
start
within 5 lines "$out" 'ready$' 2
send USR2
send HUP
check 'HUP' within 5 has "$out" '^app \| HUP from 1$'
send USR1
check 'USR1' within 5 has "$out" '^app \| USR1 from 1$'
send RTMIN+2
check 'RTMIN+2' within 5 has "$out" '^app \| RTMIN\+2 from 1$'
check 'the stop' clean_stop
check 'TERM as QUIT' has "$out" '^app \| QUIT from 1$'
check 'then the stop signal' has "$out" '^app \| TERM from 1$'
check 'USR2 is not passed on' no has "$out" 'USR2'
check 'others get none of them' no has "$out" '^other \| (HUP|USR1|RTMIN|QUIT)'
