#!/bin/bash
# The output of what runs on over an update: a line that was begun, another log, files that are
# followed; and what of a service that is removed nobody has read.
set -eu
. "$(dirname "$0")/lib.sh"

go=$work/go
followed=$work/followed.log
mkfifo "$go"
: >"$followed"
chmod 666 "$go" "$followed"

# configure LOG [SECTION...]
configure()
{
	cat >"$ini.new" <<INI
[proctor]
update_on_hup = yes
[service a]
log   = $1
tail  = $followed
shell = printf begun; touch $work/begun; read word <"$go"; head -c 30000 /dev/zero | tr '\0' x; echo; exec sleep 1000
INI
	[ $# -lt 2 ] || printf '%s\n' "${@:2}" >>"$ini.new"
	mv "$ini.new" "$ini"
}

# update N: the Nth one is over
update()
{
	send HUP
	within 10 lines "$err" 'update: done$' "$1"
}

configure json '[service gone]' 'shell = exec sleep 1000'
start
check 'it runs' within 10 test -e "$work/begun"
configure raw '[service gone]' 'shell = exec sleep 1000'
check 'another log' update 1
echo word >"$go"
check 'the line that was begun is whole, in pieces' within 10 \
	eval "[ \"\$(grep -E '^(begun)?x+$' \"$out\" | tr -d '\n' | wc -c)\" = 30005 ]"
check 'and no piece is longer than it may be' awk 'length > 16384 { exit 1 }' "$out"
echo 'to the file' >>"$followed"
check 'a file that is followed goes on' within 10 has "$out" '^to the file$'

configure prefix
check 'a service is removed' update 2
echo 'after it' >>"$followed"
check 'a file has the new log too' within 10 has "$out" '^a \| after it$'
check 'nothing is told to be lost' no grep -q 'were not read' "$err"
send TERM
check 'it ends' ends_with 0 'stopped on SIGTERM'
