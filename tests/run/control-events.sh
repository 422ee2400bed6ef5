#!/bin/bash
# proctor events: what has happened to services, when, and why; and what comes.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/control-words"

config <<INI
[service web]
shell = if [ -e $work/bad ]; then kill -SEGV \$\$; fi; exec sleep 1000
restart = on-failure
restart_delay = 20ms
restart_limit = 3/60s
[service db]
command = sleep 1001
[task once]
command = true
INI
begin
check 'it runs' run 0 wait web db --timeout 5s
within 5 prints 0 'once: .*' events
time='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z  '
check 'when, who and what' prints 0 "${time}web: ready$" events
check 'of all' has "$work/printed" "${time}db: ready$"
"$proctor" events -f -n 0 -c "$ini" >"$work/followed" 2>"$work/ended" &
follower=$!
"$proctor" events -f -n 0 --json -c "$ini" >"$work/objects" 2>&1 &
reader=$!
"$proctor" events -f -c "$ini" >/dev/full 2>/dev/null &
full=$!
check 'to a full disk, no more' within 5 gone "$full"
# follow: both are told of something, so they are there
follow()
{
	run 0 restart db && has "$work/followed" 'db: ' && has "$work/objects" '"db"'
}
check 'what happens to another' within 10 follow
check 'nothing older' no has "$work/followed" '(web|once): '
touch "$work/bad"
check 'something happens' run 0 restart web --no-wait
check 'is followed' within 5 in_order "$work/followed" "${time}web: .*restart" \
	"${time}web: was killed by SIGSEGV.*restart 1 of 3" "${time}web: .*restart 3 of 3"
check 'as objects too' within 5 has "$work/objects" \
	'^\{"sequence":[0-9]+,"time":"[^"]*","service":"web","kind":"[a-z-]+","words":"[^"]*restart 3 of 3'
check 'ends with the container' within 20 gone "$outer"
check 'which has failed' ends_with 139
check 'so does the follower' within 5 gone "$follower"
check 'to the last' has "$work/followed" 'web'
check 'and the other one' within 5 gone "$reader"
check 'whole lines' test "$(tail -c 1 "$work/objects" | od -An -c | tr -d ' ')" = '\n'

# the oldest go, the newest stay, and each has its number
config <<'INI'
[service web]
command = sleep 1000
INI
begin
check 'web is there' run 0 wait web --timeout 30s
for ((i = 0; i < 120; i++)); do
	"$proctor" restart web --no-wait -c "$ini" >/dev/null
	"$proctor" wait web -c "$ini" >/dev/null
done
check 'only the last ones' run 0 events -n 7
check 'so many' lines "$work/printed" '' 7
check 'none' run 0 events -n 0
check 'is nothing' no test -s "$work/printed"
check 'all there is' run 0 events --json
check 'in order, without a gap' python3 -c '
import json, sys
numbers = [json.loads(line)["sequence"] for line in sys.stdin]
assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) and len(numbers) > 400, numbers' \
	<"$work/printed"
check 'it stops' clean_stop
