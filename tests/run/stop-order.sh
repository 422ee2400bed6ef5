#!/bin/bash
# Services start in the order of after, and stop in reverse: all of one level at the same
# time, and no level before the one above it has ended.
set -eu
. "$(dirname "$0")/lib.sh"

cat >"$work/service" <<SH
#!/bin/sh
# service NAME: says what happens to it, and takes its time to stop
trap 'echo stop \$1 >>$work/order; sleep 0.2; echo end \$1 >>$work/order; exit 0' TERM
echo start \$1 >>$work/order
while :; do sleep 0.02; done
SH
chmod +x "$work/service"
config <<INI
[service web]
command = $work/service web
after = db cache migrate
[task migrate]
shell = sleep 0.1; echo migrated >>$work/order
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
within 5 has "$work/order" 'start shipper'
check 'starts in order' in_order "$work/order" 'start db' migrated 'start web' 'start shipper'
check 'waits for no other' in_order "$work/order" 'start cache' migrated
within 5 has "$work/order" 'start cache'
check 'stops' clean_stop
check 'in reverse order' in_order "$work/order" 'stop shipper' 'end shipper' 'stop web' 'end web' \
	'stop (db|cache)' 'stop (db|cache)' 'end (db|cache)' 'end (db|cache)'
check 'each once' lines "$work/order" . 13
