#!/bin/bash
# podman instead of Docker, another engine above the same runc: the same statuses, and its own
# stop signal in systemd mode, RTMIN+3.
set -eu
. "$(dirname "$0")/lib.sh"
if ! command -v podman >/dev/null; then
	skip podman 'no podman'
	exit 0
fi

# the vocabulary says docker; this one keeps all its own in $work
mkdir "$work/bin"
cat >"$work/bin/docker" <<SH
#!/bin/sh
exec podman --root $work/storage --runroot $work/run --storage-driver vfs --runtime runc \\
	--cgroup-manager cgroupfs --events-backend none "\$@"
SH
chmod +x "$work/bin/docker"
PATH=$work/bin:$PATH
engine_is_up=yes
unpack_base "$work/root"

# start OPTION... -- ARG...: a container from the root directory
start()
{
	local options=(--ulimit nofile=1024:1024 --ulimit nproc=4096:4096 --log-driver k8s-file)

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
within 5 stdout_has '^app \| up$'
check 'podman stop' stops 2000 'stopped on SIGTERM'

start --systemd always --
within 5 stdout_has '^app \| up$'
check 'systemd mode' equal "$(inspect Config.StopSignal)" 37
check 'podman stop in systemd mode' stops 2000 'stopped on SIGRTMIN\+3'

config_file=
start -- -- sh -c 'exit 42'
check 'one command' ends_with 42
