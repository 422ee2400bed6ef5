#!/bin/bash
# A probe that takes longer than its timeout is a failure; it is killed with its whole
# group and reaped, and whatever a server does to it, proctor itself stays small and
# quick.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
. "$(dirname "$0")/probe-words"

begun()
{
	[ "$(grep -c begun "$work/begun")" -ge "$1" ]
}

# any of its sleepers, or zombies
left()
{
	pgrep --ns "$init" --nslist pid -f -x 'sleep 200[12]' || pgrep --ns "$init" \
		--nslist pid -r Z
}

config <<INI
[service app]
command = sleep 1000
[check slow]
service = app
probe = exec: sh -c 'echo begun >>$work/begun; sleep 2001 & sleep 2002 & trap "" TERM INT HUP; wait'
interval = 2s
timeout = 1s
failures = 1
INI
touch "$work/begun"
start
check 'it has its time' within 20 left
check 'it is a failure' \
	within 10 health 1 'app: readiness check slow failed: no answer within 1s'
check 'all of its group is gone, and reaped' within 20 no left
check 'the next one begins' within 20 begun 2
check 'and ends in the same way' within 20 no left
check 'it stops' clean_stop

# one that is under way at the end
sed -i 's/^timeout.*/timeout = 1h/' "$ini"
start
check 'one that takes an hour' within 20 left
check 'a stop does not wait for it' faster 8000 clean_stop

sed -i 's/^timeout.*/timeout = 100ms\nkind = liveness/' "$ini"
start
check 'it counts for liveness' ends_with 69 \
	'service app failed its liveness check slow: no answer within 100ms'

# hanging CHECK MODE TIMEOUT [LINE]: a server that does what none should, and a check of it
hanging()
{
	hanging_server "$2"
	servers+=("$server")
	cat >>"$work/checks" <<-INI
	[check $1]
	service = app
	probe = http://127.0.0.1:$port/
	interval = 500ms
	timeout = $3
	${4:-}
	INI
}

tried()
{
	shows "\"name\":\"$1\",[^{}]*\"answer\":\"$2\",[^{}]*\"successes\":$3,\"failures\":$4,"
}

anonymous()
{
	field RssAnon "$init"
}

servers=()
hanging hang hang 300ms
hanging drip drip 300ms
hanging flood flood 10s	# which it answers at once
hanging body flood 300ms 'expect_body = nobody says that'
config <<INI
[service app]
command = sleep 1000
$(<"$work/checks")
INI
start
check 'they fail' within 10 health 1 'app: .*'
before=$(anonymous)
many='([2-9]|[0-9]{2,})'
check 'one that never answers' within 20 tried hang 'no answer within 300ms' 0 "$many"
check 'one byte a second' within 20 tried drip 'no answer within 300ms' 0 "$many"
check 'a body without end' within 20 tried flood 'HTTP 200 OK' "$many" '[0-9]+'
check 'one in which nothing is found' \
	within 20 tried body 'no answer within 300ms' 0 "$many"
check 'costs proctor no memory' test "$(anonymous)" -le $((before + 200))
check 'and it is quick' faster 9000 page 200 /livez
check 'it stops, too' faster 8000 clean_stop
for server in "${servers[@]}"; do
	end_server KILL
done
