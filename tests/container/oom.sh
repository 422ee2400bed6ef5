#!/bin/bash
# A service that needs more memory than the container may have: the reason is OOM-killed, in
# words, and not a mere SIGKILL; the status is 137.
set -eu
. "$(dirname "$0")/lib.sh"
plain_image

config <<'INI'
[service app]
command = perl -e '$x = "x" x 300_000_000; sleep 1000'
INI
run --memory 64m --memory-swap 64m "$image"
check 'a service over the limit' ends_with 137 'service app was OOM-killed'
check 'Docker saw it too' equal "$(inspect State.OOMKilled)" true

config <<'INI'
[service app]
command = sleep 1000
INI
run --memory 64m --memory-swap 64m "$image"
started sleep
kill -9 "$(host_pid sleep)"
check 'a mere SIGKILL is told as one' ends_with 137 'service app was killed by SIGKILL'
