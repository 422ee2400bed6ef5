#!/bin/bash
# Lines come out whole and unchanged, whatever their bytes; one that with its prefix is longer
# than 16 KiB is split, and its further parts are marked. A last line without a line end gets one.
# shellcheck disable=SC2016 # what stands in single quotes is for proctor or the shell inside
set -eu
. "$(dirname "$0")/lib.sh"

# says COMMAND: a service that prints so
says()
{
	printf '[main app]\nshell = %s\n' "$1" >"$ini"
	start
}

# body: what came out, with the parts of split lines joined again
body()
{
	LC_ALL=C awk '/^app \+ / { printf "%s", substr($0, 7); next }
		NR > 1 { print "" } { printf "%s", substr($0, 7) } END { print "" }' "$out"
}

# longest: bytes of the longest line, with its line end
longest()
{
	LC_ALL=C awk 'length > most { most = length } END { print most + 1 }' "$out"
}

for bytes in 16377 16378; do
	says "head -c $bytes /dev/zero | tr '\\0' x; echo; echo next"
	check "$bytes bytes" ends_with 0 'main app is done'
	check "$bytes bytes: no line over 16 KiB" test "$(longest)" -le 16384
	check "$bytes bytes: parts" lines "$out" '^app \+ x+$' $((bytes - 16377))
	check "$bytes bytes: nothing is lost" equal "$(body | head -n 1 | wc -c)" $((bytes + 1))
	check "$bytes bytes: the next line is one" has "$out" '^app \| next$'
done

says "yes 'some more than forty bytes, no two' | tr -d '\\n' | head -c 100000; echo; seq 3"
check '100,000 bytes' ends_with 0 'main app is done'
check '100,000 bytes: parts' lines "$out" '^app \+ ' 6
check '100,000 bytes: unchanged' equal "$(body | head -n 1 | md5sum)" \
	"$( (yes 'some more than forty bytes, no two' || :) | tr -d '\n' |
		head -c 100000 | sed 's/$/\n/' | md5sum)"

# no line end at all: neither memory nor time grows with it
says 'head -c 67108864 /dev/zero | tr "\\0" y; kill -STOP $$; exit 3'
within 60 eval '[ "$(ps -o stat= --ppid "$init" | cut -c 1)" = T ]'
check '64 MiB: little memory' test "$(field VmHWM "$init")" -lt 8192
kill -CONT "$(children_of "$init")"
check '64 MiB: end' ends_with 3 'main app ended with 3'
check '64 MiB: all of it' equal "$(body | tr -d '\n' | wc -c)" 67108864
check '64 MiB: no line over 16 KiB' test "$(longest)" -le 16384

# not split within a character
says 'i=0; printf x; while [ $i -lt 6000 ]; do printf "€€€€"; i=$((i + 1)); done'
check 'UTF-8' ends_with 0 'main app is done'
check 'UTF-8: is split' has "$out" '^app \+ '
check 'UTF-8: not within a character' iconv -f UTF-8 -t UTF-8 -o /dev/null "$out"
check 'UTF-8: all of it' equal "$(body | wc -c)" $((24000 * 3 + 2))

# any byte but the line end
for n in {0..255}; do
	[ "$n" = 10 ] || printf '%b' "\\x$(printf %x "$n")"
done >"$work/bytes"
says "cat $work/bytes; echo; cat $work/bytes"
check 'all bytes' ends_with 0 'main app is done'
for n in 1 2; do
	printf 'app | '
	cat "$work/bytes"
	echo
done >"$work/want"
check 'all bytes: unchanged' cmp "$work/want" "$out"

# ends of lines
says 'printf "partial "; echo line >&2; printf "dos\r\n\n"; printf end'
check 'ends of lines' ends_with 0 'main app is done'
printf 'app | partial dos\r\napp | \napp | end\n' >"$work/want"
check 'ends of lines: stdout' cmp "$work/want" "$out"
check 'ends of lines: stderr is apart' has "$err" '^app \| line$'

# a part of a line is not lost in a restart, and not joined with the next life
printf '[service app]\nshell = printf part; exit 3\n%s\n' 'restart = always
restart_limit = 2/60s
restart_delay = 10ms' >"$ini"
start
check 'a part of a line in each life' ends_with 3 '.* after 2 restarts in .*'
check 'is a line for each' lines "$out" '^app \| part$' 3
