#!/bin/bash
# log = journal, with a journald of our own: fields, priorities, streams, proctor's own lines;
# and where no journald is, the prefix, and a line that says so.
# shellcheck disable=SC2016 # what stands in single quotes is for proctor or the shell inside
set -eu
. "$(dirname "$0")/lib.sh"

config <<'INI'
[proctor]
log = journal
[task a]
shell = echo one; echo "<3>bad"; echo oops >&2; printf 'no \377 text\n<6>no end'
[task b]
shell = echo prefix
log = prefix
after = a
[service app]
shell = echo "pid $$"; exec sleep 1000
after = b
INI

start
check 'no journald: is told' within 10 has "$err" \
	'^proctor \| no journal: /run/systemd/journal/socket: No such file or directory; log = journal is as prefix here$'
check 'no journald: as prefix' within 10 has "$out" '^app \| pid [0-9]+$'
check 'no journald: stops' clean_stop
check 'no journald: all of it' in_order "$out" '^a \| one$' '^a \| <3>bad$' '^b \| prefix$'
check 'no journald: told once' lines "$err" 'no journal' 1

# ---- with one --------------------------------------------------------------------------------

need_root
journald=/lib/systemd/systemd-journald
need 'needs systemd-journald' test -x $journald -a -s /etc/machine-id

mount -t tmpfs -o mode=755 none /run
mkdir -p /run/systemd/journald.conf.d /run/log/journal
cat >/run/systemd/journald.conf.d/test.conf <<'CONF'
[Journal]
Storage=volatile
ReadKMsg=no
Audit=no
RateLimitBurst=0
ForwardToSyslog=no
CONF
$journald >"$work/journald" 2>&1 &
check 'journald is there' within 20 test -S /run/systemd/journal/socket

# entries FIELD=VALUE FIELD...: of each entry that has it, these fields
entries()
{
	journalctl --sync && journalctl -D /run/log/journal -o json "$1" |
		"$here/json-lines.py" "${@:2}"
}

# entry MATCH FIELDS LINE: one of the entries has these
entry()
{
	local names

	read -ra names <<<"$2"
	entries "$1" "${names[@]}" >"$work/entries" || return 1
	grep -Fxq -- "$3" "$work/entries" || { echo "no $3: $(<"$work/entries")"; return 1; }
}

start
check 'stdout' within 20 entry PROCTOR_SERVICE=a \
	'SYSLOG_IDENTIFIER PROCTOR_STREAM PRIORITY MESSAGE' '"a" "stdout" "6" "one"'
check '<N>' within 20 entry PROCTOR_SERVICE=a 'PROCTOR_STREAM PRIORITY MESSAGE' '"stdout" "3" "bad"'
check 'stderr' within 20 entry PROCTOR_SERVICE=a 'PROCTOR_STREAM MESSAGE' '"stderr" "oops"'
check 'bytes that are no text' within 20 entry PROCTOR_SERVICE=a MESSAGE \
	'[110, 111, 32, 255, 32, 116, 101, 120, 116]'
check 'a line without an end' within 20 entry PROCTOR_SERVICE=a MESSAGE '"no end"'
check 'another service' within 20 entries PROCTOR_SERVICE=app MESSAGE
check 'its pid' within 20 eval '[ "$(entries PROCTOR_SERVICE=app MESSAGE | tr -dc 0-9)" = \
	"$(entries PROCTOR_SERVICE=app SYSLOG_PID | tr -dc 0-9)" ]'
check 'in order' equal "$(entries PROCTOR_SERVICE=a MESSAGE | grep -E 'one|bad|end' | xargs)" 'one bad no end'
check 'one that says otherwise' equal "$(<"$out")" 'b | prefix'
send TERM
check 'ends' ended
check 'its status' equal "$status" 0
check "proctor's own lines" within 20 entry SYSLOG_IDENTIFIER=proctor 'PROCTOR_SERVICE MESSAGE' \
	'"proctor" "exit 0: stopped on SIGTERM"'
check 'the last line is on stderr too, and no other' equal "$(<"$err")" \
	'proctor | exit 0: stopped on SIGTERM'

config <<'INI'
[main many]
shell = seq 20000
log = journal
INI
start
check 'many' ends_with 0 'main many is done'
check 'many: none is lost' within 30 eval \
	'entries PROCTOR_SERVICE=many MESSAGE | tr -d \" | cmp - <(seq 20000)'
