#!/bin/bash
# A service that needs more memory than the container may have: the reason is
# OOM-killed, in words, and not a mere SIGKILL; the status is 137.
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

# A worker that was OOM-killed some time ago is no reason for a later end. The orphan's death
# is one at which proctor looks at the count: cgroup v1 does not tell when it rises. A SIGKILL
# within 5 s of that would be taken for the kernel's.
config <<'INI'
[service hog]
shell = perl -e '$x = "x" x 300_000_000; sleep 1000'; \
	(setsid true &); sleep 10; echo forgotten; exec tail -f /dev/null
[service app]
command = sleep 1000
INI
run --memory 64m --memory-swap 64m "$image"
check 'a worker over the limit ends nothing' within 20 logged 'hog \| forgotten'
check 'its shell has seen it' logged 'hog \| Killed'
kill -9 "$(host_pid sleep)"
check 'and a SIGKILL after it is a mere one' \
	ends_with 137 'service app was killed by SIGKILL'

# sh gives its program's end as a status
config <<'INI'
[service app]
shell = perl -e '$x = "x" x 300_000_000; sleep 1000'; exit $?
INI
run --memory 64m --memory-swap 64m "$image"
check 'a program that a shell runs' ends_with 137 'service app .*OOM'
