#!/bin/bash
# ready = check: a service is ready when its checks pass, all of them; who comes after it
# waits for that, and for nothing else once it is up.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"

config <<INI
[service db]
command = sleep 1000
ready = check
health = exec: test -e $work/one
[check two]
service = db
probe = exec: test -e $work/two
interval = 20ms
[check begun]
service = db
kind = startup
probe = exec: test -e $work/begun
interval = 20ms
failures = 1000
[service app]
command = sleep 1001
after = db
[service plain]
command = sleep 1002
health = exec: false
INI
# of the short form, health =, the interval is 10 s
touch "$work/one"
start
check 'what has not begun is not ready' within 10 health 1 \
	'db: startup check begun has not passed yet: ended with 1.*'
touch "$work/begun"
check 'one of two is not enough' within 10 health 1 'db: readiness check two .*'
check 'the next one waits' no running sleep 1001
touch "$work/two"
# its short form asks again after 10 s, should it have been too slow once
check 'both are' within 30 running sleep 1001
check 'one that is not ready by its checks is up, but not well' \
	within 30 health 1 'plain: readiness check plain/health has not passed yet: ended with 1'
rm "$work/two"
check 'it may turn bad again' \
	within 10 health 1 'db: readiness check two failed: ended with 1.*'
check 'and the next one goes on' running sleep 1001
check 'they stop' clean_stop
