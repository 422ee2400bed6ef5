#!/bin/bash
# The name of a service has a colour where the line goes to a terminal, and only there;
# NO_COLOR and TERM=dumb are respected.
set -eu
. "$(dirname "$0")/lib.sh"

config <<'INI'
[task a]
shell = echo out
[task b]
shell = echo error >&2
after = a
INI

# on_terminal COMMAND...: it ends well; what is to be seen, with escapes as ^[
on_terminal()
{
	timeout 60 python3 "$here/terminal.py" env TERM=xterm "${enter[@]}" "$@" </dev/null |
		tr -d '\r' | cat -v
}

run=("$proctor" run -c "$ini")
plain='a | out
b | error
proctor | exit 0: all tasks are done'
screen=$(on_terminal "${run[@]}")
check 'colours' equal "$(sed 's/\^\[\[[0-9]*m//g' <(echo "$screen"))" "$plain"
name='^\^\[\[3[1-6]m'
check 'of both streams' equal "$(grep -Ec "$name(a|b) \|\^\[\[0m " <<<"$screen")" 2
check 'each its own' equal "$(grep -Eo "$name" <<<"$screen" | sort -u | wc -l)" 2
check 'what it said has none' has <(echo "$screen") '\^\[\[0m out$'
check "proctor's own have none" has <(echo "$screen") '^proctor \| exit 0: '

check 'NO_COLOR' equal "$(on_terminal env NO_COLOR=1 "${run[@]}")" "$plain"
check 'NO_COLOR, empty' has <(on_terminal env NO_COLOR= "${run[@]}") "$name"
check 'TERM=dumb' equal "$(on_terminal env TERM=dumb "${run[@]}")" "$plain"
check 'json has none' no has <(on_terminal env PROCTOR_LOG=json "${run[@]}") '\^\['

start env TERM=xterm
check 'no terminal' ends_with 0
check 'no terminal: none' equal "$(cat "$out" "$err")" "$plain"
# shellcheck disable=SC2016 # for the shell inside
screen=$(on_terminal env OUT="$out" sh -c 'exec "$@" >"$OUT"' sh "${run[@]}")
check 'one of two is a terminal' equal "$(<"$out")" 'a | out'
check 'the other has them' has <(echo "$screen") "${name}b"
