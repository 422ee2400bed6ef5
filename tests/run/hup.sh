#!/bin/bash
# SIGHUP, and whatever else is no request to stop, never ends the container.
set -eu
. "$(dirname "$0")/lib.sh"
helper signals

config <<INI
[service app]
command = $bin/signals
forward = VTALRM
INI
start
within 5 has "$out" 'ready$'
check 'HUP, three times' eval 'send HUP && send HUP && send HUP'
# all but those that stop, a fault, and what cannot be caught; with the forwarded one last
for signal in USR1 USR2 PIPE ALRM STKFLT CHLD CONT TSTP TTIN TTOU URG XCPU XFSZ PROF WINCH IO \
		RTMIN RTMIN+1 RTMAX VTALRM; do
	send "$signal"
done
check 'it has heard them all' within 5 has "$out" '^app \| VTALRM from 1$'
check 'the service none of them' lines "$out" '.' 2
check 'and said nothing' lines "$err" '' 0
check 'it stops as usual' clean_stop
