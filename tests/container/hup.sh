#!/bin/bash
# HUP never ends the container, neither with services nor before they are started.
set -eu
. "$(dirname "$0")/lib.sh"
plain_image

config <<'INI'
[service app]
command = sleep 1000
INI
run "$image"
docker kill -s HUP "$id" >/dev/null
started sleep
docker kill -s HUP "$id" >/dev/null
check 'still there after docker kill -s HUP' docker exec "$id" pidof sleep
check 'and stops with 0' stops 9000 'stopped on SIGTERM'

config <<'INI'
[service app]
shell = trap 'echo got HUP' HUP; while :; do sleep 0.1; done
forward = HUP
INI
run "$image"
started sleep
docker kill -s HUP "$id" >/dev/null
check 'forward = HUP passes it on' within 5 logged 'got HUP'
