#!/bin/bash
# --restart on-failure:3 starts a failed container again, and counts it; a container that
# was stopped or is done is left alone.
set -eu
. "$(dirname "$0")/lib.sh"
plain_image

given_up()
{
	[ "$(inspect State.Running) $(inspect RestartCount)" = 'false 3' ]
}

config <<'INI'
[service app]
shell = exit 3
INI
run --restart on-failure:3 "$image"
check 'three restarts' within 20 given_up
check 'then the status of the service' ends_with 3 'service app ended with 3'
check 'one reason for each life' \
	equal "$(docker logs "$id" 2>&1 | grep -c 'proctor | exit 3: ')" 4

config <<'INI'
[task work]
command = true
INI
run --restart on-failure:3 "$image"
check 'work that is done' ends_with 0 'all tasks are done'
check 'is not done again' equal "$(inspect RestartCount)" 0
