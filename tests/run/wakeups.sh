#!/bin/bash
# With nothing to do, proctor is never scheduled: services that run, one that has failed and is
# not critical, a task that is done, and one command as well.
set -eu
. "$(dirname "$0")/lib.sh"

switches()
{
	awk '/ctxt_switches/ { sum += $2 } END { print sum }' "/proc/$init/status"
}

# settled: no switch for a moment
settled()
{
	local before

	before=$(switches)
	sleep 0.2
	equal "$(switches)" "$before"
}

# asleep: not once, for three seconds
asleep()
{
	local before

	within 20 settled || return 1
	before=$(switches)
	sleep 3
	equal "$(switches)" "$before"
}

config <<'INI'
[task prepare]
command = true
timeout = 60s
[service one]
command = sleep 1001
after = prepare
restart = always
[service two]
command = sleep 1002
instances = 5
log = raw
[service failed]
command = false
critical = no
[service again]
shell = echo life; [ -e /run/life ] || { touch /run/life; exit 1; }; exec sleep 1003
restart = on-failure
restart_delay = 10ms
INI
start
check 'all are up' within 10 eval 'running sleep 1001 && running sleep 1003'
check 'services' asleep
check 'and yet it lives' clean_stop

boot "$proctor" -- sleep 1001
check 'it is up' within 10 running sleep 1001
check 'one command' asleep
