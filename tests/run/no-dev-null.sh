#!/bin/bash
# Without /dev/null, and anything else in /dev, all goes on: standard input is at its end, and
# log = null still swallows what a service writes.
set -eu
. "$(dirname "$0")/lib.sh"

without=(sh -c 'mount -t tmpfs none /dev && exec "$@"' sh)

lives "${without[@]}"
config <<'INI'
[task input]
shell = ls -A /dev; cat; echo at its end
[service silent]
shell = seq 100000; seq 100000 >&2; exec sleep 1001
log = null
after = input
INI
start "${without[@]}"
check 'log = null: it can write' within 10 running sleep 1001
check 'log = null: nobody sees it' no has "$out" '[0-9]'
check 'log = null: nor on stderr' lines "$err" '' 0
check 'standard input, and an empty /dev' equal "$(<"$out")" 'input | at its end'
check 'stops with 0' clean_stop

# closed ones have to be opened with something
start "${without[@]}" sh -c 'exec "$@" <&- >&-' sh
check 'closed descriptors' within 10 running sleep 1001
check 'and the stop' clean_stop

boot "${without[@]}" "$proctor" -- sh -c 'exit 3'
check 'one command' ends_with 3
