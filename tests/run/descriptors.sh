#!/bin/bash
# A service has no descriptor but 0, 1 and 2, the default signal mask, and every signal at its
# default, whatever proctor was started with; and proctor loses no descriptor by restarts.
set -eu
. "$(dirname "$0")/lib.sh"

# No shells: these set their own mask, and have descriptors of their own for a moment. ls
# opens the folder as the first that is free.
config <<'INI'
[task masks]
command = grep ^Sig /proc/self/status
[main app]
command = ls /proc/self/fd
after = masks
INI
start env --ignore-signal=HUP,INT,QUIT,PIPE,CHLD,USR1,TSTP,TTIN,TTOU \
	--block-signal=HUP,TERM,USR2,CHLD,WINCH,ALRM bash -c 'exec 5</etc/passwd 77>/dev/null; exec "$@"' bash
check 'ends' ends_with 0 'main app is done'
check 'descriptors' equal "$(sed -n 's/^app | //p' "$out" | xargs)" '0 1 2 3'
check 'nothing is ignored' has "$out" '^masks \| SigIgn:[[:space:]]0+$'
check 'nothing is blocked' has "$out" '^masks \| SigBlk:[[:space:]]0+$'

for log in raw inherit null; do
	config <<-INI
	[main app]
	shell = exec ls /proc/self/fd >$work/fds
	log = $log
	INI
	start
	check "log = $log" ends_with 0
	check "log = $log: descriptors" equal "$(xargs <"$work/fds")" '0 1 2 3'
done

# descriptors: of PID 1, once it has seen that the service runs
descriptors()
{
	within 5 running sleep 1001
	within 5 idle
	find "/proc/$init/fd" -mindepth 1 | wc -l
}

config <<'INI'
[service app]
shell = read -r life </run/life; [ $life = 0 ] && exec sleep 1001; echo $((life - 1)) >/run/life; exit 3
restart = on-failure
restart_limit = none
restart_delay = 1ms
restart_delay_max = 1ms
INI
echo 0 >/run/life
start
few=$(descriptors)
echo 50 >/run/life
kill -KILL "$(pid_of sleep 1001)"
check '50 restarts' within 30 lines "$err" 'app: ended with 3; restart' 50
check 'runs again' within 5 running sleep 1001
check 'no descriptor is lost' equal "$(descriptors)" "$few"
check 'stop' clean_stop

# failing TIMES: leaves the number of descriptors after so many
failing()
{
	config <<-INI
	[service app]
	command = sleep 1001
	[service missing]
	command = nginxx
	critical = no
	restart = on-failure
	restart_limit = $1/60s
	restart_delay = 1ms
	restart_delay_max = 1ms
	INI
	start
	within 20 has "$err" 'missing: .* is not critical$'
	count=$(descriptors)
	clean_stop
}

failing 1
few=$count
failing 50
check 'none is lost by 50 that could not be executed' equal "$count" "$few"
