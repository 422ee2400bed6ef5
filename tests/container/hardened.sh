#!/bin/bash
# Works with a read-only root, as any uid, without capabilities and with no_new_privs:
# alone and all at once, the same statuses and nothing to complain about. Where there is
# nothing to write to at all, one line says what proctor goes without.
set -eu
. "$(dirname "$0")/lib.sh"
plain_image

own_lines()
{
	docker logs "$id" 2>&1 | grep '^proctor |'
}

# the_same OPTION...
the_same()
{
	config <<-'INI'
	[service app]
	shell = echo up; exec sleep 1000
	INI
	run "$@" "$image"
	within 5 logged 'app \| up' || :
	check "$*: stops with 0" stops 9000 'stopped on SIGTERM'
	check "$*: no complaint" equal "$(own_lines | grep -vc 'no runtime directory')" 1

	config <<-'INI'
	[service side]
	command = sleep 1000
	[service app]
	shell = exit 3
	INI
	run "$@" "$image"
	check "$*: the status of a service" ends_with 3 'service app ended with 3'
}

the_same --read-only
the_same --user 1000660000
the_same --cap-drop ALL
the_same --security-opt no-new-privileges
the_same --read-only --user 1000660000 --cap-drop ALL --security-opt no-new-privileges \
	--tmpfs /dev/shm:ro

config <<'INI'
[task work]
command = true
INI
run --read-only --tmpfs /dev/shm:ro "$image"
check 'nothing to write to: the end is the same' ends_with 0 'all tasks are done'
check 'nothing to write to: it is told' stderr_has '^proctor \| no runtime directory'
