#!/bin/bash
# What [proctor] says of the log, or PROCTOR_LOG and its like in its place, is for every
# section that says nothing itself.
set -eu
. "$(dirname "$0")/lib.sh"

# sections LINES: in [proctor]; b and c say something themselves
sections()
{
	config <<-INI
	[proctor]
	$1
	[task a]
	shell = echo from a
	[task b]
	shell = echo from b
	log = raw
	after = a
	[task c]
	shell = echo '{"from":"c"}'
	log = json
	log_json_merge = no
	after = b
	[task d]
	shell = echo '{"from":"d"}'
	log = json
	after = c
	INI
}

# gives WHAT LINE...: what becomes of the four lines; T stands for a time, N for a pid
gives()
{
	ends_with 0 || return 1
	equal "$(sed -E 's/"20[^"]*Z"/T/; s/("pid":)[0-9]+/\1N/' "$out")" "$(printf '%s\n' "$@")"
}

# object NAME MESSAGE
object()
{
	echo "{\"time\":T,\"service\":\"$1\",\"stream\":\"stdout\",\"pid\":N,\"message\":\"$2\"}"
}

c=$(object c '{\"from\":\"c\"}')
d=$(object d '{\"from\":\"d\"}')
sections ''
start
check 'prefix, unless told' gives 'a | from a' 'from b' "$c" "$d"
sections 'log = null'
start
check 'null' gives 'from b' "$c" "$d"
sections 'log = raw
log_json_merge = yes'
start
check 'raw, merged' gives 'from a' 'from b' "$c" \
	'{"time":T,"service":"d","stream":"stdout","pid":N,"from":"d"}'
start env PROCTOR_LOG=prefix PROCTOR_LOG_JSON_MERGE=no
check 'the environment goes first' gives 'a | from a' 'from b' "$c" "$d"
check "proctor's own" has "$err" '^proctor \| exit 0: all tasks are done$'
start env PROCTOR_TIMESTAMPS=yes PROCTOR_LOG=prefix
check 'PROCTOR_TIMESTAMPS' ended
check 'PROCTOR_TIMESTAMPS: they are there' has "$out" '^20.*Z a \| from a$'

sections 'log = json'
start
ended
check 'json' equal "$status" 0
check 'json: of a' lines "$out" '"service":"a".*"message":"from a"' 1
check 'json: of b, which says otherwise' lines "$out" '^from b$' 1
check "json: proctor's own" has "$err" '"service":"proctor".*"message":"exit 0: all tasks are done"'

sections 'log = jsno'
start
check 'a word that is none' ends_with 78
check 'a word that is none: is told' has "$err" 'jsno.*json'
sections ''
start env PROCTOR_LOG=yes
check 'in the environment' ends_with 78
check 'in the environment: is told' has "$err" 'PROCTOR_LOG'
