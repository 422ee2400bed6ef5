#!/bin/bash
# What else a service can say of itself, as in sd_notify(3), and that nobody can say it
# for it.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
helper notify
notify=$bin/notify

state_is()
{
	shows "\"name\":\"app\",\"kind\":\"service\",\"state\":\"$1\""
}

# boot_app KEY: a service that has said that it is ready
boot_app()
{
	config <<-INI
	[service app]
	shell = $obey
	ready = notify
	$1
	INI
	start
	order "$notify READY=1"
}

boot_app ''
order "$notify 'STATUS=warming up, 3 of 4'"
check 'STATUS' shows '"note":"warming up, 3 of 4"'
order "$notify RELOADING=1 MONOTONIC_USEC=123"
check 'RELOADING' shows '"reloading":true'
order "$notify READY=1"
check 'until READY' shows '"reloading":false'
order "$notify STATUS=\$(printf '\\377\\001')"
check 'bytes that are no text' \
	python3 -c 'import json, sys; json.load(open(sys.argv[1]))' \
	<(page 200 /status && cat "$work/page")
order "$notify STATUS=\$(head -c 5000 /dev/zero | tr '\\0' x)"
check 'a long one is cut' no shows 'x{513}'
order "$notify STATUS=short; $notify -n STATUS=\$(head -c 100000 /dev/zero | tr '\\0' x)"
check 'one that is too long is none' shows '"note":"short"'

# one at a time: 300 descriptors would be too many for one message; the last one waits until all
# have been taken
order "for i in \$(seq 300); do $notify -n -f 0 -f 1 -f 2 STATUS=\$i; done; $notify STATUS=last"
before=$(find "/proc/$init/fd" | wc -l)
order "for i in \$(seq 20); do $notify -f 0 -f 1 -f 2 STATUS=\$i; done"
check 'descriptors that nobody asked for are not kept' \
	equal "$(find "/proc/$init/fd" | wc -l)" "$before"

order "$notify STOPPING=1"
check 'STOPPING' state_is stopping
check 'is not ready' health 1 'app: stopping'
post 'exit 0'
check 'a service must not end by itself, whatever it says' ends_with 69 \
	'service app ended with 0, which a service must not'

boot_app 'stop_timeout = 200ms'
post "$notify STOPPING=1; trap '' TERM; sleep 100"
check 'one that says so and does not is killed' \
	ends_with 137 'service app was killed by SIGKILL'

# Not in a read(2), where a signal that comes just before it waits for its end
await="touch $work/waits; while :; do sleep 0.02; done"
waits()
{
	within 10 test -e "$work/waits" && rm "$work/waits"
}

boot_app 'stop_timeout = 2s'
post "trap '$notify EXTEND_TIMEOUT_USEC=15000000; sleep 3; exit 0' TERM; $await"
check 'it waits for its stop' waits
check 'EXTEND_TIMEOUT_USEC of a stop' slower 2900 clean_stop

export PROCTOR_GRACE=1s
for status_wanted in 137 69; do
	boot_app 'stop_timeout = 200ms'
	trap="trap '$notify EXTEND_TIMEOUT_USEC=99000000; sleep 100' TERM"
	if [ $status_wanted = 137 ]; then
		post "$trap; $await"
		check "it waits for $status_wanted" waits
		send TERM
	else
		post "$trap; $notify WATCHDOG=trigger"
	fi
	check "never beyond grace, $status_wanted" faster 15000 ends_with $status_wanted
	check 'as told' has "$err" '^proctor \| app: did not stop in time; killed$'
done
