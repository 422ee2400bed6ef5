#!/bin/bash
# The image of examples/docker, nginx with a log shipper, from end to end: a page, its line in
# the container's log, the orderly stop, and the end when either of the two has died.
set -eu
. "$(dirname "$0")/lib.sh"
need_engine
build web "$root/examples/docker"
network=bridge

# fetch PATH: a page, through a port of the host
fetch()
{
	curl -sf --max-time 5 "http://$(docker port "$id" 8080 | head -n 1)$1"
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
fetch '/index.html?last' >/dev/null
check 'stops with 0' stops 5000 'stopped on SIGTERM'
check 'the last request was shipped' stdout_has '"GET /index.html\?last'

serve
kill -9 "$(host_pid rsyslogd)"
check 'the shipper is killed' ends_with 137 'service rsyslog was killed by SIGKILL'

serve
kill -TERM "$(host_pid nginx)"
check 'nginx ends unasked, with 0' ends_with 69 'service nginx ended with 0'

# what examples/compose and examples/kubernetes ask for
serve --read-only --tmpfs /run --tmpfs /var/log/nginx --tmpfs /var/lib/nginx \
	--tmpfs /var/spool/rsyslog --security-opt no-new-privileges \
	--cap-drop ALL --cap-add CHOWN --cap-add SETGID --cap-add SETUID
check 'hardened: serves a page' fetch /index.html
check 'hardened: the shipper has its line' within 5 stdout_has '^rsyslog \| .*"GET /index.html'
check 'hardened: stops with 0' stops 5000 'stopped on SIGTERM'
