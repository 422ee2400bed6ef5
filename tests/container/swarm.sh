#!/bin/bash
# A service of docker stack or docker service, in an engine of its own that is a swarm:
# a task fails with the status of the service that failed, and is replaced; work that is
# done is not.
set -eu
. "$(dirname "$0")/lib.sh"
need_engine
# shellcheck disable=SC2016 # for that shell
start_dockerd swarm unshare --net sh -c 'ip link set lo up && exec dockerd "$@"' dockerd \
	--bridge none --iptables=false
[ "$(docker info -f '{{.Swarm.LocalNodeState}}')" = active ] ||
	docker swarm init --advertise-addr 127.0.0.1 >/dev/null
plain_image

# serve NAME: with the configuration from stdin, at most two new tasks after a failed one
serve()
{
	config
	docker service rm "$1" >/dev/null 2>&1 || :
	docker service create --detach --no-resolve-image --name "$1" \
		--restart-condition on-failure --restart-max-attempts 2 \
		--restart-delay 10ms \
		--mount "type=bind,src=$config_file,dst=/etc/proctor.ini,ro" \
		"$image" >/dev/null
}

# tasks NAME STATE: how many of its tasks have come to this state
tasks()
{
	docker service ps --no-trunc --format '{{.CurrentState}} {{.Error}}' "$1" |
		grep -c "^$2"
}

three_failed()
{
	equal "$(tasks fails 'Failed .*non-zero exit (3)')" 3
}

serve fails <<'INI'
[service side]
command = sleep 1000
[service app]
shell = exit 3
INI
check 'the status of a service fails the task, which is replaced' within 20 three_failed

serve works <<'INI'
[task work]
command = true
INI
check 'work that is done completes the task' within 20 tasks works Complete
check 'and is not done again' equal "$(tasks works '')" 1
docker service rm fails works >/dev/null
docker swarm leave --force >/dev/null
