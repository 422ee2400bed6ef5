#!/bin/bash
# The commands that ask proctor: what they ask, what they print and how they exit, for every
# answer there is. A stand-in answers, so that each can be had at will.
set -eu
. "$(dirname "$0")/lib.sh"

need 'needs python3' python3 -c ''
export PROCTOR_RUNTIME_DIR=$work PROCTOR_CONFIG=/none
rules=$work/rules
asked=$work/asked
: >"$rules"
: >"$asked"
python3 "$here/api-stand-in.py" "$work/proctor.sock" "$rules" "$asked" &
within 5 test -S "$work/proctor.sock"

# rule ASKED STATUS BODY
rule()
{
	printf '%s|%s|%s\n' "$@" >>"$rules"
}

# says STATUS STDOUT STDERR ARG...: exactly, each with its line ends as \n
says()
{
	local code=0 first second

	"$proctor" "${@:4}" >"$out" 2>"$err" </dev/null || code=$?
	printf -v first '%b' "$2"
	printf -v second '%b' "$3"
	equal "$code" "$1" && equal "$(<"$out")" "$first" && equal "$(<"$err")" "$second"
}

# asks ASKED ARG...: the command asks that, whatever comes of it, besides which services
# there are
asks()
{
	: >"$asked"
	"$proctor" "${@:2}" >"$out" 2>"$err" </dev/null || :
	equal "$(grep -vx 'GET /v1/services' "$asked" | sort | xargs)" "$1"
}

fine='{"name":"web","outcome":"done","words":"web is ready (pid 12)"}'
broken='{"error":{"code":"failed","message":"web failed: ended with 1"}}'
unknown='{"error":{"code":"no-such-service","message":"there is no service '"'wbe'"'"}}'

for verb in start stop restart reload; do
	rule "POST /v1/services/web/$verb" 200 "$fine"
	rule "POST /v1/services/web/$verb?wait=no" 202 '{"words":"web is asked"}'
	rule "POST /v1/services/bad/$verb" 409 "$broken"
	rule "POST /v1/services/wbe/$verb" 404 "$unknown"
	check "$verb" says 0 'web is ready (pid 12)' '' $verb web
	check "$verb fails" says 1 '' 'proctor: web failed: ended with 1' $verb bad
	check "$verb of none" says 69 '' "proctor: there is no service 'wbe'" $verb wbe
	check "$verb --no-wait" says 0 'web is asked' '' $verb --no-wait web
	check "$verb of several" says 69 'web is ready (pid 12)' \
		"proctor: web failed: ended with 1\nproctor: there is no service 'wbe'" $verb bad web wbe
	check "$verb: the time is passed on" \
		asks "POST /v1/services/a%20b/$verb?timeout=1.5" $verb 'a b' --timeout 1500ms
	check "$verb of nothing" says 64 '' "proctor: $verb: write proctor $verb NAME..." $verb
done
many=$(printf 'web %.0s' {1..70})
# shellcheck disable=SC2086 # words
check 'of many, more than there are connections' says 0 \
	"$(printf 'web is ready (pid 12)\\n%.0s' {1..69})web is ready (pid 12)" '' start $many

rule 'GET /v1/services/web?wait=ready' 200 '{"name":"web","condition":"ready (pid 7)"}'
rule 'GET /v1/services/web?wait=stopped&timeout=5' 408 \
	'{"error":{"code":"timeout","message":"web: not stopped within 5s"}}'
check 'wait' says 0 'web: ready (pid 7)' '' wait web
check 'wait: no more time' says 1 '' 'proctor: web: not stopped within 5s' wait web --stopped -t 5s
check 'wait --done' asks 'GET /v1/services/m?wait=done' wait --done m
check 'wait --started' asks 'GET /v1/services/m?wait=started' wait m --started
check 'wait for two things' says 64 '' \
	"proctor: wait: only one can be waited for, not 'done'; see proctor wait --help" \
	wait web --ready --done
check 'a time with no unit' says 64 '' \
	"proctor: wait: --timeout: '5' has no unit; write 5s or 5ms" wait web --timeout 5
check 'a time too long' says 64 '' 'proctor: wait: --timeout: a day, 1d, is the most' \
	wait web --timeout 2d

rule 'POST /v1/services/web/signal?signal=1' 200 '{"words":"web got SIGHUP"}'
rule 'POST /v1/services/web/signal?signal=10' 409 \
	'{"error":{"code":"not-running","message":"web does not run"}}'
check 'signal' says 0 'web got SIGHUP' '' signal web HUP
check 'signal: does not run' says 1 '' 'proctor: web does not run' signal web SIGUSR1
check 'signal: none' says 64 '' \
	"proctor: signal: 'HPU' is not a signal; did you mean HUP?" signal web HPU

rule 'POST /v1/update' 200 '{"changes":["web: restart","db: new"],"applied":true}'
rule 'POST /v1/update?dry_run' 200 '{"changes":[],"applied":false}'
check 'update' says 0 'web: restart\ndb: new' '' update
rule 'POST /v1/update?wait=no' 202 '{"changes":["web: restart"],"applied":false,"words":"it has begun"}'
check 'update --no-wait' says 0 'web: restart\nit has begun' '' update --no-wait
check 'update --dry-run, nothing' says 0 'nothing has changed' '' update --dry-run
sed -i '/update/d' "$rules"
rule 'POST /v1/update' 422 \
	'{"error":{"code":"configuration","message":"nothing has changed","errors":["a.ini:1: x","a.ini:2: y"]}}'
check 'update: errors' says 1 '' 'proctor: nothing has changed\na.ini:1: x\na.ini:2: y' update

rule 'POST /v1/shutdown' 202 '{}'
check 'shutdown' says 0 stopping '' shutdown
check 'shutdown with a status' asks 'POST /v1/shutdown?status=3' shutdown 3
for value in 256 -1 x ''; do
	check "shutdown '$value'" test "$("$proctor" shutdown -- "$value" 2>/dev/null || echo $?)" = 64
done

log='{"time":"t","service":"web","stream":"stdout","message":"one \u00e9"}'
log+='\n{"time":"t","service":"db","stream":"stderr","message":"two"}'
log+='\n{"time":"t","service":"web","stream":"stdout","message":"rest","continued":true}'
rule 'GET /v1/logs' 200 "chunked:$log"
rule 'GET /v1/logs?n=2&follow&service=web&service=db' 200 "chunked:$log"
mixed='{"time":"2","service":"a","stream":"stdout","message":"two"}'
mixed+='\n{"time":"4","service":"a","stream":"stdout","message":"four"}'
mixed+='\n{"time":"1","service":"b","stream":"stdout","message":"one"}'
mixed+='\n{"time":"2","service":"b","stream":"stdout","message":"three"}'
rule 'GET /v1/logs?service=a&service=b' 200 "chunked:$mixed"
check 'logs of several by time' says 0 'b | one\na | two\nb | three\na | four' '' logs a b
rule 'GET /v1/logs?service=cut' 200 'cut:{"service":"web","stream":"stdout","message":"one"}'
rule 'GET /v1/logs?service=wrong' 200 'chunked:{"service":'
rule 'GET /v1/logs?service=wbe' 404 "$unknown"
check 'logs' says 0 'web | one é\nweb + rest' 'db | two' logs
check 'logs -f -n' says 0 'web | one é\nweb + rest' 'db | two' logs -f -n 2 web db
check 'logs --json' says 0 "${log//\\u/\\\\u}" '' logs --json
check 'logs, cut off' says 2 'web | one' \
	'proctor: the connection ended before the answer did' logs cut
check 'logs, not JSON' says 2 '' 'proctor: the answer is no JSON' logs wrong
check 'logs of none' says 69 '' "proctor: there is no service 'wbe'" logs wbe
check 'logs -n x' says 64 '' "proctor: logs: --lines: 'x' is not a number; write one from 0 to 2147483647" logs -n x
check 'logs to a full disk' test "$("$proctor" logs 2>/dev/null >/dev/full || echo $?)" = 2

event='{"sequence":1,"time":"2026-11-25T06:00:00.000Z","service":"web","kind":"restart","words":"restart 2 of 3"}'
event+='\n{"sequence":2,"time":"2026-11-25T06:00:01.000Z","service":"","kind":"update","words":"updated"}'
rule 'GET /v1/events' 200 "chunked:$event"
check 'events' says 0 \
	'2026-11-25T06:00:00.000Z  web: restart 2 of 3\n2026-11-25T06:00:01.000Z  updated' '' events
check 'events --json' says 0 "$event" '' events --json
check 'events -f -n 0' asks 'GET /v1/events?n=0&follow' events -f -n 0

web='{"name":"web@1","state":"ready","ready":true}'
db='{"name":"db","state":"failed","ready":false,"condition":"ended with 1"}'
rule 'GET /v1/services' 200 "{\"services\":[$web,$db]}"
titles='NAME   STATE   READY  PID  UPTIME  RESTARTS  LAST EXIT'
check 'status, one is down' says 3 \
	"$titles\nweb@1  ready   yes    -    -       0         -\ndb     failed  no     -    -       0         -\n    ended with 1" \
	'' status
check 'status of what is well' says 0 \
	"${titles/STATE /STATE}\nweb@1  ready  yes    -    -       0         -" '' status web
check 'status --names' says 3 'web@1\ndb' '' status --names
check 'status --json' says 3 "{\"services\":[$web,$db]}" '' status --json
check 'status --json of one' says 0 "{\"services\":[$web]}" '' status --json web
check 'status of none' says 69 '' "proctor: there is no service 'wbe'" status wbe
check 'one that may be meant' says 69 '' \
	"proctor: there is no service 'wbe@1'; did you mean 'web@1'?" status wbe@1
rule 'POST /v1/services/web@1/stop' 200 '{"words":"web@1: stopped"}'
rule 'GET /v1/services/web@1?wait=ready' 200 '{"words":"web@1: ready"}'
rule 'POST /v1/services/web@1/signal?signal=1' 200 '{"words":"web@1: sent SIGHUP"}'
check 'a copy by the name of its section' says 0 'web@1: stopped' '' stop web
check 'waited for' says 0 'web@1: ready' '' wait web
check 'with a signal' says 0 'web@1: sent SIGHUP' '' signal web HUP
check 'beside one that is none' says 69 'web@1: stopped' \
	"proctor: there is no service 'dbb'; did you mean 'db'?" stop dbb web

sed -i '/GET .v1.services|/d' "$rules"
rule 'GET /v1/services' 403 '{"error":{"code":"forbidden","message":"it is not yours"}}'
check 'refused' says 2 '' 'proctor: it is not yours' status
sed -i '/GET .v1.services|/d' "$rules"
rule 'GET /v1/services' 500 'oh no'
check 'an answer that is none of ours' says 2 '' \
	'proctor: no such question is known there: HTTP 500' status
sed -i '/GET .v1.services|/d' "$rules"
rule 'GET /v1/services' 200 '[1,'
check 'no JSON' says 2 '' 'proctor: the answer is no JSON' status

rm "$work/proctor.sock"

# nobody ARG...: one line says where it was looked for
nobody()
{
	local code=0

	"$proctor" "$@" >"$out" 2>"$err" || code=$?
	equal "$code" 2 && lines "$err" '' 1 && [[ $(<"$err") = "$gone"* && ! -s $out ]]
}

gone="proctor: none is running here: $work/proctor.sock: No such file or directory"
for verb in status 'start web' 'stop a b c' 'wait web' 'signal web HUP' logs events update shutdown; do
	# shellcheck disable=SC2086 # words
	check "nobody: $verb" nobody $verb
done
printf '[proctor]\ncontrol = off\n[service a]\ncommand = sleep 1\n' >"$ini"
check 'control = off' says 2 '' \
	'proctor: the configuration has control = off: nothing can be asked' status -c "$ini"
