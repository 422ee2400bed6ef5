#!/bin/bash
# nginx with its checks: ready by http, not ready while it says so, and a hung one ends
# the container with 69.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
. "$(dirname "$0")/probe-words"
need 'needs nginx' command -v nginx

port=$(free_port)
mkdir "$work/html"
echo 'all is well' >"$work/html/index.html"
nginx_config >"$work/nginx.conf" <<CONF
server {
	listen 127.0.0.1:$port;
	root $work/html;
}
CONF
config <<INI
[service nginx]
command = nginx -p $work -c $work/nginx.conf -e $work/error.log
ready = check
stop_signal = QUIT
stop_timeout = 500ms
restart = on-failure
restart_limit = 1/60s
restart_delay = 10ms
[check page]
service = nginx
probe = http://127.0.0.1:$port/index.html
header.X-Asked-By = proctor
expect_body = all is well
interval = 100ms
timeout = 5s
[check alive]
service = nginx
probe = http://127.0.0.1:$port/nothing
expect_status = 200-399 404
kind = liveness
interval = 300ms
timeout = 3s
failures = 2
[service filebeat]
command = sleep 1000
after = nginx
INI

# freeze: nginx and its workers
freeze()
{
	local main

	main=$(pid_of "nginx: master process .*")
	# shellcheck disable=SC2046 # pids
	kill -STOP "$main" $(children_of "$main")
}

start
check 'nginx, then who comes after it' within 20 running sleep 1000
check 'ready' within 5 health 0 ok
mv "$work/html/index.html" "$work/html/away.html"
check 'a page that is not there' within 5 health 1 \
	'nginx: readiness check page failed: HTTP 404 Not Found'
echo 'something else' >"$work/html/index.html"
check 'a page that says something else' within 5 page 503 /readyz \
	"^nginx: readiness check page failed: HTTP 200 OK, but its body has no 'all is well'\$"
mv "$work/html/away.html" "$work/html/index.html"
check 'ready again' within 5 health 0 ok
freeze
check 'a hung one is started again' within 10 has "$err" \
	'^proctor \| nginx: failed its liveness check alive: no answer within 3s; restart 1 of 1 in '
check 'and is ready again' within 10 health 0 ok
freeze
check 'beyond its budget it ends the container' ends_with 69 \
	'service nginx failed its liveness check alive: no answer within 3s after 1 restart in .*'
start
within 20 health 0 ok
check 'nginx stops as it should' clean_stop
