#!/bin/bash
# log = json: an object for each line, whatever its bytes, with time, service, stream, pid and
# message; proctor's own lines and the verdict as well, if [proctor] says so.
# shellcheck disable=SC2016 # what stands in single quotes is for proctor or the shell inside
set -eu
. "$(dirname "$0")/lib.sh"

# fields FILE NAME...: of each line of it
fields()
{
	"$here/json-lines.py" "${@:2}" <"$1"
}

# says SHELL [KEY]: one that prints so, to its end
says()
{
	printf '[proctor]\nlog = json\n[main app]\nshell = %s\n%s\n' "$1" "${2:-}" >"$ini"
	start
	ended
}

# has_fields FILE NAMES LINE...: what the lines of the file have in these fields
has_fields()
{
	local names

	read -ra names <<<"$2"
	equal "$(fields "$1" "${names[@]}" 2>&1)" "$(printf '%s\n' "${@:3}")"
}

# is_now TIME: RFC 3339 in UTC, with microseconds
is_now()
{
	local age

	[[ $1 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$ ]] ||
		{ echo "time is '$1'"; return 1; }
	age=$(($(date +%s) - $(date -d "$1" +%s)))
	[[ $age -ge 0 && $age -lt 60 ]] || { echo "$1 is $age s ago"; return 1; }
}

# ---- the fields ---------------------------------------------------------------------------

says 'echo one; echo oops >&2; readlink /proc/self >/dev/null; echo $$; exit 3'
pid=$(fields "$out" pid | head -n 1)
check 'the fields' has_fields "$out" 'service stream pid message priority continued' \
	"\"app\" \"stdout\" $pid \"one\" - -" "\"app\" \"stdout\" $pid \"$pid\" - -"
check 'and no others' equal "$(sed 's/"[^"]*"/S/g; s/[0-9][0-9]*/N/g' "$out" | sort -u)" \
	'{S:S,S:S,S:S,S:N,S:S}'
check 'time' is_now "$(fields "$out" time | head -n 1 | tr -d '"')"
check "stderr, proctor's own and the verdict" has_fields "$err" 'service stream pid message' \
	"\"app\" \"stderr\" $pid \"oops\"" \
	'"proctor" "stderr" 1 "main app ended with 3; stopping"' \
	'"proctor" "stderr" 1 "exit 3: main app ended with 3"'
check 'the verdict has a time' is_now "$(fields "$err" time | tail -n 1 | tr -d '"')"

config <<'INI'
[main app]
shell = echo one
log = json
INI
start
check 'one service alone' ends_with 0 'main app is done'
check 'one service alone: its line' has_fields "$out" 'service message' '"app" "one"'

# ---- what is in a line ----------------------------------------------------------------------

says 'printf "nul \0 bad \377\303 surrogate \355\240\200 ä € \t tab \033[1m \"quoted\" \\\\ end\n"'
check 'NUL, invalid UTF-8, control characters, quotes' has_fields "$out" message \
	"$(python3 -c 'import json; print(json.dumps("nul \0 bad \ufffd\ufffd surrogate " +
		"\ufffd\ufffd\ufffd \xe4 \u20ac \t tab \x1b[1m \"quoted\" \\ end"))')"
says 'printf "10%%\r50%%\r100%%\r\n\nlast"'
check 'carriage returns, an empty line, one without an end' has_fields "$out" message \
	'"10%\r50%\r100%\r"' '""' '"last"'
says 'printf part; kill -KILL $$'
check 'a part of a line, and its process is killed' has_fields "$out" message '"part"'

# joined: the messages of the lines, those that are marked after the one they continue
joined()
{
	python3 -c '
import json, sys
text = ""
for line in open(sys.argv[1], "rb"):
    if len(line) > 16384:
        sys.exit("a line of %d bytes" % len(line))
    o = json.loads(line)
    text += ("" if o.get("continued") else "\n") + o["message"]
sys.stdout.write(text[1:] + "\n")' "$1"
}

# split COMMAND: what it prints is split, and nothing else becomes of it
split()
{
	sh -c "$1" >"$work/want"
	says "$1"
	joined "$out" | cmp - "$work/want" && has "$out" '"continued":true'
}

check 'a long line' split 'seq -s, 20000; seq 3'
check 'a long line of escapes' split \
	'i=0; while [ $i -lt 4000 ]; do printf "%s" "\"\\\\€	\001"; i=$((i + 1)); done; echo'

# ---- lines that are objects ------------------------------------------------------------------

cat >"$work/objects" <<'TEXT'
{"level":"info","n":[1,{"a":null}]}
 { "time" : "mine", "message":"of its own" } 
{}
{"pid":7,"service":"other","stream":"s","time":0}
{"a":1} {"b":2}
[1]
{"not":"ended"
plain
TEXT
printf '{"bad":"\377"}\n' >>"$work/objects"
says "cat $work/objects"
check 'without merge, each is a message' equal "$(joined "$out" | head -n 8)" \
	"$(head -n 8 "$work/objects")"
says "cat $work/objects" 'log_json_merge = yes'
pid=$(fields "$out" pid | head -n 1)
check 'merge' has_fields "$out" 'level n time service stream pid message a b bad' \
	"\"info\" [1, {\"a\": null}] $(fields "$out" time | head -n 1) \"app\" \"stdout\" $pid - - - -" \
	"- - \"mine\" \"app\" \"stdout\" $pid \"of its own\" - - -" \
	"- - $(fields "$out" time | sed -n 3p) \"app\" \"stdout\" $pid - - - -" \
	'- - 0 "other" "s" 7 - - - -' \
	"$(fields "$out" time | sed -n 5,9p | paste - <(
		printf '%s\n' '"{\"a\":1} {\"b\":2}"' '"[1]"' '"{\"not\":\"ended\""' '"plain"' \
			'"{\"bad\":\"\ufffd\"}"') |
		sed "s/\(.*\)\t\(.*\)/- - \1 \"app\" \"stdout\" $pid \2 - - -/")"
says "seq -f '{\"n\":%.0f' -s, 10000; echo '{\"n\":1}'" 'log_json_merge = yes'
check 'merge: what is too long is split' has "$out" '"continued":true'
check 'merge: and the next one is an object' equal "$(fields "$out" n | tail -n 1)" 1
