#!/bin/bash
# With standard output, error or input closed, or nobody at the other end of it, all goes on
# as usual, and what is still open gets its share.
set -eu
. "$(dirname "$0")/lib.sh"

config <<'INI'
[task first]
shell = echo hello; echo oops >&2
[service app]
shell = echo fds: /proc/self/fd/*; seq 1000; sleep 0.1; exit 3
after = first
restart = on-failure
restart_limit = 1/60s
restart_delay = 10ms
INI

# with REDIRECTIONS
with()
{
	start sh -c "exec \"\$@\" $1" sh
}

reason='service app ended with 3 after 1 restart in .*'
with '>&-'
check 'no stdout' ends_with 3 "$reason"
check 'no stdout: stderr' has "$err" '^first \| oops$'
check 'no stdout: nothing of it in stderr' no has "$err" 'hello|fds'
with '<&-'
check 'no stdin' ends_with 3 "$reason"
with '2>&-'
check 'no stderr' ends_with 3
check 'no stderr: stdout' has "$out" '^first \| hello$'
check 'no stderr: nothing of it in stdout' no has "$out" 'oops|proctor'
with '<&- >&- 2>&-'
check 'none of them' ends_with 3

# the reader has gone: there is only EPIPE to get
mkfifo "$work/fifo"
# shellcheck disable=SC2094 # both ends, for a moment
exec 3<>"$work/fifo" 4>"$work/fifo" 3<&-
with '>&4'
check 'nobody reads stdout' ends_with 3 "$reason"
check 'nobody reads stdout: it is told at once' \
	equal "$(grep -c '^proctor | standard output: Broken pipe; what is written there now is lost$' "$err")" 1
check 'nobody reads stdout: and how much at the end' \
	has "$err" '^proctor \| standard output: [1-9][0-9]* bytes are lost: Broken pipe$'
with '>&4 2>&4'
check 'nobody reads anything' ends_with 3
config <<'INI'
[service noisy]
shell = while :; do echo line; done
[service app]
command = sleep 1000
INI
with '>&4'
check 'nobody reads one that writes on' within 10 running sleep 1000
check 'one that writes on into nothing is stopped' clean_stop
exec 4>&-

# one command has what proctor has
for closed in '>&-' '<&-' '2>&-' '<&- >&- 2>&-'; do
	boot sh -c "exec \"\$@\" $closed" sh "$proctor" -- sh -c 'exit 3'
	check "proctor -- with $closed" ends_with 3
done
