#!/bin/bash
# The API with curl: who may do what, by user and by group; what it answers; and that the pages
# for everybody have nothing of it.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/probe-words"
need 'needs curl' curl --version
need_root
need 'needs setpriv' setpriv --version

port=$(free_port)
socket=/run/proctor/proctor.sock
stranger=(setpriv --reuid 65534 --regid 65534 --clear-groups)
member=(setpriv --reuid 65534 --regid 65534 '--groups=7,4711')

# api STATUS REGEX TARGET [ARG...]: as who is in who; the body is in $work/body
api()
{
	local code

	"${who[@]}" curl -s -m 10 -w '%{stderr}%{http_code}' --unix-socket "$socket" \
		"${@:4}" "http://proctor$3" >"$work/body" 2>"$work/code" || :
	code=$(<"$work/code")
	equal "$code" "$1" || { cat "$work/body"; return 1; }
	has "$work/body" "$2" || { cat "$work/body"; return 1; }
}

# code_is CODE: of the last answer, which is an error
code_is()
{
	python3 -c 'import json, sys
error = json.load(open(sys.argv[1]))["error"]
assert error["code"] == sys.argv[2] and error["message"], error' "$work/body" "$1"
}

# is_nobody: the one who asks gets nothing at all
is_nobody()
{
	api 403 'only root' /v1/services && code_is forbidden &&
		api 403 'only root' /v1/services/web/restart -X POST &&
		api 403 'only root' /readyz
}

# reads, and changes nothing
is_reader()
{
	api 200 '"name":"web"' /v1/services && api 200 ready /v1/services/web &&
		api 200 '"manage":false' /v1 && api 200 '"A":null' /v1/config &&
		api 403 control_group_access /v1/services/web/signal -d signal=CONT &&
		code_is forbidden && api 403 . /v1/shutdown -X POST &&
		api 403 . '/v1/update?dry_run' -X POST
}

is_manager()
{
	api 200 '"manage":true' /v1 && api 200 '"A":"b"' /v1/config &&
		api 200 'SIGCONT' /v1/services/web/signal -d signal=CONT
}

# setup LINE...: of [proctor]
setup()
{
	config <<INI
[proctor]
http = 127.0.0.1:$port
$(printf '%s\n' "$@")
[service web]
command = sleep 1000
env.A = b
[service slow]
shell = until [ -e $work/go ]; do sleep 0.02; done; echo >&7; exec sleep 1001
ready = fd:7
[task once]
shell = echo hello
[service side]
command = false
critical = no
INI
	rm -f "$work/go"
	start
	who=()
	within 5 api 200 . /livez
	[ "$*" != 'control = off' ] || return 0
	api 200 ready '/v1/services/web?wait=ready&timeout=10'
	within 5 api 200 '"state":"failed"' /v1/services/side
}

# who may
setup
check 'root' is_manager
who=("${stranger[@]}")
check 'a stranger' is_nobody
who=("${member[@]}")
check 'a member of nothing' is_nobody

# what is answered
who=()
check 'a service' api 200 '"state":"ready"' /v1/services/web
check 'is JSON' python3 -m json.tool "$work/body"
check 'a name in other letters' api 200 '"name":"web"' /v1/services/%77eb
for target in /v1/services /v1/checks /v1/config /v1/health?live; do
	check "$target" api 200 '^{' "$target"
	check "$target is JSON" python3 -m json.tool "$work/body"
done
check 'not all is ready' api 503 '"slow: not ready' /v1/health
check 'no such service' api 404 "no service 'wbe'" /v1/services/wbe
check 'its code' code_is no-such-service
check 'no name' api 404 no-such-resource /v1/services/
check 'no such resource' api 404 . /v1/nothing
check 'its code' code_is no-such-resource
check 'no such verb' api 404 . /v1/services/web/fly -X POST
check 'a GET that changes' api 405 'write POST' /v1/services/web/restart
check 'its code' code_is method-not-allowed
check 'a POST that tells' api 405 'write GET' /v1/services -X POST
check 'another method' api 405 method-not-allowed /v1/services -X DELETE
check 'what is no form' api 415 bad-request /v1/services/web/signal \
	-H 'Content-Type: application/json' -d '{}'
check 'a bad parameter' api 400 'number of seconds' '/v1/services/web?wait=ready&timeout=soon'
check 'its code' code_is bad-request
check 'another one' api 400 'ready, started, done or stopped' '/v1/services/web?wait=up'
check 'a signal that is none' api 400 signal '/v1/services/web/signal?signal=NONE' -X POST
check 'what a signal answers' api 200 \
	'^\{"name":"web","outcome":"done","words":"web: sent SIGCONT","service":\{"name":"web"' \
	'/v1/services/web/signal?signal=CONT' -X POST
check 'the pages' api 200 ok /livez

# long polls
check 'a poll has its time' slower 250 api 408 'not in time' '/v1/services/slow?wait=ready&timeout=0.3'
check 'its code' code_is timeout
check 'what is so' api 200 '"outcome":"done"' '/v1/services/web?wait=ready'
check 'what is done' api 200 'once: done' '/v1/services/once?wait=done'
check 'what is not any more' api 409 'failed: ended with 1' '/v1/services/side?wait=ready'
check 'what can never be' api 409 'never done' '/v1/services/web?wait=done'
(sleep 0.3; touch "$work/go") &
check 'what becomes so' api 200 'slow: ready \(pid' '/v1/services/slow?wait=ready&timeout=9'
wait $!

# verbs
check 'stop' api 200 '"outcome":"done"' /v1/services/web/stop -X POST
check 'is so' api 200 '"state":"stopped"' /v1/services/web
check 'again' api 200 '"outcome":"already"' /v1/services/web/stop -X POST
check 'readiness knows' api 503 'web: stopped' /v1/health
check 'no signal' api 409 'no process to signal' /v1/services/web/signal -d signal=HUP
check 'its code' code_is not-running
check 'start' api 200 'web: ready \(pid' /v1/services/web/start -X POST
check 'restart, without waiting' api 202 asked '/v1/services/web/restart?wait=no' -X POST
check 'ready again' api 200 ready '/v1/services/web?wait=ready&timeout=5'
check 'it cost no restart' api 200 '"restarts":0' /v1/services/web

# the configuration anew
check 'an update that changes nothing' api 200 '"changes":\[\],"applied":true' /v1/update -X POST
printf '[service new]\ncommand = sleep 1002\n' >>"$ini"
check 'what would change' api 200 'new.*"applied":false' '/v1/update?dry_run' -X POST
check 'is not there' api 404 . /v1/services/new
check 'an update' api 200 'new.*"applied":true' /v1/update -X POST
check 'it starts' api 200 'new: ready' '/v1/services/new?wait=ready&timeout=5'
sed -i '/\[service new\]/,$d' "$ini"
check 'without waiting' api 202 'new: is removed.*"applied":false,"words":"update: begun"' \
	'/v1/update?wait=no' -X POST
check 'it is gone' within 5 api 404 . /v1/services/new
echo 'kommand = x' >>"$ini"
check 'errors' api 422 '"errors":\[".*kommand' /v1/update -X POST
check 'their code' code_is configuration

# the output
check 'no logs of nobody' api 404 no-such-service '/v1/logs?service=wbe'
check 'logs' api 200 '"service":"once","stream":"stdout","message":"hello"}' '/v1/logs?service=once&n=5'

# events
check 'events' api 200 '"kind":"stopped","words":"stopped \(asked\)' '/v1/events'
check 'each a line of JSON' python3 -c 'import json, sys
last = 0
for line in open(sys.argv[1]):
    event = json.loads(line)
    assert event["sequence"] == last + 1, event
    last += 1' "$work/body"
check 'the last two' api 200 . '/v1/events?n=2'
check 'are two' lines "$work/body" '' 2
curl -sN --unix-socket $socket 'http://proctor/v1/events?follow&n=1' >"$work/followed" &
follower=$!
within 5 test -s "$work/followed"
check 'something happens' api 200 . /v1/services/web/restart -X POST
check 'is heard' within 5 has "$work/followed" '"kind":"exited","words":"was killed by SIGTERM"'
check 'and what came of it' within 5 has "$work/followed" '"service":"web","kind":"ready"'
check 'HTTP/1.0 gets it without chunks' api 200 '^{"sequence":1,' /v1/events -0

# nobody outside
socket_of_pages="http://127.0.0.1:$port"
for target in /v1 /v1/services /v1/events; do
	check "no $target by http" equal \
		"$(curl -s -m 5 -o /dev/null -w '%{http_code}' "$socket_of_pages$target")" 404
done
check 'no POST by http' equal \
	"$(curl -s -m 5 -o /dev/null -w '%{http_code}' -d a=b "$socket_of_pages/readyz")" 405

check 'shutdown' api 202 . '/v1/shutdown?status=7' -X POST
check 'has its status' ends_with 7
check 'the follower ends' within 5 gone "$follower"
check 'it heard of it' has "$work/followed" '"kind":"shutdown"'

# groups
setup 'control_group = 4711'
who=("${member[@]}")
check 'a member reads' is_reader
who=("${stranger[@]}")
check 'a stranger does not' is_nobody
check 'it stops' clean_stop
setup 'control_group = 4711' 'control_group_access = manage'
who=("${member[@]}")
check 'a member manages' is_manager
who=("${stranger[@]}")
check 'a stranger does not' is_nobody
check 'it stops' clean_stop

# the same user
setup 'control = off'
check 'off: no API' api 404 . /v1/services
check 'off: the pages' api 200 ok /livez
check 'it stops' clean_stop
config <<INI
[proctor]
control = $work/own.sock
[service web]
command = sleep 1000
env.A = b
INI
chmod 777 "$work"
socket=$work/own.sock
who=()
start setpriv --reuid 1234 --regid 1234 --clear-groups
within 5 api 200 . /v1
who=(setpriv --reuid 1234 --regid 99 --clear-groups)
check 'the same user, at a path' is_manager
who=("${stranger[@]}")
check 'another one' is_nobody
check 'it stops' clean_stop
check 'nothing is left' no test -e "$socket"
printf '[proctor]\ncontrol = no/where\n[service a]\ncommand = true\n' | config
quick run -c "$ini"
check 'a path that is none' equal "$status" 78
check 'says why' has "$err" 'neither a path from the root nor a name'
printf '[proctor]\ncontrol = /no/where\n[service a]\ncommand = true\n' | config
quick run -c "$ini"
check 'a folder that is not there' last_line 71 '/no/where: No such file or directory'
