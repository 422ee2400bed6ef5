#!/bin/bash
# proctor where it is not PID 1, under Docker's own init and in the PID namespace of
# another container: it does all the same, without a word about it, and leaves the
# others alone.
set -eu
. "$(dirname "$0")/lib.sh"
plain_image

config <<'INI'
[service app]
shell = (setsid sleep 0.1 &); echo up; exec sleep 1000
INI
run --init "$image"
check 'it is up' within 5 logged 'app \| up'
check 'proctor is not PID 1' docker exec "$id" sh -c '! grep -q proctor /proc/1/comm'
check 'stops with 0' stops 9000 'stopped on SIGTERM'
check 'says nothing about it' equal "$(docker logs "$id" 2>&1 | grep -c '^proctor |')" 1

config <<'INI'
[service app]
shell = exit 3
INI
run --init "$image"
check 'the status of a service' ends_with 3 'service app ended with 3'

run --entrypoint sleep "$image" 2000
other=$id
config <<'INI'
[service app]
shell = trap '' TERM; echo up; sleep 1000; sleep 1000
stop_timeout = 100ms
INI
run --pid "container:$other" "$image"
check 'with strangers: up' within 5 logged 'app \| up'
check 'with strangers: stops in time' faster 9000 docker stop "$id"
check 'with strangers: 137, as one had to be killed' ends_with 137
id=$other
check 'with strangers: they are still there' docker exec "$id" pidof sleep
alone()
{
	equal "$(docker top "$id" -o pid,comm | wc -l)" 2
}
check 'with strangers: and nothing else is' within 5 alone
