#!/bin/bash
# proctor -- COMMAND: every signal goes on to the command, its status comes back, and its
# options do what they say. What it leaves behind is stopped at the end.
set -eu
. "$(dirname "$0")/lib.sh"
helper signals

# begin [OPTION...]: a command that says what it hears, and one more in its group
begin()
{
	rm -f "$work"/{main,other}
	boot "$proctor" "$@" -- sh -c "$bin/signals -x 0 $work/other & exec $bin/signals $work/main"
	check "it is up: $*" within 10 both ready
}

# both REGEX: a line of each
both()
{
	has "$work/main" "$1" && has "$work/other" "$1"
}

# heard WHAT: by the command
heard()
{
	within 10 has "$work/main" "^$1 from 1$"
}

begin
for signal in HUP INT QUIT USR1 USR2 ALRM STKFLT CONT TSTP URG XCPU XFSZ VTALRM PROF WINCH IO PWR; do
	send $signal
	check "SIG$signal" heard ${signal/IO/'(IO|POLL)'}
done
first=$(kill -l RTMIN)
for ((n = 0; n <= $(kill -l RTMAX) - first; n++)); do
	send $((first + n))
	heard "RTMIN\\+$n" || { not_ok "RTMIN+$n" 'is not passed on'; break; }
done
check 'RTMIN to RTMAX' equal "$n" $(($(kill -l RTMAX) - first + 1))
for signal in TTIN TTOU; do
	send $signal
	check "SIG$signal" heard $signal
done
check 'the group gets none' equal "$(<"$work/other")" ready
send TERM
check 'its status' ends_with 0
check 'SIGTERM' heard TERM

begin -g
send USR1
check '-g: the command' heard USR1
check '-g: the group' within 10 has "$work/other" '^USR1 from 1$'
send TERM
check '-g: the end' ends_with 0

begin -r USR1:USR2 -r SIGHUP:0 -r 10:12 -r QUIT:TERM
send HUP
send USR1
check '-r' heard USR2
send QUIT
check '-r to the one that ends it' ends_with 0
check '-r: only the other' equal "$(sort "$work/main")" "$(printf 'TERM from 1\nUSR2 from 1\nready')"

for code in 0 7 143; do
	quick -e 7 -e 143 -- sh -c "exit $code"
	check "-e counts $code as 0" equal "$status" 0
done
quick -e 7 -e 143 -- sh -c 'kill $$'
check '-e 143: SIGTERM too' equal "$status" 0
quick -e 7 -e 143 -- sh -c 'exit 8'
check '-e: no other' equal "$status" 8

# its parent is not PID 1: that would take all with it
boot sh -c '"$@" & exec sleep 1000' sh sh -c "'$proctor' -p USR1 -- $bin/signals -x 0 $work/orphan & wait"
check '-p: it is up' within 10 has "$work/orphan" ready
kill -KILL "$(children_of "$init")"
check '-p: when the parent dies' within 10 has "$work/orphan" '^USR1 from '
kill -KILL "$init"
check '-p: the end' ended

# ---- its session --------------------------------------------------------------------------

# leads WHO: the process of this pid leads its session
leads()
{
	[ -n "$1" ] && equal "$(ps -o sid= -p "$1" | xargs)" "$1"
}

# a first process of a container leads a session: without proctor, so would the command
boot setsid "$proctor" -- sleep 1003
check 'a session: it is up' within 10 running sleep 1003
check 'a session: of proctor' leads "$init"
check 'a session: of the command' leads "$(pid_of sleep 1003)"
send TERM
check 'a session: the end' ends_with 143
# one that does not lead may be part of a session from outside, which the command stays in
boot "$proctor" -- sleep 1003
check 'no session: it is up' within 10 running sleep 1003
check 'no session: it stays in that of proctor' equal \
	"$(ps -o sid= -p "$(pid_of sleep 1003)" | xargs)" "$(ps -o sid= -p "$init" | xargs)"
send TERM
check 'no session: the end' ends_with 143

# ---- what it leaves behind ----------------------------------------------------------------

# left_behind SHELL: the whole life of a command that leaves a daemon which does that on TERM
left_behind()
{
	cat >"$work/daemon" <<-SH
	trap '$1' TERM
	echo up >>$work/order
	while :; do sleep 0.02; done
	SH
	: >"$work/order"
	boot "$proctor" -- sh -c "setsid sh $work/daemon & until grep -q up $work/order; do sleep 0.02; done; exit 3"
	ends_with 3
}

check 'what is left behind: no wait for long' faster 15000 \
	left_behind "echo asked >>$work/order; exit 0"
check 'what is left behind is asked' has "$work/order" asked
check 'what will not go: one second' slower 1000 faster 15000 \
	left_behind "echo asked >>$work/order"
check 'what will not go: it was asked' has "$work/order" asked

# ---- the way in ---------------------------------------------------------------------------

# shellcheck disable=SC2016 # for the shell inside
boot env ANSWER=42 sh -c 'exec 5</etc/passwd; cd /usr; umask 027; echo input | "$@"' sh \
	"$proctor" -- sh -c 'cat; pwd; umask; echo $ANSWER; read -r line <&5 && echo $#-$1-$2' sh 'a b' ''
check 'what it inherits' ends_with 0
check 'input, directory, umask, environment, descriptors, arguments' equal "$(<"$out")" \
	"$(printf '%s\n' input /usr 0027 42 '2-a b-')"

# wrong ARG...: 64, in words, and nothing is run
wrong()
{
	rm -f "$work/ran"
	quick "$@"
	equal "$status" 64 && has "$err" '^proctor: .*; see proctor --help$' && no test -e "$work/ran"
}

ran=(touch "$work/ran")
check 'usage: no command' wrong --
check 'usage: -g and no --' wrong -g "${ran[@]}"
check 'usage: unknown option' wrong -x -- "${ran[@]}"
check 'usage: -e without a status' wrong -e
for value in 256 -1 seven '' 7x; do
	check "usage: -e '$value'" wrong -e "$value" -- "${ran[@]}"
done
for value in TERM NOPE:INT TERM:NOPE : KILL:TERM; do
	check "usage: -r '$value'" wrong -r "$value" -- "${ran[@]}"
done
check "usage: -p 'NOPE'" wrong -p NOPE -- "${ran[@]}"
