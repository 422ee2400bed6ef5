#!/bin/bash
# proctor is good enough to be Docker's own init: dockerd --init-path, docker run
# --init, in an engine of its own beside the one of the other tests. It has a network
# namespace of its own too, since with --bridge none it would remove the bridge of the
# other.
set -eu
. "$(dirname "$0")/lib.sh"
need_engine
start_dockerd init-path unshare --net dockerd --init-path "$proctor" --bridge none \
	--iptables=false
image=$(base_image)

check 'it is there as /sbin/docker-init' docker run --rm --pull never --label "$label" \
	--network none --init "$image" cmp /proc/1/exe /sbin/docker-init
run --init "$image" sh -c 'exit 42'
check 'the status of the command' ends_with 42
run --init "$image" nginxx
check 'a command that is not there: 127' ends_with 127

# an orphan that ended is gone, not a zombie
run --init "$image" sh -c '(setsid sleep 0.1 &); exec sleep 1000'
no_other_process()
{
	equal "$(docker top "$id" -o pid,comm | awk 'NR > 1 { print $2 }' | sort | xargs)" \
		'docker-init sleep'
}
check 'orphans are reaped' within 5 no_other_process
check 'docker stop is passed on' faster 9000 docker stop "$id"
check 'with the status of the command' ends_with 143
