# shellcheck shell=bash
# The vocabulary of the scripts: proctor as PID 1 of a namespace of its own, waiting for what
# can be observed, and checks in the form of TAP. At the end all that was started is gone.
#
# The same words mean the same in tests/container/lib.sh.

# A mount namespace of its own: cgroups cannot be written, as in most containers, unless
# the script set cgroups=yes; and what would be made in /run and /dev/shm stays here. And a
# network of its own, with the loopback alone: no port is anybody else's.
if [ -z "${PROCTOR_TESTS_MOUNTED:-}" ]; then
	PROCTOR_TESTS_MOUNTED=$(id -u)
	export PROCTOR_TESTS_MOUNTED
	own=(unshare --mount --net)
	[ "$PROCTOR_TESTS_MOUNTED" = 0 ] || own+=(--user --map-root-user)
	if ! "${own[@]}" true 2>/dev/null; then
		echo "skip $(basename "$0" .sh): no namespaces here"
		exit 0
	fi
	exec "${own[@]}" "$0" "$@"
fi
ip link set lo up
for folder in /run /dev/shm; do
	mount -t tmpfs -o mode=1777 none $folder
done
if [ -z "${cgroups:-}" ]; then
	awk '$3 == "cgroup2" { print $2 }' /proc/self/mounts |
		xargs -r -n 1 mount -o remount,bind,ro
fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
proctor=${PROCTOR:-$root/build/proctor}
self=$(basename "$0" .sh)
work=$(mktemp -d "${TMPDIR:-/tmp}/proctor-run.XXXXXX")
bin=${PROCTOR_TESTS_BIN:-$work}	# the helpers, once built
ini=$work/proctor.ini
out=$work/out
err=$work/err
init=		# the pid, out here, of PID 1 in the namespace
outer=		# of unshare, which waits for it and has its exit status
status=		# that exit status
failed=0
broken=		# the line that ended the script, if one did
real_uid=$PROCTOR_TESTS_MOUNTED
unset PROCTOR PROCTOR_TESTS_BIN PROCTOR_TESTS_MOUNTED PROCTOR_CONFIG PROCTOR_GRACE
chmod 755 "$work"
ulimit -c 0

# ---- the end -----------------------------------------------------------------------------

# A command that fails outside of a check ends the script, but not without a word.
note_line()
{
	broken=${BASH_LINENO[-2]}
}
set -E
trap note_line ERR

# A namespace ends with its PID 1. What of the jobs still runs is ours to kill.
finish()
{
	local code=$? pid

	trap - EXIT ERR
	set +e
	if [ $code -ne 0 ] && [ -n "$broken" ]; then
		touch "$work/said"
		not_ok "line $broken" "ended with $code: $(sed -n "${broken}p" "$0"); $(<"$work/said")"
	fi
	for pid in $(jobs -pr); do
		# shellcheck disable=SC2046 # pids
		kill -KILL $(children_of "$pid") "$pid" 2>/dev/null
	done
	wait 2>/dev/null
	rm -rf --one-file-system "$work"
	[ $code -ne 0 ] || [ $failed -eq 0 ] || code=1
	exit $code
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- checks ------------------------------------------------------------------------------

ok()
{
	echo "ok $1"
}

# not_ok NAME WHY: the why on one line, and under it what proctor said
not_ok()
{
	failed=$((failed + 1))
	echo "not ok $self: $1: $(tr '\n' ' ' <<<"$2")"
	if [ -s "$err" ]; then
		tail -n 12 "$err" | cut -c -300 | sed 's/^/# /'
	fi
}

skip()
{
	echo "skip $self: $1: $2"
}

# check NAME COMMAND...: ok if the command succeeds; what it prints is the why if not
check()
{
	local name=$1

	shift
	if "$@" >"$work/why" 2>&1; then
		ok "$name"
	elif [ -s "$work/why" ]; then
		not_ok "$name" "$(<"$work/why")"
	else
		not_ok "$name" "$* failed"
	fi
}

# need WHAT COMMAND...: skips the whole script where the command fails
need()
{
	local what=$1

	shift
	if ! "$@" >/dev/null 2>&1; then
		skip 'all of it' "$what"
		exit 0
	fi
}

need_root()
{
	need 'needs root' test "$real_uid" = 0
}

equal()
{
	[ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }
}

# no COMMAND...: succeeds if it fails
no()
{
	! "$@" || { echo "$* should not succeed"; return 1; }
}

# never SECONDS COMMAND...: not within this time
never()
{
	local end=$((SECONDS + $1))

	shift
	while [ $SECONDS -le $end ]; do
		no "$@" || return 1
		sleep 0.02
	done
}

# within SECONDS COMMAND...: tries until it succeeds; a busy machine gets four times as long
within()
{
	local end=$((SECONDS + 4 * $1))

	shift
	until "$@" >"$work/said" 2>&1; do
		[ $SECONDS -le $end ] || { echo "not in time: $* $(<"$work/said")"; return 1; }
		sleep 0.02
	done
}

now_ms()
{
	date +%s%3N
}

# faster MILLISECONDS COMMAND..., slower MILLISECONDS COMMAND...
faster()
{
	local limit=$1 start took

	shift
	start=$(now_ms)
	"$@" || return 1
	took=$(($(now_ms) - start))
	[ $took -lt "$limit" ] || { echo "$* took $took ms, not under $limit"; return 1; }
}

slower()
{
	local limit=$1 start took

	shift
	start=$(now_ms)
	"$@" || return 1
	took=$(($(now_ms) - start))
	[ $took -ge "$limit" ] || { echo "$* took only $took ms, not $limit"; return 1; }
}

# has FILE REGEX, lines FILE REGEX COUNT: of lines that match
has()
{
	grep -Eq -- "$2" "$1" || { echo "no line '$2' in ${1##*/}"; return 1; }
}

lines()
{
	local count

	count=$(grep -Ec -- "$2" "$1") || :
	[ "$count" = "$3" ] || { echo "$count lines '$2' in ${1##*/}, not $3"; return 1; }
}

# in_order FILE REGEX...: a line for each, in this order
in_order()
{
	local file=$1 line

	shift
	while IFS= read -r line && [ $# -gt 0 ]; do
		if [[ $line =~ $1 ]]; then
			shift
		fi
	done < <(cat "$file" 2>&1)
	[ $# -eq 0 ] || { echo "no '$1' in its place: $(cat "$file" 2>&1)"; return 1; }
}

# ---- processes ---------------------------------------------------------------------------

gone()
{
	! kill -0 "$1" 2>/dev/null
}

children_of()
{
	pgrep -P "$1"
}

# pid_of COMMAND LINE: out here, of the one process in the namespace that has it
pid_of()
{
	pgrep --ns "$init" --nslist pid -f -x -- "$*"
}

running()
{
	pid_of "$@" >/dev/null
}

# field NAME PID: of /proc/PID/status
field()
{
	awk -v key="$1:" '$1 == key { print $2 }' "/proc/$2/status"
}

# idle: PID 1 waits, so it has seen to all that had happened
idle()
{
	equal "$(field State "$init")" S
}

# helper NAME...: builds them from their C, once in a run
helper()
{
	local name

	for name in "$@"; do
		[ ! -x "$bin/$name" ] || continue
		cc -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -o "$bin/$name.$$" "$here/$name.c"
		mv "$bin/$name.$$" "$bin/$name"
	done
}

# ---- proctor as PID 1 --------------------------------------------------------------------

# The signals are as they are for a container, whatever this shell was started with.
enter=(env --default-signal unshare --pid --fork --kill-child --mount-proc)

# config: what the next proctor reads, from stdin
config()
{
	cat >"$ini"
	chmod 644 "$ini"
}

find_init()
{
	init=$(children_of "$outer") || gone "$outer"
}

# boot COMMAND...: as PID 1, in the background
boot()
{
	"${enter[@]}" "$@" </dev/null >"$out" 2>"$err" &
	outer=$!
	within 5 find_init
}

# start [COMMAND...]: proctor with the configuration; the command, if any, executes it
start()
{
	boot "$@" "$proctor" run -c "$ini"
}

# quick ARG...: proctor with these, as PID 1, to its end
quick()
{
	status=0
	timeout -k 1 30 "${enter[@]}" "$proctor" "$@" </dev/null >"$out" 2>"$err" || status=$?
}

send()
{
	kill -s "$1" "$init"
}

# ended: waits for the end and takes the exit status
ended()
{
	within 20 gone "$outer" || return 1
	status=0
	wait "$outer" 2>/dev/null || status=$?
}

# last_line STATUS REASON: proctor's last line; the reason is a regular expression
last_line()
{
	local line

	line=$(tail -n 1 "$err")
	[[ $line =~ ^"proctor | exit $1: "($2)$ ]] || { echo "last line: '$line'"; return 1; }
}

# ends_with STATUS [REASON]: it ends by itself, with this status and this last line
ends_with()
{
	ended || return 1
	equal "$status" "$1" || return 1
	[ $# -eq 1 ] || last_line "$@"
}

# stops_with STATUS REASON: after SIGTERM
stops_with()
{
	send TERM
	ends_with "$@"
}

# clean_stop: the usual end of a test
clean_stop()
{
	stops_with 0 'stopped on SIGTERM'
}

# lives COMMAND...: a whole life under what the command makes of the environment: starting in
# order, output, restart, escalation, reaping, and an orderly stop
lives()
{
	config <<'INI'
[task prepare]
shell = echo prepared
[service app]
shell = (setsid sleep 0.1 &); echo hello; exec sleep 1000
after = prepare
INI
	start "$@"
	check 'starts' within 5 has "$out" '^app \| hello$'
	check 'in order' in_order "$out" '^prepare \| prepared$' '^app \| hello$'
	check 'reaps an orphan' within 5 only_child 'sleep 1000'
	check 'stops with 0' faster 7000 clean_stop
	config <<'INI'
[service app]
shell = exit 3
restart = on-failure
restart_limit = 1/60s
restart_delay = 20ms
INI
	start "$@"
	check 'restarts, and escalates' ends_with 3 \
		'service app ended with 3 after 1 restart in .*'
	check 'tells the restart' has "$err" '^proctor \| app: ended with 3; restart 1 of 1 in '
}

# only_child COMMAND LINE
only_child()
{
	only_these "$*"
}

# only_these COMMAND LINE...: the children of PID 1, in the order of their pids in there: those
# out here begin anew now and then
only_these()
{
	local pid

	equal "$(for pid in $(children_of "$init"); do
		echo "$(awk '$1 == "NSpid:" { print $NF }' "/proc/$pid/status") $(ps -o args= -p "$pid")"
	done | sort -n | cut -d ' ' -f 2-)" "$(printf '%s\n' "$@")"
}
