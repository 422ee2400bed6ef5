#!/bin/bash
# The reason, and under it the last output of the service to blame, goes to the file that
# termination_message names, if it is there: whole lines, at most 4096 bytes of valid UTF-8.
# shellcheck disable=SC2016 # what stands in single quotes is for proctor or the shell inside
set -eu
. "$(dirname "$0")/lib.sh"

message=$work/message

# dies LINES OF SHELL: the service; the rest of the configuration stands before it
dies()
{
	config <<INI
[proctor]
termination_message = $message
[service other]
shell = echo of the other; exec sleep 1000
[service app]
shell = $1
INI
	start
	ended || not_ok 'it ends' "$1"
}

# up: the service that goes on has said so
up()
{
	check 'it is up' within 10 has "$out" 'of the app'
}

echo 'what was there before, and is longer than what comes' >"$message"
dies 'echo one; echo two; printf "three €"; exit 3'
check 'the reason and the last output' cmp "$message" - <<'TEXT'
exit 3: service app ended with 3
one
two
three €
TEXT
check 'the same as the last line' equal "proctor | $(head -n 1 "$message")" "$(tail -n 1 "$err")"

dies 'echo oops >&2; exit 3'
check 'standard error as well' equal "$(tail -n 1 "$message")" oops
dies 'exec /no/such/file 2>/dev/null'
check 'no output' equal "$(<"$message")" 'exit 127: service app ended with 127'

# bounded LINE: in 4096 bytes, with room for less than a line of so many
bounded()
{
	[ "$(wc -c <"$message")" -le 4096 ] && [ "$(wc -c <"$message")" -gt $((4096 - $1)) ]
}

dies 'seq -f "line %.0f of many" 10000; exit 3'
check 'much: as much as there is room for' bounded 24
check 'much: whole lines' equal "$(grep -Evc '^line [0-9]+ of many$' "$message")" 1
check 'much: the last of it' equal "$(tail -n 1 "$message")" 'line 10000 of many'
check 'much: with a line end' equal "$(tail -c 1 "$message" | xxd -p)" 0a

dies 'printf "ok \303\244\n"; printf "bad \377\303 \000 \355\240\200 \360\237\n"; exit 3'
check 'valid UTF-8' iconv -f UTF-8 -t UTF-8 -o /dev/null "$message"
check 'valid UTF-8: what was valid stays' has "$message" '^ok ä$'
check 'valid UTF-8: what was not is marked' has "$message" '^bad \?\? \? \?\?\? \?\?$'

dies 'i=0; while [ $i -lt 3000 ]; do printf €€€; i=$((i + 1)); done; echo; echo end; exit 3'
check 'a long line: valid UTF-8' iconv -f UTF-8 -t UTF-8 -o /dev/null "$message"
check 'a long line: the end' equal "$(tail -n 1 "$message")" end
check 'a long line: bounded' test "$(wc -c <"$message")" -le 4096

dies 'head -c 1000000 /dev/zero; exit 3'
check 'nothing but NUL bytes' equal "$(head -n 1 "$message")" \
	'exit 3: service app ended with 3'
check 'nothing but NUL bytes: none is left' equal "$(tr -cd '\0' <"$message" | wc -c)" 0

# which service's output: the root cause's
config <<INI
[proctor]
termination_message = $message
[service db]
shell = echo of the db; exit 5
critical = no
[service app]
shell = echo of the app; exec sleep 1000
requires = db
INI
start
check 'the root cause' ends_with 5
check 'its output' equal "$(tail -n 1 "$message")" 'of the db'

config <<INI
[proctor]
termination_message = $message
[service app]
shell = echo of the app; exec sleep 1000
INI
start
up
check 'a stop' clean_stop
check 'a stop: the reason alone' equal "$(<"$message")" 'exit 0: stopped on SIGTERM'

# where it goes, and where not
rm "$message"
start
up
check 'not there' clean_stop
check 'not there: not created' no test -e "$message"
check 'not there: not told' lines "$err" '' 1

touch "$work/other-message"
start env PROCTOR_TERMINATION_MESSAGE="$work/other-message"
up
check 'PROCTOR_TERMINATION_MESSAGE' clean_stop
check 'PROCTOR_TERMINATION_MESSAGE: written' has "$work/other-message" '^exit 0: '

mkfifo "$message"
start
up
check 'a FIFO that nobody reads' faster 9000 clean_stop
rm "$message"
mkdir "$message"
start
up
check 'a folder' clean_stop
check 'a folder: told before the last line' in_order "$err" \
	"^proctor \| termination message: $message: Is a directory$" '^proctor \| exit 0: '

rmdir "$message"
echo before >"$message"
start env PROCTOR_TERMINATION_MESSAGE=off
up
check 'off' clean_stop
check 'off: not written' equal "$(<"$message")" before
