#!/bin/bash
# podman instead of Docker: the same statuses, and its own stop signal in systemd mode,
# RTMIN+3.
set -eu
. "$(dirname "$0")/lib.sh"
use_podman
unpack_base "$work/root"

# start OPTION... -- ARG...: a container from the root directory
start()
{
	local options=()

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	run "${options[@]}" --rootfs "$work/root" proctor "${@:2}"
}

config <<'INI'
[service side]
command = sleep 1000
[service app]
shell = exit 3
INI
start --
check 'the status of a service' ends_with 3 'service app ended with 3'

config <<'INI'
[service app]
shell = echo up; exec sleep 1000
INI
start --
check 'it is up' within 5 stdout_has '^app \| up$'
check 'podman stop' stops 9000 'stopped on SIGTERM'

start --systemd always --
check 'up in systemd mode' within 5 stdout_has '^app \| up$'
check 'systemd mode' equal "$(inspect Config.StopSignal)" 37
check 'podman stop in systemd mode' stops 9000 'stopped on SIGRTMIN\+3'

config_file=
start -- -- sh -c 'exit 42'
check 'one command' ends_with 42
