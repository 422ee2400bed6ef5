#!/bin/bash
# nginx with its pid file left behind comes up again: after docker restart, and after a kill -9
# of the whole container and docker start.
set -eu
. "$(dirname "$0")/lib.sh"
need_engine
build web "$root/examples/docker"

serves()
{
	within 10 docker exec "$id" test -s /run/nginx.pid &&
		docker exec "$id" sh -c 'kill -0 "$(cat /run/nginx.pid)"'
}

run proctor-tests/web
check 'the first start' serves
check 'docker restart: stops in time' faster 5000 docker restart "$id"
check 'docker restart: comes up again' serves
docker kill -s KILL "$id" >/dev/null
check 'kill -9 of the container: 137' ends_with 137
docker start "$id" >/dev/null
check 'kill -9 of the container: comes up again' serves
check 'and stops with 0' stops 5000
