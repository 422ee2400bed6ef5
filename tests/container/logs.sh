#!/bin/bash
# Who said what in docker logs, stdout and stderr apart, as Docker's json-file driver keeps
# it; and while nobody reads (the shim of the container is stopped), services die, are reaped
# and stopped, and the container ends in time with its verdict.
set -eu
. "$(dirname "$0")/lib.sh"
plain_image

# no COMMAND...: succeeds if it fails
no()
{
	! "$@"
}

config <<'INI'
[proctor]
log = json
[service web]
shell = echo to stdout; echo to stderr >&2; exec sleep 1000
[task long]
shell = seq -s, 20000
log = prefix
INI
run --log-driver json-file "$image"
check 'stdout' within 10 stdout_has '"service":"web","stream":"stdout","pid":[0-9]+,"message":"to stdout"'
check 'stderr' within 10 stderr_has '"service":"web","stream":"stderr","pid":[0-9]+,"message":"to stderr"'
check 'a long line' within 10 stdout_has '^long \+ .*,20000$'
check 'stops' faster 9000 docker stop "$id"
check "proctor's own" stderr_has '"service":"proctor",.*"message":"exit 0: stopped on SIGTERM"'
check 'no stderr among stdout' no stdout_has '"stream":"stderr"|proctor'
check 'no stdout among stderr' no stderr_has '"stream":"stdout"|^long'
# what is longer than Docker takes in one piece has no line end in its file
check 'no line is cut by Docker' equal "$(docker logs "$id" 2>&1 | wc -l)" \
	"$(grep -c '\\n","stream"' "$(inspect LogPath)")"

# ---- nobody reads -------------------------------------------------------------------------------

config <<'INI'
[proctor]
grace = 2s
[service noisy]
command = yes nobody reads this
[service dies]
shell = (setsid sleep 0.1 &); sleep 0.3; exit 3
critical = no
restart = always
restart_delay = 50ms
restart_delay_max = 50ms
restart_limit = none
INI
run --log-driver json-file "$image"
check 'one that writes on' within 10 stdout_has '^noisy \| '
pid=$(inspect State.Pid)
shim=$(awk '/^PPid:/ { print $2 }' "/proc/$pid/status")
# goes on in any case, or Docker has a container that it cannot remove
trap 'failed=1; kill -CONT "$shim"; finish' EXIT
kill -STOP "$shim"

# blocked: the one who writes has nobody to read it
noisy=$(pgrep -P "$pid" -x yes)
blocked()
{
	local before after

	before=$(awk '$1 == "wchar:" { print $2 }' "/proc/$noisy/io")
	sleep 0.3
	after=$(awk '$1 == "wchar:" { print $2 }' "/proc/$noisy/io")
	equal "$before" "$after"
}

lives()
{
	[ "$(pgrep -P "$pid" -x sh || :)" != "$1" ] && pgrep -P "$pid" -x sh
}

check 'nobody reads: the service waits' within 30 blocked
life=$(pgrep -P "$pid" -x sh || :)
check 'nobody reads: another is restarted' within 20 lives "${life:-0}"
zombies()
{
	pgrep -P "$pid" -r Z
}
check 'nobody reads: who died is reaped' within 20 no zombies
ended()	# all but that its parent, the shim, does not look
{
	equal "$(awk '/^State:/ { print $2 }' "/proc/$pid/status")" Z
}
kill -TERM "$pid"
check 'nobody reads: it ends in time' within 10 ended
kill -CONT "$shim"
trap finish EXIT
check 'the status' ends_with 0 'stopped on SIGTERM'
check 'how much was not read is told' stderr_has '^proctor \| [0-9]+ bytes of output were not read in time$'
# the pipe became full within the last one
check 'only whole lines' equal "$(docker logs "$id" 2>/dev/null | sed '$d' | sort -u)" \
	'noisy | nobody reads this'
