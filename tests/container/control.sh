#!/bin/bash
# The commands with docker exec: what the container's user and root may, what a stranger may
# not, and what happens to the container.
set -eu
. "$(dirname "$0")/lib.sh"
plain_image

# said STATUS REGEX [OPTION...] -- ARG...: docker exec OPTION... proctor ARG...
said()
{
	local code=0 status=$1 words=$2 options=()

	shift 2
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	docker exec "${options[@]}" "$id" proctor "$@" >"$work/said" 2>&1 || code=$?
	equal "$code" "$status" && grep -Eq -- "$words" "$work/said" && return
	cat "$work/said"
	return 1
}

# both USER: what may be asked in a container of that user. The end of PID 1 is that of what asked
# for it, too: it takes some time, so that the answer is heard.
both()
{
	config <<-INI
	[service app]
	shell = echo up; exec sleep 1000
	directory = /tmp
	env.GREETING = hello
	pre_stop = sleep 3
	[service side]
	command = sleep 1001
	INI
	run --user "$1" "$image"
	check "$1: ready" said 0 '^app: ' -- wait app side --timeout 60s
	check "$1: status" said 0 '^app +ready +yes ' -- status
	check "$1: root may" said 0 '^app +ready ' -u 0 -- status app
	check "$1: a stranger may not" said 2 '^proctor: only root' -u 65533 -- status
	check "$1: no such service" said 69 "^proctor: there is no service 'apq'" -- status apq
	# shellcheck disable=SC2016 # for sh
	check "$1: exec" said 0 '^/tmp hello$' -- exec app sh -c 'echo $(pwd) $GREETING'
	check "$1: stop" said 0 'side' -- stop side
	check "$1: it stays down" said 3 '^side +stopped +no ' -- status
	check "$1: so the container is not ready" said 1 'side' -- health
	check "$1: start" said 0 'side' -- start side
	check "$1: restart" said 0 'side' -- restart side
	check "$1: well again" said 0 ok -- health
	check "$1: signal" said 0 '' -- signal side CONT
	check "$1: a stranger may not stop it" said 2 '^proctor: only root' -u 65533 -- stop app
	check "$1: the logs" said 0 '^app \| up$' -- logs app
	check "$1: events" said 0 'side' -- events
	check "$1: nothing new" said 0 'nothing has changed' -- update
	check "$1: shutdown" said 0 stopping -- shutdown 7
	check "$1: with this status" ends_with 7
}

both 0
both 1000660000
