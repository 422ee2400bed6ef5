#!/bin/bash
# TERM, INT, QUIT, PWR (LXC) and RTMIN+3 (systemd, podman) ask for an orderly stop; the last
# line names the signal. The service gets its own stop signal, whatever came.
set -eu
. "$(dirname "$0")/lib.sh"
helper signals

config <<INI
[service app]
command = $bin/signals -x USR2
stop_signal = USR2
INI
for signal in TERM INT QUIT PWR RTMIN+3; do
	start
	check "SIG$signal: it is up" within 10 has "$out" 'ready$'
	send "$signal"
	check "SIG$signal" ends_with 0 "stopped on SIG${signal/+/\\+}"
	check "SIG$signal: the stop signal" has "$out" '^app \| USR2 from 1$'
	check "SIG$signal: and none but SIGCONT" no has "$out" '\| (TERM|INT|QUIT|PWR|RT)'
done
