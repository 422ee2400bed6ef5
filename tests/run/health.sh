#!/bin/bash
# proctor health: 0 or 1, and a line that names what is wrong; in little time, for the user
# that proctor runs as and for root, without a file system to write to.
set -eu
. "$(dirname "$0")/lib.sh"

# health STATUS REGEX [ARG...]: its status, and all it prints is one line
health()
{
	local code=0

	"$proctor" health "${@:3}" >"$work/said" 2>&1 || code=$?
	equal "$code" "$1" || { cat "$work/said"; return 1; }
	[[ $(<"$work/said") =~ ^($2)$ ]] || { echo "it says '$(<"$work/said")'"; return 1; }
}

refused_to_others()
{
	setpriv --reuid 65534 --clear-groups "$proctor" health >"$work/said" 2>&1 &&
		{ echo 'another user is told'; return 1; }
	has "$work/said" '^proctor: only root and the user it runs as may ask$'
}

check 'nobody is there' health 1 \
	'proctor: none is running here: /run/proctor/proctor.sock: No such file or directory, .*'

config <<INI
[service db]
shell = until [ -e $work/go ]; do sleep 0.02; done; echo ok >&7; exec sleep 1000
ready = fd:7
[service app]
command = sleep 1000
[check up]
service = app
probe = exec: test ! -e $work/down
interval = 20ms
timeout = 10s
failures = 1
[check alive]
service = app
kind = liveness
probe = exec: true
timeout = 10s
INI
start
check 'alive' within 5 health 0 ok --live
check 'not ready' within 5 health 1 'db: not ready: it has not written to descriptor 7 yet'
check 'not started' health 1 'db: not ready: .*' --startup
touch "$work/go"
check 'ready' within 5 health 0 ok
check 'asked for' health 0 ok --ready
check 'started' health 0 ok --startup
check 'nothing to say' health 0 '' --quiet
touch "$work/down"
check 'which check, and its answer' within 5 health 1 'app: readiness check up failed: .*'
check 'still alive' health 0 ok --live
check 'not a word' health 1 '' --quiet
rm "$work/down"
check 'and well again' within 5 health 0 ok
check 'without a file system to write to' unshare --mount sh -c "
	mount -o remount,bind,ro / && mount -o remount,ro /run && exec '$proctor' health"
if [ "$real_uid" = 0 ]; then
	check 'not for others' refused_to_others
else
	skip 'not for others' 'needs root'
fi
check 'a wrong option' health 64 ".*unknown option '--no'.*" --no
check 'a wrong argument' health 64 ".*unexpected argument 'app'.*" app
check 'it stops' clean_stop

# where the configuration says, whatever else is wrong with it
config <<INI
[proctor]
runtime_dir = $work/here
[service app]
command = sleep 1000
INI
start
check 'the configuration tells where' within 5 health 0 ok -c "$ini"
check 'so does the environment' env PROCTOR_RUNTIME_DIR="$work/here" "$proctor" health -c /none
check 'nobody at the usual places' health 1 'proctor: none is running here: /run/.*' -c /none
check 'it stops there' clean_stop
