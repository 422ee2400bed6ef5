#!/bin/bash
# The first failure decides: its status and its reason survive what happens in the stop that
# follows, be it another failure, a kill or SIGTERM.
set -eu
. "$(dirname "$0")/lib.sh"

# it fails when the others are ready for it
config <<INI
[proctor]
grace = 2s
[service app]
shell = until [ -e $work/worse ] && [ -e $work/stubborn ]; do sleep 0.02; done; exit 3
[service worse]
shell = trap 'exit 5' TERM; touch $work/worse; while :; do sleep 0.02; done
[service stubborn]
shell = trap 'echo asked' TERM; touch $work/stubborn; while :; do sleep 0.02; done
INI
start
within 5 has "$out" '^stubborn \| asked$'
send TERM
check 'its status and reason' ends_with 3 'service app ended with 3'
check 'told when it happened' has "$err" '^proctor \| service app ended with 3; stopping$'
check 'the one that was killed is told too' has "$err" '^proctor \| stubborn: did not stop'

# two at the same moment: one of them, and never both
config <<'INI'
[service a]
shell = exit 3
[service b]
shell = exit 4
INI
for _ in {1..20}; do
	start
	ended
	case $status:$(tail -n 1 "$err") in
	'3:proctor | exit 3: service a ended with 3') ;;
	'4:proctor | exit 4: service b ended with 4') ;;
	*) not_ok 'two at the same moment' "$status"; exit ;;
	esac
done
ok 'two at the same moment'

# a request to stop that goes wrong is told by what went wrong
config <<'INI'
[service app]
shell = trap 'exit 5' TERM; echo up; while :; do sleep 0.02; done
INI
start
within 5 has "$out" 'up$'
check 'a stop that went wrong' stops_with 5 'stopped on SIGTERM, but service app ended with 5'
for answer in 'exit 0' 'exit 143' 'trap - TERM; kill -TERM $$'; do
	printf '[service app]\nshell = trap "%s" TERM; echo up; while :; do sleep 0.02; done\n' \
		"$answer" >"$ini"
	start
	within 5 has "$out" 'up$'
	check "a good answer: $answer" clean_stop
done
printf '[service app]\nsuccess = 0 7 SIGUSR2\n%s\n' \
	'shell = trap "exit 7" TERM; echo up; while :; do sleep 0.02; done' >"$ini"
start
within 5 has "$out" 'up$'
check 'success names another good one' clean_stop
