#!/bin/bash
# Without /proc, proctor does all it does; a crash of it included.
set -eu
. "$(dirname "$0")/lib.sh"

without=(sh -c 'mount -t tmpfs -o ro none /proc && exec "$@"' sh)

config <<'INI'
[main app]
shell = ls -A /proc
INI
start "${without[@]}"
check 'there is none' ends_with 0 'main app is done'
check 'not a file of it' lines "$out" '' 0

lives "${without[@]}"

boot "${without[@]}" "$proctor" -- sh -c 'exit 3'
check 'one command' ends_with 3

config <<'INI'
[service app]
shell = trap 'echo asked; exit 0' TERM; echo up; while :; do sleep 0.02; done
INI
start "${without[@]}"
check 'it is up' within 10 has "$out" 'up$'
send SEGV
check 'a crash' ends_with 70 'proctor itself has crashed'
check 'a crash: the service is stopped' has "$err" 'asked$'
