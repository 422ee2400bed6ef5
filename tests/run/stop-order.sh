#!/bin/bash
# Services start in the order of after, and stop in reverse: all of one level at the same
# time, and no level before the one above it has ended.
set -eu
. "$(dirname "$0")/lib.sh"

cat >"$work/service" <<SH
#!/bin/sh
# service NAME: says what happens to it, and takes its time to stop
trap 'echo stop \$1 >>$work/order; sleep 0.2; echo end \$1 >>$work/order; exit 0' TERM
echo start \$1 \$\$ >>$work/order
while :; do sleep 0.02; done
SH
chmod +x "$work/service"
config <<INI
[service web]
command = $work/service web
after = db cache migrate
[task migrate]
shell = echo start migrate \$\$ >>$work/order; sleep 0.1; echo migrated >>$work/order
after = db
[service shipper]
command = $work/service shipper
after = web
[service db]
command = $work/service db
[service cache]
command = $work/service cache
INI
start
check 'all start' within 10 lines "$work/order" '^start ' 5
# by their pids: each may take its time to say that it has started
grep '^start ' "$work/order" | sort -n -k 3 >"$work/started"
check 'starts in order' in_order "$work/started" 'start db' 'start migrate' 'start web' \
	'start shipper'
check 'what comes after a task waits for its end' in_order "$work/order" migrated 'start web'
check 'waits for no other' in_order "$work/started" 'start cache' 'start migrate'
check 'stops' clean_stop
check 'in reverse order' in_order "$work/order" 'stop shipper' 'end shipper' 'stop web' 'end web' \
	'stop (db|cache)' 'stop (db|cache)' 'end (db|cache)' 'end (db|cache)'
check 'each once' lines "$work/order" . 14
