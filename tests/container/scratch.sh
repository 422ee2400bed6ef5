#!/bin/bash
# An image FROM scratch: nothing but the static proctor and a static program, that of
# examples/scratch. No shell, no /etc/passwd, no directory to write to.
set -eu
. "$(dirname "$0")/lib.sh"
need_engine
cp -r "$root/examples/scratch" "$work/scratch"
cc -O2 -static -o "$work/scratch/clock" "$work/scratch/clock.c"
build scratch "$work/scratch"

run --read-only proctor-tests/scratch
check 'both copies run' within 5 stdout_has '^clock@2 \| clock 2: '
check 'stops with 0' stops 9000 'stopped on SIGTERM'

run proctor-tests/scratch
check 'a copy to kill' within 5 logged 'clock@1 \|'
kill -9 "$(host_pid clock)"
check 'one copy is killed' ends_with 137 'service clock@[12] was killed by SIGKILL'

run proctor-tests/scratch -- /clock
check 'one command: it runs' within 5 logged 'clock \?:'
check 'one command: the signal is passed on' faster 9000 docker stop "$id"
check 'one command: 143' ends_with 143
