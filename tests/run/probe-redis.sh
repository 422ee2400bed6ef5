#!/bin/bash
# 'proctor probe' and redis: a port, a socket and redis-cli.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/probe-words"
need 'needs redis-server' command -v redis-server

port=$(free_port)
socket=$work/redis.sock
ping="exec: redis-cli -p $port ping"
redis-server --port "$port" --bind 127.0.0.1 --unixsocket "$socket" --save '' \
	--dir "$work" >"$work/said" 2>&1 &
server=$!
check 'redis starts' within 30 is_good "tcp://127.0.0.1:$port"

check 'its port' good "tcp://127.0.0.1:$port" connected
check 'its socket' good "unix://$socket" connected
check 'redis-cli' good "$ping" PONG
check 'a command that fails' bad "exec: sh -c 'redis-cli -p $port ping; exit 3'" 'ended with 3: PONG'
check 'no HTTP server' bad "http://127.0.0.1:$port/" 'the answer is not HTTP|.* without an answer'

kill -STOP "$server"
check 'one that hangs still takes connections' good "tcp://127.0.0.1:$port" connected
check 'but gives redis-cli no answer' bad "$ping" 'no answer within 300ms' --timeout 300ms
check 'and no redis-cli stays' within 10 no pgrep -f -x "redis-cli -p $port ping"
end_server KILL
check 'one that is gone' bad "tcp://127.0.0.1:$port" \
	"connect to 127.0.0.1:$port: Connection refused"
check 'and its socket' bad "unix://$socket" 'connect: Connection refused'
check 'and redis-cli' bad "$ping" 'ended with 1: Could not connect to Redis at .*'
rm "$socket"
check 'no socket' bad "unix://$socket" 'connect: No such file or directory'
