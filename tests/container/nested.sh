#!/bin/bash
# docker run --init: proctor under Docker's own init is not PID 1 and does all the same,
# without a word about it.
set -eu
. "$(dirname "$0")/lib.sh"
plain_image

config <<'INI'
[service app]
shell = (setsid sleep 0.1 &); echo up; exec sleep 1000
INI
run --init "$image"
within 5 logged 'app | up'
check 'proctor is not PID 1' docker exec "$id" sh -c '! grep -q proctor /proc/1/comm'
check 'stops with 0' stops 2000 'stopped on SIGTERM'
check 'says nothing about it' equal "$(docker logs "$id" 2>&1 | grep -c '^proctor |')" 1

config <<'INI'
[service app]
shell = exit 3
INI
run --init "$image"
check 'the status of a service' ends_with 3 'service app ended with 3'
