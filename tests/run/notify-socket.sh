#!/bin/bash
# The notify socket: it is there before the first service, as a path where one can be had,
# else under an abstract name; and whoever is not of the service is not heard.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
helper notify

config <<INI
[service app]
shell = echo socket=\$NOTIFY_SOCKET; $bin/notify STATUS=first && echo heard; $obey
ready = notify
[service other]
command = sleep 1000
[service rival]
shell = ${obey//orders/rival}
ready = notify
INI
mkfifo "$work/rival"
start
check 'a path' within 10 has "$out" '^app \| socket=/run/proctor/notify$'
check 'it is there before the first service' within 10 has "$out" '^app \| heard$'
export NOTIFY_SOCKET=/run/proctor/notify
check 'a message from outside is taken' "$bin/notify" READY=1 STATUS=outside
check 'one from another namespace of pids' nsenter -t "$init" -p "$bin/notify" READY=1 \
	STATUS=outside
echo "$bin/notify READY=1 STATUS=rival && echo did rival" >"$work/rival"
check 'one from another service' within 10 has "$out" '^rival \| did rival$'
check 'but is not heard' health 1 'app: not ready: it has not said READY=1 yet'
check 'not as its status' shows '"note":"first"'
check 'that one is heard for itself' shows '"note":"rival"'
order "(setsid $bin/notify READY=1) & wait"
check 'a session of its own does not matter' within 10 health 0 ok

# another proctor with the same folder, say as a service of this one
unset NOTIFY_SOCKET
cat >"$work/second.ini" <<INI
[main second]
shell = echo second at \$NOTIFY_SOCKET; $bin/notify READY=1
ready = notify
INI
"${enter[@]}" "$proctor" run -c "$work/second.ini" >"$work/second" 2>&1 || :
check 'a second proctor has a socket of its own' \
	has "$work/second" '^second . second at @proctor-'
order "$bin/notify STATUS=still"
check 'and the first one is still heard' shows '"note":"still"'
check 'it stops' clean_stop
check 'nothing is left of it' no test -e /run/proctor

config <<INI
[service app]
shell = echo socket=\$NOTIFY_SOCKET; $bin/notify READY=1; exec sleep 1000
ready = notify
[service next]
shell = echo next; exec sleep 1000
after = app
INI
start "$here/read-only"
check 'nothing to write to: ready all the same' within 10 has "$out" '^next \| next$'
check 'by an abstract name' within 10 has "$out" '^app \| socket=@proctor-1-[0-9a-f]{16}$'
check 'it stops as well' clean_stop
