#!/bin/bash
# Where no process can be made, it is tried again and told, whatever restart says. When the
# shortage passes, the service runs; when it does not, the end is 71. Others are not disturbed.
set -eu
. "$(dirname "$0")/lib.sh"
need_root

# An own uid each time: the limit counts all processes of a uid.
uid=1000660000
crowded()
{
	uid=$((uid + 1))
	as=(setpriv --reuid "$uid" --regid 0 --clear-groups)
	start "${as[@]}" prlimit "--nproc=$1:4096"
}

# Who has the same uid needs no privilege for that.
allow()
{
	"${as[@]}" prlimit --pid "$init" "--nproc=$1:4096"
}

# Ten tries: with these delays there is half a minute for the shortage to pass.
config <<'INI'
[service one]
command = sleep 1001
[service two]
command = sleep 1002
after = one
restart_delay = 500ms
restart_delay_max = 4s
INI
crowded 2
check 'told' within 5 has "$err" \
	'^proctor \| two: could not be started: fork: Resource temporarily unavailable; another try in '
check 'the other runs' within 5 running sleep 1001
allow 4096
check 'runs when it has passed' within 10 running sleep 1002
check 'the other one is the same' within 5 only_these 'sleep 1001' 'sleep 1002'
check 'stops with 0' clean_stop

# and with these half a second
sed -i 's/^\(restart_delay\) = .*/\1 = 20ms/; s/^\(restart_delay_max\) = .*/\1 = 50ms/' "$ini"
crowded 2
check '71 when it does not pass' ends_with 71 \
	'service two could not be started: fork: Resource temporarily unavailable.*'
check 'after ten tries' lines "$err" 'another try in' 10
check 'the other one was stopped' no running sleep 1001

config <<'INI'
[service one]
command = sleep 1001
restart = always
restart_delay = 500ms
restart_delay_max = 4s
INI
crowded 2
within 5 running sleep 1001
allow 1
kill -KILL "$(pid_of sleep 1001)"
check 'in a restart' within 5 has "$err" 'one: could not be started: fork: '
allow 4096
check 'and after that' within 10 running sleep 1001
check 'stop' clean_stop
