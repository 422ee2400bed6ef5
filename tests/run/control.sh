#!/bin/bash
# Services that are steered by hand: start, stop, restart, signal and shutdown of a live proctor, with
# their exit statuses, for root and for strangers.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/control-words"

config <<INI
[service web]
shell = trap 'echo reloaded' HUP; echo >&3; echo started; while :; do sleep 0.05; done
ready = fd:3
[service db]
command = sleep 1000
[service api]
command = sleep 1001
requires = db
[service frail]
shell = test -e $work/ok || exit 3; echo >&3; exec sleep 1002
ready = fd:3
critical = no
[service stubborn]
shell = trap '' TERM; echo >&3; while :; do sleep 0.05; done
ready = fd:3
stop_timeout = 3s
[service plain]
command = sleep 1003
[service pair]
command = sleep 200%i
instances = 2
INI
begin
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
check 'wait until it is stopped' run 0 wait web --stopped --timeout 5s
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
check 'not waited for' faster 2800 run 0 stop stubborn --no-wait
check 'it goes on' within 5 prints 3 '^stubborn +stopped ' status stubborn
check 'started again' run 0 start stubborn
check 'in time or not' complains 1 '^proctor: .*stubborn' stop stubborn --timeout 100ms
check 'it goes on all the same' within 5 prints 3 '^stubborn +stopped ' status stubborn
check 'several' run 0 restart plain web db
check 'no such service' complains 69 "'wbe'" stop wbe
check 'one of several' complains 69 "'wbe'" restart plain wbe

check 'what requires it stops with it' run 0 stop db
check 'both are down' run 3 status db api
check 'asked' lines "$work/printed" '^(db|api) +stopped ' 2
check 'and comes back with it' run 0 start db
check 'is there again' run 0 wait api --timeout 5s
check 'what it requires is started' eval 'run 0 stop db && run 0 start api && run 0 status db api'

check 'all copies of one' prints 0 '^pair@2' stop pair
check 'are down' lines "$work/printed" '^pair@[12]: stopped' 2
check 'and up' run 0 start pair
check 'each by a process of its own' changes pair@1 changes pair@2 run 0 restart pair

# ---- two who ask ---------------------------------------------------------------------

# beside RESULT ARG...: what becomes of a restart when this is asked while it stops
beside()
{
	local code=0 restarting

	run 0 start stubborn || return 1
	"$proctor" restart stubborn -c "$ini" >/dev/null 2>"$work/complained-first" &
	restarting=$!
	within 5 prints 3 '^stubborn +stopping ' status stubborn || return 1
	run 0 "${@:2}" stubborn || return 1
	wait $restarting || code=$?
	equal $code "$1"
}
check 'a start is no end of a restart' beside 0 start
check 'another restart neither' beside 0 restart
check 'a stop is' beside 1 stop
check 'and is told' has "$work/complained-first" 'somebody has asked otherwise meanwhile; stubborn'
check 'it is stopped' prints 3 '^stubborn +stopped ' status stubborn

# ---- signal ------------------------------------------------------------------------

check 'signal' run 0 signal web HUP
check 'arrives' within 5 has "$out" '^web \| reloaded$'
check 'signal to what does not run' complains 1 stubborn signal stubborn HUP

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

# ---- the end -----------------------------------------------------------------------------------

check 'shutdown' prints 0 '^stopping$' shutdown 42
check 'with this status' ends_with 42
