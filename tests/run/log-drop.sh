#!/bin/bash
# log_overflow = drop: where nobody reads, the service does not wait; whole lines are left out,
# and how many is told exactly.
set -eu
. "$(dirname "$0")/lib.sh"

mkfifo "$work/fifo"
exec 3<>"$work/fifo"

config <<INI
[service app]
shell = seq 200000; touch $work/done; while [ ! -e $work/go ]; do sleep 0.05; done; for n in \$(seq 200001 200100); do echo \$n; sleep 0.01; done; exit 3
log_overflow = drop
[service waits]
shell = yes waits >&2; exec sleep 1000
INI
# shellcheck disable=SC2016 # for the shell inside
start sh -c 'exec "$@" >&3 2>&3' sh
check 'the service never waits' within 60 test -e "$work/done"
cat "$work/fifo" >"$work/all" 3>&- &
reader=$!
check 'the reader is told' within 20 has "$work/all" 'were dropped'
touch "$work/go"
check 'the end' ends_with 3
exec 3>&-	# it reads to the end
wait $reader

# told: of all lines about what was dropped
told()
{
	sed -n 's/^proctor | app: \([0-9]*\) lines of its stdout were dropped: .*/\1/p' "$work/all" |
		awk '{ sum += $1 } END { print sum + 0 }'
}

came=$(grep -Ec '^app \| [0-9]+$' "$work/all")
check 'some came through' test "$came" -gt 1000
check 'the number of the others is exact' equal "$(($(told) + came))" 200100
check 'in order' sort -C -n -k 3 <(grep -E '^app \| [0-9]+$' "$work/all")
check 'only whole lines' no grep -Ev '^(app \| [0-9]+|waits \| waits|proctor \| .*)$' "$work/all"
# not each: the one that waits may have filled the buffer just then
check 'what comes later is there again' has "$work/all" '^app \| 200(0[0-9]*[1-9]|100)'
check 'one that waits has lost none' no has "$work/all" '^proctor \| waits: .* dropped'

# nobody reads till the end
exec 3<>"$work/fifo"
config <<INI
[proctor]
grace = 1s
log_overflow = drop
[service app]
shell = seq 200000; exit 3
INI
# shellcheck disable=SC2016 # for the shell inside
start sh -c 'exec "$@" >&3' sh
check 'nobody reads' faster 15000 ends_with 3 'service app ended with 3'
check 'nobody reads: it is told' has "$err" '^proctor \| app: [0-9]+ lines of its stdout were dropped: '
