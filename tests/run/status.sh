#!/bin/bash
# proctor status and proctor wait, of services in every state: the table, JSON, names, and exit
# statuses; where the socket is looked for, and who may ask.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/control-words"

at_most_80()
{
	run 3 status && no grep -E '.{81}' "$work/printed"
}

is_json()
{
	run "$@" && python3 -c 'import json, sys; json.load(sys.stdin)' <"$work/printed"
}

config <<INI
[service web]
shell = trap 'exit 0' TERM; while :; do sleep 0.1; done
[service notes]
shell = exec sleep 1000
ready = check
[check notes-up]
service = notes
probe = exec: sh -c 'echo the file is not there, and this is why: it is a long story; test -e $work/up'
interval = 20ms
[service gone]
shell = sleep 0.3; kill -SEGV \$\$
critical = no
[service slow]
command = sleep 1000
instances = 2
[task done]
command = true
[task never]
command = false
critical = no
INI
begin
check 'wait: ready' prints 0 '^web: ' wait web --timeout 20s
check 'wait: a task that is done' prints 0 '^done: ' wait 'done' --timeout 20s
check 'wait: several' prints 0 '^slow@2: ' wait web slow@1 slow@2 --timeout 20s
check 'wait: not in time' complains 1 '^proctor: .*notes' wait notes --timeout 100ms
check 'wait: it has ended' prints 0 '^gone: ' wait gone --stopped --timeout 20s
check 'wait: it has failed for good' complains 1 '^proctor: .*gone' wait gone --timeout 20s --ready
check 'wait: a service is never done' run 1 wait web --done --timeout 20s
check 'wait: none of that name' complains 69 "^proctor: .*'wbe'" wait wbe
check 'status: something is down' prints 3 '^NAME +STATE +READY +PID +UPTIME +RESTARTS +LAST EXIT$' status
check 'status: ready' has "$work/printed" '^web +ready +yes +[0-9]+ +[0-9]+s +0 +-$'
check 'status: killed' has "$work/printed" '^gone +failed +no +- +- +0 +killed by SIGSEGV$'
check 'status: why it is not ready' in_order "$work/printed" '^notes +up +no +[0-9]+ ' \
	'^    not ready: readiness check notes-up'
check 'status: a task' has "$work/printed" '^done +done +yes +- '
check 'status: 80 columns' at_most_80
check 'status of what is well' prints 0 '^web ' status web 'done'
check 'status of instances' run 0 status slow
check 'both' lines "$work/printed" '^slow@' 2
check 'status of what is not' run 3 status gone
check 'no other' lines "$work/printed" '' 3
check 'status of none' complains 69 "^proctor: there is no service 'wbe'" status wbe
check 'names' prints 3 '^slow@2$' status --names
check 'JSON' is_json 3 status --json
check 'JSON of one' is_json 0 status --json web
check 'has the state' has "$work/printed" '^\{"services":\[\{"name":"web",.*"state":"ready"'
touch "$work/up"
check 'wait: until it is' prints 0 '^notes: ' wait notes --timeout 20s
check 'wait: whatever is meant by it' run 0 wait notes --started

# drawn again and again, over what was there
drawn_twice()
{
	[ "$(grep -c $'\e\[H' "$work/drawn")" -ge 2 ] || { cat -v "$work/drawn"; return 1; }
}

watched()
{
	COLUMNS=80 script -qec "stty rows 6 cols 60; exec '$proctor' status -w -c $ini" \
		/dev/null </dev/null >"$work/drawn" &
	within 20 drawn_twice || return 1
	kill $!
	wait $! || :
	no grep -E '^.{65}' <(tr -d '\r' <"$work/drawn" | sed 's/\x1b\[[0-9]*[A-Z]//g')
}
if command -v script >/dev/null; then
	check 'on a terminal, in its size' watched
fi

if [ "$real_uid" = 0 ]; then
	as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	chmod 755 "$work"
	stranger()
	{
		local code=0

		"${as_nobody[@]}" "$proctor" status -c "$ini" >"$work/printed" 2>"$work/complained" ||
			code=$?
		equal "$code" 2 && no test -s "$work/printed" && lines "$work/complained" '^proctor: ' 1
	}
	check 'a stranger is told nothing' stranger
else
	skip 'a stranger' 'needs root'
fi
check 'it stops' clean_stop
check 'and is gone' complains 2 '^proctor: none is running here: /run/proctor/proctor.sock: ' status

# where the configuration says
for control in "$work/other.sock" other.sock; do
	config <<INI
[proctor]
control = $control
[service web]
command = sleep 1000
INI
	start
	check "control = ${control##*/}" within 10 run 0 status
	check 'the environment too' env PROCTOR_CONTROL="$control" "$proctor" status -c /none
	check 'it stops there' clean_stop
done
# while it stops
config <<INI
[service web]
command = sleep 1000
[service slow]
shell = trap 'until test -e $work/go; do sleep 0.05; done; exit 0' TERM; echo >&3; while :; do sleep 0.05; done
ready = fd:3
[task long]
command = sleep 1001
INI
begin
check 'a task that runs' within 5 prints 3 '^    running, and not done yet$' status long
check 'all runs' run 0 wait web slow --timeout 20s
send TERM
check 'the stop begins' within 5 prints 3 '^slow +stopping ' status slow
check 'nothing can be waited for' complains 1 '^proctor: proctor is stopping; web: ' wait web
check 'nor signalled what is gone' within 5 complains 1 '^proctor: no process to signal; web: ' signal web HUP
touch "$work/go"
check 'it stops in order' ends_with 0 'stopped on SIGTERM'
config <<INI
[proctor]
control = off
[service web]
command = sleep 1000
INI
start
check 'health without control' within 10 "$proctor" health -c "$ini"
check 'control = off' complains 2 '^proctor: the configuration has control = off' status
check 'it stops without' clean_stop

if [ "$real_uid" = 0 ]; then
	config <<INI
[proctor]
runtime_dir = $work/theirs
[service web]
command = sleep 1000
INI
	mkdir "$work/theirs"
	chown 65534 "$work/theirs"
	start setpriv --reuid 65534 --regid 65534 --clear-groups
	check 'it can be asked' within 10 test -S "$work/theirs/proctor.sock"
	check 'as another user: root asks' nsenter -t "$init" -p -m "$proctor" status -c "$ini"
	check 'so does this one' "${as_nobody[@]}" "$proctor" status -c "$ini"
	check 'it stops as well' clean_stop
fi
