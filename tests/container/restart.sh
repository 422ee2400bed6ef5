#!/bin/bash
# nginx with its pid file left behind comes up again: after docker restart, and after a
# kill -9 of the container's PID 1, which kills all of it, and docker start.
set -eu
. "$(dirname "$0")/lib.sh"
need_engine
build web "$root/examples/docker"

serves()
{
	# shellcheck disable=SC2016 # for the shell in the container
	within 10 docker exec "$id" sh -c 'kill -0 "$(cat /run/nginx.pid)"'
}

run proctor-tests/web
check 'the first start' serves
check 'docker restart: stops in time' faster 9000 docker restart "$id"
check 'docker restart: comes up again' serves
kill -9 "$(inspect State.Pid)"
check 'kill -9 of PID 1: 137' ends_with 137
check 'kill -9 of PID 1: the pid file is left behind' \
	docker cp "$id:/run/nginx.pid" "$work"
docker start "$id" >/dev/null
check 'kill -9 of PID 1: comes up again' serves
check 'and stops with 0' stops 9000
