#!/bin/bash
# Kubernetes' termination message: a file mounted at /dev/termination-log gets the
# reason and the last output of the service that failed.
set -eu
. "$(dirname "$0")/lib.sh"
plain_image

message=$work/message
: >"$message"
config <<'INI'
[service side]
shell = echo I am fine; exec sleep 1000
[service app]
shell = echo cannot connect to the database; exit 3
INI
run -v "$message:/dev/termination-log" "$image"
check 'the service ends the container' ends_with 3 'service app ended with 3'
check 'the reason' grep 'service app ended with 3' "$message"
check 'the last output of the service' grep 'cannot connect to the database' "$message"
check 'nothing of the others' equal "$(grep -c 'I am fine' "$message")" 0

run "$image"
check 'no such file is no problem' ends_with 3 'service app ended with 3'
check 'and none is made' equal "$(docker diff "$id" | grep -c termination)" 0
