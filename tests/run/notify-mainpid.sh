#!/bin/bash
# MAINPID: a daemon that forks and ends names its main process, and that one is the
# service from then on.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
helper notify

# inner_pid COMMAND LINE: as the namespace knows it
inner_pid()
{
	awk '$1 == "NSpid:" { print $3 }' "/proc/$(pid_of "$@")/status"
}

# It forks, its child says which is the main process, and it ends.
cat >"$work/daemon" <<SH
setsid sh -c '$bin/notify MAINPID=\$\$ READY=1; touch $work/up; exec sleep 1000' &
until [ -e $work/up ]; do sleep 0.02; done
SH
config <<INI
[service app]
command = sh $work/daemon
ready = notify
clean = $work/up
[service other]
shell = $obey
ready = notify
INI
start
order "$bin/notify READY=1"
check 'ready' within 10 health 0 ok
check 'only the daemon is left of it' within 10 no running "sh $work/daemon"
check 'it is the service' health 0 ok
check 'it has become what it executes' within 10 running sleep 1000
check 'and its process is known' shows "\"pid\":$(inner_pid sleep 1000),"
check 'the end of the first one was none' no has "$err" 'app: '
order "$bin/notify MAINPID=1; $bin/notify MAINPID=999999"
order "$bin/notify MAINPID=$(inner_pid sleep 1000)"
check 'nobody can name a process of another' no shows \
	"\"pid\":$(inner_pid sleep 1000),.*\"pid\":$(inner_pid sleep 1000),"
kill -SEGV "$(pid_of sleep 1000)"
check 'its end is the end of the service' \
	ends_with 139 'service app was killed by SIGSEGV'

start
order "$bin/notify READY=1"
check 'ready, once more' within 10 health 0 ok
check 'it is stopped as any other' clean_stop
