#!/bin/bash
# timestamps = yes: with log = prefix, each line begins with its time, proctor's own too.
# shellcheck disable=SC2016 # what stands in single quotes is for proctor or the shell inside
set -eu
. "$(dirname "$0")/lib.sh"

time='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z'

config <<'INI'
[proctor]
timestamps = yes
[task first]
shell = echo one; echo oops >&2; head -c 20000 /dev/zero | tr '\0' x; echo
[task raw]
shell = echo raw
log = raw
after = first
[task json]
shell = echo json
log = json
after = raw
[service app]
shell = echo early; sleep 1; echo late; exit 3
after = json
INI
start
check 'ends' ends_with 3
check 'stdout' has "$out" "^$time first \| one$"
check 'stderr' has "$err" "^$time first \| oops$"
check 'the rest of a long line' lines "$out" "^$time first \+ x+$" 1
check 'no line over 16 KiB' test "$(awk 'length > n { n = length } END { print n }' "$out")" -lt 16384
check 'raw has none' lines "$out" '^raw$' 1
check 'json has its own' lines "$out" "^\{\"time\":\"$time\",\"service\":\"json\"" 1
check "proctor's own" has "$err" "^$time proctor \| service app ended with 3; stopping$"
check 'the last line' equal "$(tail -n 1 "$err" | cut -d ' ' -f 2-)" \
	'proctor | exit 3: service app ended with 3'
check 'every other line of stderr' no grep -Ev "^$time " "$err"

# micros WORD: of the time of the line that ends so
micros()
{
	date -d "$(sed -n "s/ .* $1$//p" "$out")" +%s%6N
}

passed=$(($(micros late) - $(micros early)))
check 'it is the time the line came' test $passed -ge 200000
check 'in UTC, now' test $((($(date +%s%6N) - $(micros late)) / 1000000)) -lt 60
check 'one stream, one order' sort -c <(cut -d ' ' -f 1 "$out" | grep '^2')
