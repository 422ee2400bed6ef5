#!/bin/bash
# A process that left its service's session is not forgotten at the end: it gets SIGTERM when
# the services are gone, and SIGKILL when grace is over.
set -eu
. "$(dirname "$0")/lib.sh"

# each writes to a file of its own, to be read when all is over
config <<INI
[proctor]
grace = 5s
[service app]
shell = trap 'echo app >>$work/order; exit 0' TERM; setsid sh $work/daemon.sh & while :; do sleep 0.02; done
INI
cat >"$work/daemon.sh" <<SH
trap 'echo daemon >>$work/order; exit 0' TERM
echo up
while :; do sleep 0.02; done
SH
start
within 5 has "$out" 'up$'
check 'stops with 0' clean_stop
check 'the daemon got SIGTERM after the service' in_order "$work/order" app daemon

cat >"$work/daemon.sh" <<SH
trap 'echo asked >>$work/order; asked=1' TERM
echo up
while :; do sleep 0.02; done
SH
rm "$work/order"
sed -i 's/^grace = .*/grace = 2s/' "$ini"
start
within 5 has "$out" 'up$'
# from the outside: it may be the child of PID 1 only
daemon=$(pgrep --ns "$init" --nslist pid -f -x "sh $work/daemon.sh")
check 'one that will not go: not before grace' slower 1800 stops_with 137 \
	'stopped on SIGTERM, but what a service had left behind did not stop in time and was killed'
check 'it was asked first' in_order "$work/order" app asked
check 'and is gone' gone "$daemon"
