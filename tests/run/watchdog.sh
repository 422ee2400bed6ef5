#!/bin/bash
# watchdog: a service that does not say WATCHDOG=1 in time hangs, and has failed.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
helper notify

# the one child of PID 1
freeze()
{
	kill -STOP "$(children_of "$init")"
}

# pinged COUNT: that often at least
pinged()
{
	[ "$(grep -c 'ping$' "$out")" -ge "$1" ] || { cat "$out"; return 1; }
}

# Some pings take longer than the watchdog in all.
config <<INI
[service app]
shell = echo usec=\$WATCHDOG_USEC; $bin/notify READY=1; while $bin/notify WATCHDOG=1; do echo ping; sleep 0.1; done
ready = notify
watchdog = 3s
INI
start
check 'it is told how often' within 10 has "$out" '^app \| usec=3000000$'
check 'one that keeps its word is left alone' within 60 pinged 40
check 'and is ready' health 0 ok
freeze
check 'one that hangs ends it all with 69' \
	ends_with 69 'service app missed its watchdog of 3s'

config <<INI
[service app]
shell = trap '' TERM; $bin/notify READY=1; echo life; while :; do sleep 0.02; done
ready = notify
watchdog = 500ms
stop_timeout = 100ms
restart = on-failure
restart_delay = 10ms
restart_limit = 1/60s
INI
start
check 'a life' within 10 has "$out" 'life$'
check 'stopped by its rules, restarted in its budget, then escalated' ends_with 69 \
	'service app missed its watchdog of 500ms after 1 restart in .*'
check 'the restart is told' has "$err" \
	'^proctor \| app: missed its watchdog of 500ms; restart 1 of 1 in '
check 'and that it had to be killed, each time' \
	lines "$err" 'app: did not stop in time; killed' 2

config <<INI
[service app]
shell = $obey
ready = notify
watchdog = 1h
INI
start
order 'sleep 0.3'
check 'it begins once the service is ready' health 1 'app: not ready: .*'
order "$bin/notify READY=1"
post "$bin/notify WATCHDOG=trigger"
check 'trigger: it knows itself that it has failed' ends_with 69 \
	'service app triggered its watchdog itself'

start
post "$bin/notify READY=1 WATCHDOG_USEC=100000"
check 'WATCHDOG_USEC: it may ask for less' \
	ends_with 69 'service app missed its watchdog.*'

start
order "$bin/notify READY=1 WATCHDOG_USEC=1000000; $bin/notify WATCHDOG_USEC=0"
order 'sleep 1.2'
check 'or for none' health 0 ok
check 'it stops' clean_stop
