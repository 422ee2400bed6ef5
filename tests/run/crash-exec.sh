#!/bin/bash
# When proctor itself crashes, its services still get their orderly stop: SIGTERM, and SIGKILL
# when grace is over. The status is 70, and the last line says so.
set -eu
. "$(dirname "$0")/lib.sh"

config <<INI
[proctor]
grace = 20s
[service app]
shell = trap 'echo asked; echo bye >>$work/bye; exit 0' TERM; echo up; while :; do sleep 0.02; done
[service other]
command = sleep 1000
INI
for signal in SEGV BUS FPE ILL ABRT; do
	start
	within 5 has "$out" 'up$'
	within 5 running sleep 1000
	send $signal
	check "SIG$signal" faster 10000 ends_with 70 'proctor itself has crashed'
	check "SIG$signal: says it at once" has "$err" \
		"^proctor \\| proctor itself has crashed \\(SIG$signal\\); stopping everything\$"
done
check 'each had its orderly stop' lines "$work/bye" bye 5
check 'what it wrote on its way is there' has "$err" 'asked$'

# A real fault: the instruction that follows the system call it waits in becomes zeros.
break_it()
{
	local at

	at=$(awk '{ print $NF }' "/proc/$init/syscall")
	[[ $at = 0x* ]] || { echo "it is '$at'"; return 1; }
	dd if=/dev/zero of="/proc/$init/mem" bs=8 count=1 oflag=seek_bytes seek=$((at)) conv=notrunc
	send HUP
}
start
within 5 has "$out" 'up$'
within 5 running sleep 1000
within 5 idle
if break_it >"$work/said" 2>&1; then
	check 'a real fault' faster 10000 ends_with 70 'proctor itself has crashed'
	check 'the orderly stop' lines "$work/bye" bye 6
else
	skip 'a real fault' "its memory cannot be written: $(tail -n 1 "$work/said")"
	stops_with 0
fi

# Much more than a pipe holds, and an end of a line that never comes
config <<'INI'
[proctor]
grace = 60s
[service app]
shell = trap 'seq 100000; printf end; exit 0' TERM; echo up; while :; do sleep 0.02; done
INI
start
within 5 has "$out" 'up$'
send SEGV
check 'much output: it has the time to write it' faster 20000 ends_with 70
check 'much output: all of it is there' lines "$err" '^[0-9]+$' 100000
check 'much output: the last line is a line of its own' last_line 70 'proctor itself has crashed'

config <<'INI'
[proctor]
grace = 2s
[service app]
shell = trap 'echo asked' TERM; echo up; while :; do sleep 0.02; done
[service stopped]
shell = trap 'echo goes on; exit 0' TERM; kill -STOP $$
INI
is_stopped()
{
	pgrep --ns "$init" --nslist pid -r T .
}
start
within 5 has "$out" 'up$'
within 5 is_stopped
send SEGV
check 'one that will not stop: not before grace' slower 1700 faster 10000 ends_with 70
check 'one that will not stop: it was asked' has "$err" 'asked$'
check 'one that was stopped goes on' has "$err" 'goes on$'

sed -i 's/^grace = .*/grace = 60s/' "$ini"
start
within 5 has "$out" 'up$'
send SEGV
within 5 has "$err" 'asked$'
send TERM
send INT
check 'two requests mean now' faster 20000 ends_with 70

sed -i 's/^grace = .*/&\nupdate_on_hup = yes/' "$ini"
start
within 5 has "$out" 'up$'
sed -i 's/^grace = .*/grace = 2s/' "$ini"
send HUP
within 5 has "$err" 'update: done$'
send SEGV
check 'another grace, by an update' faster 20000 ends_with 70
check 'and everybody was asked' has "$err" 'asked$'
