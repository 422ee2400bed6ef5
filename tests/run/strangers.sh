#!/bin/bash
# Where proctor is not PID 1 but shares its PID namespace (shareProcessNamespace), orphans of
# its services are its own to reap and to stop, and nobody else gets a signal from it.
set -eu
. "$(dirname "$0")/lib.sh"
helper signals

mkfifo "$work/end"
# PID 1 has strangers in proctor's process group and outside of it; it tells proctor's status,
# and ends when it may.
cat >"$work/pause" <<SH
#!/bin/sh
$bin/signals -x 0 $work/stranger1 &
setsid $bin/signals -x 0 $work/stranger2 &
"\$@" &
echo \$! >$work/pid
wait \$!
echo \$? >$work/status
read -r _ <$work/end
SH
chmod +x "$work/pause"

# beside ARG...: proctor with these; it takes the place of init in all that follows
beside()
{
	rm -f "$work"/{status,pid,stranger?}
	boot "$work/pause" "$proctor" "$@"
	pause=$init
	check 'the strangers are there' within 10 are_there
	check 'and proctor' within 10 found
}

are_there()
{
	has "$work/stranger1" ready && has "$work/stranger2" ready && test -s "$work/pid"
}

# Its pid out here, if it has not ended yet
found()
{
	init=$(pgrep -P "$pause" -x proctor) || test -s "$work/status"
}

# has_status STATUS: that proctor ended with; from here on, PID 1 is init again
has_status()
{
	within 20 test -s "$work/status" || return 1
	init=$pause
	equal "$(<"$work/status")" "$1"
}

# undisturbed: the strangers, and PID 1, are as they were
undisturbed()
{
	equal "$(cat "$work"/stranger?)" "$(printf 'ready\nready')" || return 1
	equal "$(pgrep -c -P "$pause" -x signals)" 2 || return 1
	echo >"$work/end"
	ended
}

config <<'INI'
[proctor]
grace = 8s
[service app]
shell = (setsid sleep 1005 &); (setsid sleep 0.1 &); echo up; exec sleep 1000
INI
beside run -c "$ini"
check 'the orphan is its child, the dead one is reaped' within 10 only_these 'sleep 1000' 'sleep 1005'
send TERM
check 'stop' has_status 0
check 'stop: the reason' last_line 0 'stopped on SIGTERM'
check 'stop: the orphan too' no running sleep 1005
check 'stop: strangers' undisturbed

config <<INI
[proctor]
grace = 1s
[service app]
shell = (trap '' TERM; setsid sh -c 'echo up; exec sleep 1005' &); exec sleep 1000
INI
beside run -c "$ini"
check 'an orphan' within 10 running sleep 1005
send TERM
check 'an orphan that will not go' has_status 137
check 'an orphan that will not go: it is killed' no running sleep 1005
check 'an orphan that will not go: strangers' undisturbed

config <<'INI'
[service app]
shell = sleep 0.2; exit 3
[service other]
command = sleep 1000
INI
beside run -c "$ini"
check 'escalation' has_status 3
check 'escalation: the reason' last_line 3 'service app ended with 3'
check 'escalation: strangers' undisturbed

config <<'INI'
[service app]
shell = (setsid sleep 1005 &); echo up; exec sleep 1000
INI
beside run -c "$ini"
check 'an orphan' within 10 running sleep 1005
send SEGV
check 'crash' has_status 70
check 'crash: its own are stopped' no running sleep 1005
check 'crash: strangers' undisturbed

beside -- sh -c '(setsid sleep 1005 &); exit 3'
check 'one command' has_status 3
check 'one command: what runs on is left alone' within 10 running sleep 1005
check 'one command: strangers' undisturbed
