#!/bin/bash
# instances = N makes N copies, NAME@1 and so on, %i in their values is the number, and each
# has a life of its own; cpus means as many as there are CPUs.
set -eu
. "$(dirname "$0")/lib.sh"

config <<'INI'
[service worker]
command = sh -c 'echo "$0 $NUMBER up"; exec sleep 100$0' %i
env.NUMBER = no. %i of %%i
instances = 3
restart = always
restart_delay = 10ms
[service after-all]
command = sleep 1004
after = worker
INI
start
within 5 running sleep 1004
check 'three of them' within 5 only_these 'sleep 1001' 'sleep 1002' 'sleep 1003' 'sleep 1004'
for i in 1 2 3; do
	check "copy $i has its name and number" within 5 has "$out" "^worker@$i \| $i no\. $i of %i up$"
done
first=$(pid_of sleep 1001)
kill -KILL "$(pid_of sleep 1002)"
check 'one is restarted' within 5 lines "$out" '^worker@2 \| 2 no\. 2 of %i up$' 2
check 'and told by its name' has "$err" \
	'^proctor \| worker@2: was killed by SIGKILL; restart 1 of 5 in 1[01]ms$'
check 'the others are the same' equal "$(pid_of sleep 1001)" "$first"
check 'a stop' clean_stop
check 'others were not restarted' lines "$out" ' up$' 4

# %i in shell, and one copy by its name
config <<INI
[task make]
shell = [ %i != 2 ] || { until [ -e $work/file.1 ]; do sleep 0.1; done; sleep 0.1; }; echo %i >$work/file.%i
instances = 2
[main work]
shell = cat $work/file.2
after = make@2
INI
start
check 'after NAME@2' ends_with 0 'main work is done'
check 'waits for that one' has "$out" '^work \| 2$'
check 'each has made its own' test -e "$work/file.1"

config <<'INI'
[service worker]
shell = [ %i = 1 ] || exec sleep 1000; exit 3
instances = 2
INI
start
check 'one that fails ends it all' ends_with 3 'service worker@1 ended with 3'

# what is seen of CPUs: those it may run on, and the quota of the control group
config <<'INI'
[task one]
shell = echo up
instances = cpus
INI

# copies NAME COUNT QUOTA COMMAND...: started by the command, under this quota
copies()
{
	local name=$1 count=$2

	echo "$3" >/sys/fs/cgroup/cpu.max
	shift 3
	start "$@"
	check "cpus: $name" ends_with 0 'all tasks are done'
	check "cpus: $name: copies" lines "$out" '^one@[1-9][0-9]* \| up$' "$count"
}

mount -t tmpfs none /sys/fs/cgroup
copies 'all there are' "$(nproc)" 'max 100000'
copies 'allowed to run on one' 1 'max 100000' taskset -c "$(taskset -cp $$ | sed 's/.*[ ,-]//')"
if grep -q '^0::' /proc/self/cgroup; then
	copies 'a quota of one and a half' $(($(nproc) > 1 ? 2 : 1)) '150000 100000'
	copies 'a quota of half a CPU' 1 '50000 100000'
else
	skip 'a quota' 'needs cgroup v2'
fi
