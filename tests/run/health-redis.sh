#!/bin/bash
# redis says itself when it is ready (sd_notify), and its checks tell a hung one from one
# whose port is only open.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
. "$(dirname "$0")/probe-words"
need 'needs redis-server' command -v redis-server

port=$(free_port)
config <<INI
[service redis]
command = redis-server --port $port --bind 127.0.0.1 --save '' --dir $work --supervised systemd
ready = notify
ready_timeout = 30s
stop_timeout = 5s
[check port]
service = redis
probe = tcp://127.0.0.1:$port
interval = 100ms
timeout = 5s
[check ping]
service = redis
probe = exec: sh -c '[ "\$(redis-cli -p $port ping)" = PONG ] && echo PONG'
kind = liveness
interval = 300ms
timeout = 3s
failures = 2
[service app]
command = sleep 1000
after = redis
INI
start
check 'it says that it is ready' within 20 running sleep 1000
check 'and what it does' shows '"note":"Ready to accept connections[^"]*"'
check 'well' within 10 health 0 ok
check 'by both checks' within 10 page 200 '/readyz?verbose' \
	'^\[\+\]redis/ping ok: liveness, passing: PONG$'
kill -STOP "$(pgrep --ns "$init" --nslist pid -x redis-server)"
check 'a hung one ends the container' ends_with 69 \
	'service redis failed its liveness check ping: no answer within 3s'
check 'though its port is open' no has "$err" 'check port failed'

start
within 20 running sleep 1000
check 'it stops as it should' clean_stop
check 'having said goodbye' has "$out" 'Redis is now ready to exit, bye bye'
