#!/bin/bash
# The pod of examples/kubernetes, played by podman: it comes up as hardened as it is
# there, a service that fails is a restart that the pod counts, and a stop that was
# asked for gives 0.
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

# play POLICY: the pod with this restartPolicy and no port on the host
play()
{
	sed -e "s/^  restartPolicy: Always$/  restartPolicy: $1/" \
		-e '/^ *ports:/,/containerPort/d' \
		-e 's|^\( *image:\) web$|\1 localhost/proctor-tests/web|' \
		"$root/examples/kubernetes/pod.yaml" >"$work/pod.yaml"
	docker play kube --network none "$work/pod.yaml"
}

kill_shipper()
{
	# shellcheck disable=SC2016 # for the shell in the container
	docker exec "$id" sh -c 'kill -9 $(pidof rsyslogd)'
}

restarted()
{
	equal "$(inspect RestartCount)" "$1" && docker exec "$id" pidof nginx
}

check 'it is played' play OnFailure
id=web-web
check 'both services run' within 10 restarted 0
kill_shipper
check 'a service that is killed: the container is started again' within 10 restarted 1
check 'and told why' logged 'proctor \| exit 137: service rsyslog was killed by SIGKILL'
check 'a stop that was asked for' faster 5000 docker pod stop web
check 'gives 0' ends_with 0 'stopped on SIGTERM'
check 'and is no restart' equal "$(inspect RestartCount)" 1
