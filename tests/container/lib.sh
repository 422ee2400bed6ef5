# shellcheck shell=bash
# The vocabulary of the container tests, of their runner and of `make demo`: a Docker
# engine, a base image made from this machine's apt sources, containers that are gone at
# the end, and checks in the form of TAP.
#
# A Docker engine that answers is used as it is. Otherwise one is started, with
# everything it keeps under $cache, and stopped at the end. Images stay, under the name
# proctor-tests.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${PROCTOR_TESTS_CACHE:-/var/cache/proctor-tests}
proctor=${PROCTOR:-$root/build/static/proctor}
label=proctor-tests=$$
self=$(basename "$0" .sh)
work=$(mktemp -d "${TMPDIR:-/tmp}/proctor-tests.XXXXXX")
base_packages=nginx-light,rsyslog
network=none		# of the containers
config_file=		# mounted as /etc/proctor.ini
id=			# the container the checks are about
failed=0
broken=			# the line that ended the script, if one did
processes=()		# stopped at the end
export DOCKER_BUILDKIT=0

# ---- the end ---------------------------------------------------------------------------

# A command that fails outside of a check ends the script, but not without a word.
note_line()
{
	broken=${BASH_LINENO[-2]}
}
set -E
trap note_line ERR

finish()
{
	local status=$? pid

	trap - EXIT ERR
	set +e
	if [ $status -ne 0 ] && [ $failed -eq 0 ] && [ -n "$broken" ]; then
		not_ok "$self: line $broken" "ended with $status: $(sed -n "${broken}p" "$0")"
	fi
	[ "${engine_is_up:-no}" = no ] || remove_containers "$label"
	for pid in "${processes[@]}"; do
		kill "$pid" 2>/dev/null
		within 20 process_gone "$pid" || kill -9 "$pid"
	done
	rm -rf "$work"
	[ $status -ne 0 ] || [ $failed -eq 0 ] || status=1
	exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM

# remove_containers LABEL
remove_containers()
{
	local left

	left=$(docker ps -aq --filter "label=$1")
	# shellcheck disable=SC2086 # a list of ids
	[ -z "$left" ] || docker rm -fv $left >/dev/null
}

# ---- checks ----------------------------------------------------------------------------

ok()
{
	echo "ok $1"
}

# not_ok NAME WHY: the why on one line, and under it what the container said
not_ok()
{
	failed=$((failed + 1))
	echo "not ok $1: $(tr '\n' ' ' <<<"$2")"
	[ -z "$id" ] || docker logs --tail 20 "$id" 2>&1 | awk '{ print "# " $0 }'
}

skip()
{
	echo "skip $1: $2"
}

# check NAME COMMAND...: ok if the command succeeds; what it prints is the why if not
check()
{
	local name=$1 why

	shift
	if why=$("$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name" "${why:-$* failed}"
	fi
}

equal()
{
	[ "$1" = "$2" ] || { echo "$1 is not $2"; return 1; }
}

# within SECONDS COMMAND...: tries until it succeeds; a busy machine gets four times as long
within()
{
	local end=$((SECONDS + 4 * $1)) said

	shift
	until said=$("$@" 2>&1); do
		[ $SECONDS -lt $end ] || { echo "not in time: $* $said"; return 1; }
		sleep 0.05
	done
}

# faster MILLISECONDS COMMAND...
faster()
{
	local limit=$1 start took

	shift
	start=$(date +%s%3N)
	"$@" >/dev/null || return 1
	took=$(($(date +%s%3N) - start))
	[ $took -lt "$limit" ] || { echo "$* took $took ms"; return 1; }
}

# ---- containers ------------------------------------------------------------------------

# config: the proctor.ini of the containers that follow, from stdin
config()
{
	config_file=$(mktemp "$work/XXXXXX.ini")
	cat >"$config_file"
	chmod 644 "$config_file"
}

# run OPTION... IMAGE ARG...: starts a container, $id
run()
{
	local options=(--label "$label" --network "$network" --pull never)

	[ -z "$config_file" ] || options+=(-v "$config_file:/etc/proctor.ini:ro")
	id=
	id=$(docker run -d "${options[@]}" "$@")
}

inspect()
{
	docker inspect -f "{{.$1}}" "$id"
}

# logged REGEX, stdout_has REGEX, stderr_has REGEX: a line of the container's log
logged()
{
	docker logs "$id" 2>&1 | grep -E -- "$1" >/dev/null
}

stdout_has()
{
	docker logs "$id" 2>/dev/null | grep -E -- "$1" >/dev/null
}

stderr_has()
{
	docker logs "$id" 2>&1 >/dev/null | grep -E -- "$1" >/dev/null
}

# started COMMAND: waits until the container has such a process
started()
{
	within 5 docker exec "$id" pidof "$1"
}

# host_pid COMMAND: the pid, on the host, of the container's process with this command
host_pid()
{
	docker top "$id" -o pid,comm | awk -v name="$1" '$2 == name { print $1; exit }'
}

# ends_with STATUS [REASON]: the container ends in time; docker wait and docker inspect
# see the status, and the last line on stderr is proctor's and matches the reason
ends_with()
{
	local status last

	status=$(timeout 80 docker wait "$id") || { echo 'it does not end'; return 1; }
	[ "$status" = "$1" ] || { echo "docker wait: $status, not $1"; return 1; }
	equal "$(inspect State.ExitCode)" "$1" || return 1
	[ $# -gt 1 ] || return 0
	last=$(docker logs "$id" 2>&1 >/dev/null | tail -n 1)
	[[ $last =~ ^"proctor | exit $1: ".*$2 ]] || { echo "last line: '$last'"; return 1; }
}

# stops MILLISECONDS [REASON]: docker stop is that fast, and the status is 0; after 10 s, Docker
# would kill it
stops()
{
	faster "$1" docker stop "$id" && ends_with 0 "${2:-stopped on SIG}"
}

# ---- the engine and its images ---------------------------------------------------------

engine_answers()
{
	timeout 20 docker version -f '{{.Server.Version}}' >/dev/null 2>&1
}

# start_dockerd NAME COMMAND...: a Docker engine with all its own in $cache/NAME and
# /run/proctor-tests/NAME, until the end. One that a killed run left is taken over.
start_dockerd()
{
	local dir=$cache/$1 run=/run/proctor-tests/$1

	shift
	mkdir -p "$dir" "$run"
	export DOCKER_HOST=unix://$run/docker.sock
	if [ -S "$run/docker.sock" ] && engine_answers; then
		processes+=("$(cat "$run/pid")")
		return
	fi
	"$@" --host "$DOCKER_HOST" --pidfile "$run/pid" --exec-root "$run/exec" \
		--data-root "$dir" --log-level warn >"$run/log" 2>&1 9>&- &
	processes+=($!)
	until engine_answers; do
		kill -0 $! 2>/dev/null || return 1
		sleep 0.1
	done
}

process_gone()
{
	! kill -0 "$1" 2>/dev/null
}

# engine_up: false if no Docker engine is there and none can be started; once for all
# scripts of a run. Only one run at a time, so that a container with their label is a
# killed run's.
engine_up()
{
	if [ -z "${engine_is_up:-}" ]; then
		mkdir -p "$cache"
		exec 9>"$cache/lock"
		flock -n 9 || { echo '# waiting for another run of these tests' >&2; flock 9; }
		export engine_is_up=no
		if engine_answers || start_dockerd engine dockerd; then
			engine_is_up=yes
			remove_containers proctor-tests
		fi
	fi
	[ "$engine_is_up" = yes ]
}

# need_engine: a machine without one skips the script
need_engine()
{
	engine_up || cannot "no Docker engine: $(tail -n 1 /run/proctor-tests/engine/log)"
}

# cannot WHY: the end of a script that cannot be run here; under CI that is a failure
cannot()
{
	if [ "${CI:-}" = true ]; then
		not_ok "$self" "$1"
		exit 1
	fi
	skip "$self" "$1"
	exit 0
}

# use_podman: from here on docker is podman, another engine above the same runc, with all
# that it keeps in $work.
use_podman()
{
	local bin=$work/podman

	command -v podman >/dev/null || cannot 'no podman'
	mkdir "$bin"
	cat >"$bin/docker" <<-SH
	#!/bin/sh
	CONTAINERS_CONF=$bin/containers.conf \\
		exec podman --root $bin/storage --runroot $bin/run --runtime runc \\
		--cgroup-manager cgroupfs --events-backend none "\$@"
	SH
	chmod +x "$bin/docker"
	cat >"$bin/containers.conf" <<-CONF
	[containers]
	default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
	log_driver = "k8s-file"
	[engine]
	infra_image = "localhost/proctor-tests/pause"
	CONF
	PATH=$bin:$PATH
	engine_is_up=yes
}

# base_tar: the base of all images, a Debian with $base_packages in it. It lists no apt
# sources: the apt-get layer of the examples then finds everything there, without a
# network.
base_tar()
{
	local suite tar

	# shellcheck source=/dev/null
	suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
	tar=$cache/base-$suite-$base_packages.tar
	if [ ! -f "$tar" ]; then
		echo "making a Debian with $base_packages in $cache, this once" >&2
		mkdir -p "$cache"
		# shellcheck disable=SC2016 # for mmdebstrap's shell
		apt_sources | mmdebstrap --quiet --format=tar --variant=apt \
			--include="$base_packages" \
			--customize-hook='rm -rf "$1"/etc/apt/sources.list*' \
			"$suite" "$tar.new" - >&2
		mv "$tar.new" "$tar"
	fi
	echo "$tar"
}

apt_sources()
{
	# shellcheck disable=SC2016 # apt's own variables
	apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' 'Origin: Debian'
}

# base_image: its name, after importing it if it is not there
base_image()
{
	local tar name

	tar=$(base_tar)
	name=proctor-tests/base:$(basename "$tar" .tar | tr , -)
	docker image inspect "$name" >/dev/null 2>&1 ||
		docker import "$tar" "$name" >/dev/null
	echo "$name"
}

# unpack_base DIR: the base as a root directory, with proctor in it
unpack_base()
{
	mkdir -p "$1"
	tar -C "$1" -xf "$(base_tar)"
	cp "$proctor" "$1/usr/local/bin/proctor"
}

# build NAME DIR [OPTION...]: builds proctor-tests/NAME from DIR and proctor, on the base;
# the image it replaces is removed
build()
{
	local name=proctor-tests/$1 context=$work/build-$1 old base

	cp -r "$2" "$context"
	cp "$proctor" "$context/proctor"
	base=$(base_image)
	old=$(docker images -q "$name")
	if ! docker build --network none --build-arg "BASE=$base" -t "$name" "${@:3}" \
			"$context" >"$work/log" 2>&1; then
		tail -n 8 "$work/log" >&2
		return 1
	fi
	[ -z "$old" ] || [ "$old" = "$(docker images -q "$name")" ] ||
		docker rmi "$old" >/dev/null 2>&1 || :
}

# plain_image: $image is the base with proctor as its entry point, and an engine is up
plain_image()
{
	need_engine
	# shellcheck disable=SC2034 # for the scripts
	image='proctor-tests/plain'
	build plain "$root/tests/container/plain"
}
