#!/bin/bash
# A startup check holds back the others until it has passed, and then sleeps; one that
# fails is a failure of its service.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"

# count NAME: of the probes of that check
count()
{
	wc -l <"$work/$1"
}

at_least()
{
	[ "$(count "$1")" -ge "$2" ]
}

config <<INI
[service app]
command = sleep 1000
[check begun]
service = app
kind = startup
probe = exec: sh -c 'echo >>$work/startup; test -e $work/go'
interval = 30ms
timeout = 20s
failures = 1000
[check alive]
service = app
kind = liveness
probe = exec: sh -c 'echo >>$work/liveness; test ! -e $work/hung'
interval = 30ms
timeout = 20s
[check well]
service = app
probe = exec: sh -c 'echo >>$work/readiness'
interval = 30ms
timeout = 20s
INI
touch "$work"/{startup,liveness,readiness,hung}
start
check 'it is asked until it passes' within 20 at_least startup 5
check 'no liveness probe is made' equal "$(count liveness)" 0
check 'no readiness probe' equal "$(count readiness)" 0
check 'not ready' health 1 'app: startup check begun has not passed yet: ended with 1'
check 'not started' health 1 'app: startup check begun .*' --startup
check 'they sleep' page 200 '/livez?verbose' '^\[.\]app/alive excluded: liveness, asleep$'
rm "$work/hung"
touch "$work/go"
check 'then the others begin' within 20 at_least liveness 3
check 'ready' within 10 health 0 ok
check 'started' health 0 ok --startup
passed=$(count startup)
check 'they go on' within 20 at_least liveness 10
check 'and it is asked no more' equal "$(count startup)" "$passed"
touch "$work/hung"
check 'from now on liveness counts' ends_with 69 \
	'service app failed its liveness check alive: ended with 1'

config <<INI
[service app]
command = sleep 1000
[check begun]
service = app
kind = startup
probe = exec: sh -c 'echo still at it; exit 1'
interval = 30ms
timeout = 20s
failures = 3
INI
start
check 'one that never passes' ends_with 69 \
	'service app failed its startup check begun: still at it'
