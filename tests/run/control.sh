#!/bin/bash
# Services that are steered by hand: start, stop, restart, reload, signal, update, shutdown, logs and
# events of a live proctor, with their exit statuses, for root, its user and strangers.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/control-words"
need 'services cannot be steered yet' "$proctor" check --explain reload_signal

# keeps NAME COMMAND...: the pid of this service is the same after the command
keeps()
{
	local before

	before=$(pid_of_service "$1")
	"${@:2}" && equal "$(pid_of_service "$1")" "$before"
}

changes()
{
	local before

	before=$(pid_of_service "$1")
	"${@:2}" && no test "$(pid_of_service "$1")" = "$before"
}

pid_of_service()
{
	"$proctor" status -c "$ini" "$1" | awk -v name="$1" '$1 == name { print $4 }'
}

config <<INI
[service web]
shell = trap 'echo reloaded' HUP; echo started; while :; do sleep 0.05; done
reload_signal = HUP
reload_check = test ! -e $work/bad
[service db]
command = sleep 1000
[service api]
command = sleep 1001
requires = db
[service frail]
shell = test -e $work/ok || exit 3; exec sleep 1002
critical = no
[service stubborn]
shell = trap '' TERM; while :; do sleep 0.05; done
stop_timeout = 1s
[service plain]
command = sleep 1003
INI
start
check 'it runs' run 0 wait web api stubborn --timeout 5s
check 'frail has failed' within 5 prints 3 '^frail +failed +no ' status

# ---- start, stop, restart ----------------------------------------------------------------

check 'stop' prints 0 '^web' stop web
check 'its process is gone' equal "$(pid_of_service web)" -
check 'a word for it' prints 3 '^web +stopped +no ' status
check 'stopped (asked)' has "$work/printed" 'stopped \(asked\)'
check 'not ready without it' run 1 health
check 'and the others run' prints 0 '^plain +ready ' status plain
check 'stop what is stopped' run 0 stop web
check 'it stays so' prints 3 '^web +stopped ' status web
check 'start' prints 0 '^web' start web
check 'ready again' run 0 status web
check 'start what runs' keeps web run 0 start web
check 'restart' changes web prints 0 '^web' restart web
check 'many restarts cost no budget' eval 'for i in 1 2 3 4 5 6 7; do run 0 restart plain || exit 1; done'
check 'and are no failure' prints 0 '^plain +ready +yes +[0-9]+ +[0-9]+s ' status plain
check 'a start that fails' complains 1 '^proctor: .*frail' start frail
touch "$work/ok"
check 'a start that does not' prints 0 '^frail' start frail
check 'not waited for' faster 700 run 0 stop stubborn --no-wait
check 'it goes on' within 5 prints 3 '^stubborn +stopped ' status stubborn
check 'started again' run 0 start stubborn
check 'in time or not' complains 1 '^proctor: .*stubborn' stop stubborn --timeout 100ms
check 'it goes on all the same' within 5 prints 3 '^stubborn +stopped ' status stubborn
check 'several' run 0 restart plain web db
check 'no such service' complains 69 "'wbe'" stop wbe
check 'one of several' complains 69 "'wbe'" restart plain wbe

# ---- signal, reload ------------------------------------------------------------------------

check 'signal' run 0 signal web HUP
check 'arrives' within 5 has "$out" '^web \| reloaded$'
check 'signal to what does not run' complains 1 stubborn signal stubborn HUP
check 'reload' keeps web run 0 reload web
check 'arrives as well' within 5 lines "$out" '^web \| reloaded$' 2
touch "$work/bad"
check 'reload_check says no' keeps web complains 1 '^proctor: .*web' reload web
check 'no reload' lines "$out" '^web \| reloaded$' 2
rm "$work/bad"
check 'reload of what cannot' complains 1 '^proctor: .*plain' reload plain

# ---- logs, events ---------------------------------------------------------------------------

check 'logs' prints 0 '^web \| started$' logs web
check 'the last one' prints 0 '^web \| reloaded$' logs web -n 1
check 'alone' lines "$work/printed" '' 1
check 'logs of none' complains 69 "'wbe'" logs wbe
"$proctor" logs -f -n 0 web -c "$ini" >"$work/followed" 2>&1 &
follower=$!
"$proctor" events -f -n 0 --json -c "$ini" >"$work/happened" 2>&1 &
check 'events' prints 0 'web: ' events
sleep 0.2
check 'something happens' run 0 restart web
check 'is followed' within 5 has "$work/followed" '^web \| started$'
check 'so are events' within 5 has "$work/happened" '^\{"sequence":[0-9]+,"time":"[^"]*","service":"web"'
check 'whole lines' test "$(tail -c 1 "$work/happened" | od -An -c | tr -d ' ')" = '\n'

# ---- who may ----------------------------------------------------------------------------------

if [ "$real_uid" = 0 ]; then
	refused()
	{
		local code=0

		setpriv --reuid 65534 --regid 65534 --clear-groups "$proctor" "$@" -c "$ini" \
			>"$work/printed" 2>"$work/complained" || code=$?
		equal "$code" 2 && no test -s "$work/printed" && lines "$work/complained" '' 1
	}
	for verb in status 'start web' 'stop web' 'restart web' 'reload web' 'signal web HUP' \
			'wait web' 'logs' 'events' 'update' 'shutdown'; do
		# shellcheck disable=SC2086 # words
		check "a stranger: $verb" keeps web refused $verb
	done
else
	skip 'a stranger' 'needs root'
fi

# ---- update -----------------------------------------------------------------------------------

check 'nothing new' prints 0 '^nothing has changed$' update
sed -i 's/sleep 1003/sleep 1004/' "$ini"
printf '[service new]\ncommand = sleep 1005\n' >>"$ini"
check 'the difference' keeps plain prints 0 plain update --dry-run
check 'has the new one' has "$work/printed" new
check 'update' keeps db changes plain run 0 update
check 'the new one runs' run 0 wait new --timeout 5s
check 'the changed one too' within 5 running sleep 1004
echo 'wrong = yes' >>"$ini"
check 'a mistake' keeps plain run 1 update
check 'is told' has "$work/complained" "unknown key 'wrong'"
sed -i '/^wrong/d; /service new/,$d' "$ini"
check 'one less' run 0 update
check 'is gone' complains 69 "'new'" status new

# ---- the end -----------------------------------------------------------------------------------

check 'shutdown' prints 0 '^stopping$' shutdown 42
check 'with this status' ends_with 42
check 'the follower ends' within 5 gone "$follower"
