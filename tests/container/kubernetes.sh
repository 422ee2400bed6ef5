#!/bin/bash
# The pod of examples/kubernetes, played by podman: it comes up as hardened as it is
# there, a service that fails is a restart that the pod counts, a stop that was asked for
# gives 0, and the liveness probe tells a PID 1 that stands still from one that works.
set -eu
. "$(dirname "$0")/lib.sh"
use_podman

remove_containers()
{
	docker pod rm --force --all >/dev/null
}

# the container that holds the namespaces of a pod
mkdir "$work/pause"
cat >"$work/pause/Dockerfile" <<'DOCKERFILE'
ARG BASE
FROM ${BASE}
COPY proctor /usr/local/bin/
ENTRYPOINT ["proctor", "--", "sleep", "infinity"]
DOCKERFILE
build pause "$work/pause"
build web "$root/examples/docker"

# podman runs curl -f in the container for what the kubelet asks from outside
mkdir "$work/pod"
cat >"$work/pod/curl" <<'SH'
#!/bin/sh
exec proctor probe "$2"
SH
chmod +x "$work/pod/curl"
cat >"$work/pod/Dockerfile" <<'DOCKERFILE'
FROM localhost/proctor-tests/web
COPY curl /usr/local/bin/
DOCKERFILE
build pod "$work/pod"

# play POLICY: the pod with this restartPolicy and no port on the host
play()
{
	sed -e "s/^  restartPolicy: Always$/  restartPolicy: $1/" \
		-e '/^ *ports:/,/name: health/d' \
		-e 's|^\( *image:\) web$|\1 localhost/proctor-tests/pod|' \
		"$root/examples/kubernetes/pod.yaml" >"$work/pod.yaml"
	# podman ends a pod with its only container, even one that it starts again
	sed -i '/^  volumes:/i \    - {name: other, image: localhost/proctor-tests/pause}' \
		"$work/pod.yaml"
	docker play kube --network none "$work/pod.yaml"
}

kill_shipper()
{
	# shellcheck disable=SC2016 # for the shell in the container
	docker exec -d "$id" sh -c 'kill -9 $(pidof rsyslogd)'
}

restarted()
{
	equal "$(inspect RestartCount)" "$1" && docker exec "$id" pidof nginx &&
		docker exec "$id" pidof rsyslogd
}

check 'it is played' play OnFailure
id=web-web
check 'both services run' within 10 restarted 0
kill_shipper
check 'a service that is killed: the container is started again' within 10 restarted 1
check 'and told why' logged 'proctor \| exit 137: service rsyslog was killed by SIGKILL'
check 'a stop that was asked for' faster 9000 docker pod stop web
check 'gives 0' ends_with 0 'stopped on SIGTERM'
check 'and is no restart' equal "$(inspect RestartCount)" 1

# The timer that would run the probe is systemd's: here we are it.
probe()
{
	docker healthcheck run "$id"
}

probe_says()
{
	docker inspect -f '{{range .State.Health.Log}}{{.Output}}{{"\n"}}{{end}}' "$id" |
		tail -n 2 | grep -E -- "$1" >/dev/null
}

started_anew()
{
	probe >/dev/null || :
	[ "$(inspect State.Running)" = true ] && [ "$(inspect State.StartedAt)" != "$1" ]
}

docker pod rm --force web >/dev/null 2>&1
play Always >/dev/null 2>&1
check 'the liveness probe passes' within 10 probe
check 'and has an answer' probe_says '^HTTP 200 OK$'
since=$(inspect State.StartedAt)
kill -STOP "$(inspect State.Pid)"
check 'PID 1 stands still: the container is started again' within 60 started_anew "$since"
check 'and the probe passes' within 10 probe
