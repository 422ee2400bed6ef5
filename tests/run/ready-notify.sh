#!/bin/bash
# ready = notify: a service is ready when a process of it says READY=1, and not before.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
helper notify

config <<INI
[service db]
shell = $obey
ready = notify
[service early]
command = sleep 1001
after = db:started
[service app]
shell = echo socket=\$NOTIFY_SOCKET; exec sleep 1002
after = db
INI
start
check 'who needs no more than its start' within 10 running sleep 1001
check 'not ready' health 1 \
	'db: not ready: it has not said READY=1 yet \(and 1 more\)'
check 'others wait for it' page 503 /readyz '^app: waits for db$'
order "$bin/notify STATUS=soon READY=0 READY=1x XREADY=1"
check 'anything else is not it' health 1 'db: not ready: .*'
check 'they still wait' no running sleep 1002
order "$bin/notify STATUS=here READY=1"
check 'ready' within 10 health 0 ok
check 'now the others come' within 10 running sleep 1002
check 'and know nothing of the socket' within 10 has "$out" '^app \| socket=$'
check 'which a stop is the end of' clean_stop
check 'nothing is left of it' no test -e /run/proctor

# the tool of systemd itself, and another user
if command -v systemd-notify >/dev/null; then
	config <<-'INI'
	[service app]
	shell = systemd-notify --ready --status=well; exec sleep 1000
	ready = notify
	INI
	start
	check 'systemd-notify' within 10 health 0 ok
	check 'and what it tells' shows '"note":"well"'
	check 'it stops' clean_stop
else
	skip 'systemd-notify' 'needs systemd'
fi
if [ "$real_uid" = 0 ]; then
	config <<-INI
	[service app]
	shell = $bin/notify READY=1; exec sleep 1000
	user = 65534
	group = 65534
	ready = notify
	INI
	start
	check 'another user' within 10 health 0 ok
	check 'stopped as well' clean_stop
else
	skip 'another user' 'needs root'
fi

config <<INI
[service app]
shell = $bin/notify READY=1; exec sleep 0.05
ready = notify
restart = always
restart_delay = 1h
restart_delay_max = 1h
INI
start
check 'a new life is not ready yet' within 10 health 1 'app: restart in .*'
check 'stopped as any' clean_stop
