#!/bin/bash
# What a section says about its process is so when its program starts: user, groups, directory,
# umask, nice, oom_score_adj, limits; and each has its own session, group and clean signals.
set -eu
. "$(dirname "$0")/lib.sh"

# value COMMAND: what it prints in a service with the configuration's lines, on one line
value()
{
	{ printf '[main app]\nlog = raw\nshell = %s\n' "$1"; printf '%s\n' "${@:2}"; } >"$ini"
	start
	ends_with 0 'main app is done' || return 1
	xargs <"$out"
}

# attribute NAME EXPECTED COMMAND LINE...
attribute()
{
	check "$1" equal "$(value "${@:3}")" "$2"
}

of_status()
{
	# Not by awk: some of them ignore SIGPIPE themselves.
	echo "sed -n 's/^$1://p' /proc/self/status"
}

attribute directory / pwd 'directory = /'
attribute "directory: proctor's own" "$PWD" pwd
attribute umask 0027 umask 'umask = 027'
attribute 'umask: none at all' 0000 umask 'umask = 0'
attribute nice $(($(nice) + 5)) nice "nice = $(($(nice) + 5))"
attribute oom_score_adj 500 'cat /proc/self/oom_score_adj' 'oom_score_adj = 500'
attribute 'limit: both' '64 64' 'ulimit -S -n; ulimit -H -n' 'limit.nofile = 64'
attribute 'limit: soft and hard' '32 64' 'ulimit -S -n; ulimit -H -n' 'limit.nofile = 32:64'
attribute 'limit: a size' '1024' 'ulimit -f' 'limit.fsize = 512k'
attribute 'limit: unlimited' 'unlimited' 'ulimit -S -t' 'limit.cpu = unlimited'
attribute 'no signal is blocked' 0000000000000000 "$(of_status SigBlk)"
attribute 'no signal is ignored' 0000000000000000 "$(of_status SigIgn)"

# a session and a process group of its own
config <<'INI'
[service one]
command = sleep 1001
[service two]
command = sleep 1002
INI
start
check 'both run' within 5 only_these 'sleep 1001' 'sleep 1002'
for n in 1001 1002; do
	pid=$(pid_of sleep $n)
	check "sleep $n leads a session" equal "$(ps -o sid= -p "$pid" | xargs)" "$pid"
	check "sleep $n leads a group" equal "$(ps -o pgid= -p "$pid" | xargs)" "$pid"
done
check 'a stop' clean_stop

need_root
grep -q '^daemon:[^:]*:1:1:' /etc/passwd || { skip 'users' 'needs a usual passwd'; exit 0; }
ids='id -u; id -g; id -G'
attribute 'user, by name' '1 1 1' "$ids" 'user = daemon'
attribute 'user, a number' '1000660000 0 0' "$ids" 'user = 1000660000'
attribute 'group' '1 5 5' "$ids" 'user = daemon' 'group = 5'
attribute 'group alone' '0 1 1 7' "$ids" 'group = daemon' 'groups = 7'
attribute 'groups' '1 1 1 7 8' "$ids" 'user = daemon' 'groups = 7 8'
attribute 'all of its ids' '1 1 1 1' "$(of_status Uid)" 'user = daemon'
attribute 'no capabilities' 0000000000000000 "$(of_status CapEff)" 'user = daemon'
attribute 'nice, for the better' -5 nice 'nice = -5'
attribute 'limit, of a user' '100 200' "awk '/processes/ { print \$3, \$4 }' /proc/self/limits" \
	'user = daemon' 'limit.nproc = 100:200'
attribute '/dev/stdout can be opened' hello 'echo hello >/dev/stdout' 'user = daemon'
