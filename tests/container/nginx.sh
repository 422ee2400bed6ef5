#!/bin/bash
# The image of examples/docker, nginx with a log shipper, from end to end: a page, its
# line in the container's log, the orderly stop, and the end when either of the two has
# died.
set -eu
. "$(dirname "$0")/lib.sh"
need_engine
build web "$root/examples/docker"
network=bridge

# fetch PATH: a page, through a port of the host
fetch()
{
	curl -sf --max-time 20 "http://$(docker port "$id" 8080 | head -n 1)$1"
}

# serve OPTION...: a container that answers
serve()
{
	run -p 127.0.0.1::8080 "$@" proctor-tests/web
	within 10 fetch /healthz >/dev/null || :
}

serve
check 'serves a page' fetch /index.html
check 'the shipper has its line' within 5 stdout_has '^rsyslog \| .*"GET /index.html'
fetch /nothing >/dev/null || :
check "nginx's own log is on stderr" within 5 stderr_has '^nginx \| .*nothing.*No such file'
check 'and another page' fetch '/index.html?last'
check 'stops with 0' stops 9000 'stopped on SIGTERM'
check 'the last request was shipped' stdout_has '"GET /index.html\?last'

# kill_one SIGNAL COMMAND: once it is there
kill_one()
{
	kill -s "$1" "$(host_pid "$2")"
}

serve
check 'the shipper runs' within 5 kill_one KILL rsyslogd
check 'the shipper is killed' ends_with 137 'service rsyslog was killed by SIGKILL'

serve
check 'so does nginx' within 5 kill_one TERM nginx
check 'nginx ends unasked, with 0' ends_with 69 'service nginx ended with 0'

# what examples/compose and examples/kubernetes ask for
serve --read-only --tmpfs /run --tmpfs /var/log/nginx --tmpfs /var/lib/nginx \
	--tmpfs /var/spool/rsyslog --security-opt no-new-privileges \
	--cap-drop ALL --cap-add CHOWN --cap-add KILL --cap-add SETGID --cap-add SETUID
check 'hardened: serves a page' fetch /index.html
check 'hardened: the shipper has its line' within 5 stdout_has '^rsyslog \| .*"GET /index.html'
check 'hardened: stops with 0' stops 9000 'stopped on SIGTERM'

# nginx can open /dev/stdout and /dev/stderr, whoever it runs as, and again when it
# reopens its logs
cat >"$work/nginx.conf" <<'CONF'
pid /tmp/nginx.pid;
error_log /dev/stderr notice;
events {
}
http {
	access_log /dev/stdout;
	client_body_temp_path /tmp/body;
	proxy_temp_path /tmp/proxy;
	fastcgi_temp_path /tmp/fastcgi;
	uwsgi_temp_path /tmp/uwsgi;
	scgi_temp_path /tmp/scgi;
	server {
		listen 8080;
		root /usr/share/nginx/html;
	}
}
CONF
chmod 644 "$work/nginx.conf"

# logs_as WHO OPTION...
logs_as()
{
	run -p 127.0.0.1::8080 --tmpfs /tmp -v "$work/nginx.conf:/nginx.conf:ro" "${@:2}" \
		proctor-tests/web
	within 10 fetch /index.html >/dev/null || :
	check "$1: /dev/stdout" within 5 stdout_has '^nginx \| .*"GET /index.html'
	docker kill -s USR1 "$id" >/dev/null
	within 5 stderr_has 'reopening logs' || :
	fetch /nothing >/dev/null || :
	check "$1: /dev/stdout, reopened" within 5 stdout_has '^nginx \| .*"GET /nothing'
	check "$1: /dev/stderr" within 5 stderr_has '^nginx \| .*nothing.*No such file'
	check "$1: stops with 0" stops 9000
}

config <<'INI'
[service nginx]
command = nginx -e /dev/stderr -c /nginx.conf -g "daemon off;"
user = ${WHO}
stop_signal = QUIT
forward = USR1
INI
logs_as 'user = www-data' -e WHO=www-data
logs_as 'user = 1000660000' -e WHO=1000660000
sed -i /user/d "$config_file"
logs_as '--user www-data' --user www-data
