#!/bin/bash
# A readiness check that fails makes its service not ready, and nothing else; each change
# is told once.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"

config <<INI
[service app]
command = sleep 1000
[check well]
service = app
probe = exec: sh -c 'echo >>$work/looked; [ ! -e $work/down ] || { echo closed; exit 2; }'
interval = 30ms
timeout = 20s
failures = 2
successes = 3
[service helper]
command = sleep 1001
critical = no
health = exec: false
INI

looked()
{
	[ "$(wc -l <"$work/looked")" -ge "$1" ]
}

# bad, and good: what the pages say while it is so
bad()
{
	within 10 page 503 /readyz '^app: readiness check well failed: closed$' &&
		page 503 /healthz && page 200 /livez '^ok$' && page 200 /startupz '^ok$' &&
		page 503 '/readyz?verbose' '^\[-\]app/well failed: readiness, failing: closed$' &&
		health 1 'app: readiness check well failed: closed'
}

good()
{
	within 10 page 200 /readyz '^ok$' && page 200 /healthz && page 200 /livez &&
		page 200 '/readyz?verbose' '^\[\+\]app/well ok: readiness, passing' && health 0 ok
}

start
check 'ready after three successes; one that is not critical does not count' good
check 'nothing is told of that' no has "$err" 'check'
for turn in 1 2; do
	: >"$work/looked"
	touch "$work/down"
	check "not ready, $turn" bad
	check "which needs two failures, $turn" looked 2
	check "it is asked on, $turn" within 10 looked 8
	check "told once, $turn" \
		lines "$err" '^proctor \| app: readiness check well failed: closed$' $turn
	: >"$work/looked"
	rm "$work/down"
	check "ready again, $turn" good
	check "which needs three successes, $turn" looked 3
	check "and on, $turn" within 10 looked 8
	check "told once as well, $turn" \
		lines "$err" '^proctor \| app: readiness check well passes again$' $turn
done
check 'the service is as it was' lines "$err" 'restart' 0
check 'it stops' clean_stop
