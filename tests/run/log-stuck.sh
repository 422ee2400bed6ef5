#!/bin/bash
# Nobody reads standard output: PID 1 does all it has to do. Services die, are restarted,
# probed and stopped, the container ends in time with its verdict, and how many bytes were not
# read is told on standard error and in the termination message.
set -eu
. "$(dirname "$0")/lib.sh"

mkfifo "$work/fifo"

# empty: nothing is in the pipe, and nobody reads
empty()
{
	exec 3>&-
	exec 3<>"$work/fifo"
}

# stuck: standard output goes into a pipe that nobody reads
stuck()
{
	empty
	# shellcheck disable=SC2016 # for the shell inside
	start sh -c 'exec "$@" >&3' sh
}

# filled: nothing more goes into it
filled()
{
	python3 -c 'import select, sys
sys.exit(bool(select.select([], [3], [], 0.1)[1]))'
}

# counted: the bytes that are told are those that were written and did not come
counted()
{
	local told

	told=$(sed -n 's/^proctor | \([0-9]*\) bytes of output were not read in time$/\1/p' "$err")
	[ -n "$told" ] || { echo 'no number is told'; return 1; }
	# what is in the buffer has its prefix, what is in the pipe has not
	[[ $told -ge $1 && $told -le $2 ]] || { echo "$told is not in $1..$2"; return 1; }
}

for format in prefix json; do
	rm -rf "${work:?}/lives" "$work/message"
	mkdir "$work/lives"
	touch "$work/message"
	config <<-INI
	[proctor]
	grace = 3s
	log = $format
	termination_message = $work/message
	[service noisy]
	command = yes this line has no reader
	[service dies]
	shell = touch $work/lives/\$\$; seq 1000; exit 3
	critical = no
	restart = on-failure
	restart_limit = 3/60s
	restart_delay = 10ms
	[service probed]
	shell = touch $work/lives/probed.\$\$; exec yes and neither has this one
	restart = on-failure
	restart_delay = 10ms
	restart_limit = none
	[check alive]
	service = probed
	probe = exec: sh -c "! rm $work/bad 2>&-"
	kind = liveness
	interval = 100ms
	timeout = 5s
	failures = 1
	INI
	stuck
	check "$format: nobody reads" within 20 filled
	touch "$work/bad"	# for one probe
	check "$format: a bad probe is told" within 20 has "$err" 'probed: .*(liveness|alive)'
	lives()
	{
		[ "$(find "$work/lives" -name "$1" | wc -l)" -ge "$2" ]
	}
	check "$format: and it is restarted" within 20 lives 'probed.*' 2
	check "$format: reaps" within 20 no pgrep --ns "$init" --nslist pid -r Z .
	send TERM
	check "$format: ends in time" faster 15000 ended
	check "$format: its status" test "$status" = 0
	check "$format: the verdict" has "$err" 'exit 0: stopped on SIGTERM'
	check "$format: the bytes are told before it" in_order "$err" \
		'[0-9]+ bytes of output were not read in time' 'exit 0: '
	check "$format: and in the termination message" in_order "$work/message" \
		'^exit 0: stopped on SIGTERM$' '[0-9]+ bytes of output were not read in time'
done

# what fits into the buffers is taken from one that ends
config <<'INI'
[proctor]
grace = 1s
[service app]
shell = head -c 300000 /dev/zero | tr '\0' x | fold -w 99; exit 3
INI
stuck
check 'a death' faster 15000 ends_with 3 'service app ended with 3'
exec 4<"$work/fifo" 3>&-
cat <&4 >"$work/all"
written=$((300000 + 3031))
body=$(sed 's/^app | //' "$work/all" | wc -c)
check 'whole lines came' no grep -Evq '^app \| x+$' "$work/all"
check 'the others are told' counted $((written - body)) $(((written - body) * 2))
