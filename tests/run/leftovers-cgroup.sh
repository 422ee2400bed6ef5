#!/bin/bash
# With a cgroup v2 that can be written, what left its service's group and session is killed
# with it, and no cgroup is left at the end.
set -eu
# shellcheck disable=SC2034 # for lib.sh
cgroups=yes
. "$(dirname "$0")/lib.sh"

mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
folder=$mount$(sed -n 's/^0:://p' /proc/self/cgroup)
need 'no cgroup v2 that can be written' test -w "$folder/cgroup.procs"
# in one of our own: others may come and go in that folder
ours=$folder/test-$$
move_in()
{
	mkdir "$ours" || return 1
	if [ -e "$ours/cgroup.kill" ] && echo $$ >"$ours/cgroup.procs"; then
		return 0
	fi
	rmdir "$ours"
	return 1
}
need 'no cgroup of its own, with cgroup.kill' move_in

config <<'INI'
[service app]
shell = pgrep -x -f 'sleep 1008' && echo left; echo life; setsid sleep 1008 & sleep 0.1; exit 3
restart = on-failure
restart_limit = 3/60s
restart_delay = 1ms
restart_delay_max = 1ms
INI
start
check 'ends' ends_with 3 'service app ended with 3 after 3 restarts in .*'
check 'every life' lines "$out" 'life$' 4
check 'nothing is left in the next life' no has "$out" 'left$'
check 'no cgroup is left' equal "$(find "$ours" -mindepth 1 -type d)" ''
echo $$ >"$folder/cgroup.procs"
check 'its own is empty' within 5 rmdir "$ours"
