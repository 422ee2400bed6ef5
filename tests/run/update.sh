#!/bin/bash
# SIGHUP with update_on_hup: what is new starts, what is gone stops, what has changed restarts,
# and everything else runs on; an error changes nothing.
set -eu
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2016 # for the shell in there
loop='trap "echo bye; exit 0" TERM; echo up $$; while :; do sleep 0.02; done'

# config KEYS-OF-B [SECTIONS]: a and b, and more
config()
{
	cat >"$ini.new" <<INI
[proctor]
update_on_hup = yes
[service a]
shell = $loop
restart_limit = ${limit:-5/60s}
[service b]
shell = $loop
$1
INI
	[ $# -lt 2 ] || printf '%s\n' "${@:2}" >>"$ini.new"
	mv "$ini.new" "$ini"
}

# update: HUP, and it is over
update()
{
	done_before=$(grep -c 'update: done' "$err" || :)
	send HUP
}

updated()
{
	[ "$(grep -c 'update: done' "$err" || :)" -gt "$done_before" ]
}

ups()	# NAME COUNT: it has come up so often
{
	[ "$(grep -c "^$1 | up" "$out")" -eq "$2" ] || { grep "^$1 " "$out"; return 1; }
}

config 'env.A = 1' '[service gone]' "shell = $loop" 'after = a' \
	'[service needs]' "shell = $loop" 'requires = b'
start
for name in a b gone needs; do
	check "$name is up" within 10 ups $name 1
done

limit=9/9s config 'env.A = 2' '[service new]' "shell = $loop" 'after = b' \
	'[service needs]' "shell = $loop" 'requires = b'
update
check 'an update' within 10 updated
check 'what is new comes up' within 10 ups new 1
check 'what has changed comes up again' within 10 ups b 2
check 'and what requires it' within 10 ups needs 2
check 'what is removed has stopped' has "$out" '^gone \| bye'
check 'what has changed as it runs does not' ups a 1
check 'the difference is told' has "$err" '^proctor \| update: a: changes as it runs: restart_limit$'
check 'all of it' has "$err" '^proctor \| update: b: restarts: env\.NAME$'
check 'and' has "$err" '^proctor \| update: gone: is removed$'

echo 'nonsense = 1' >>"$ini"
send HUP
check 'an error is told' within 10 has "$err" 'nonsense'
check 'and changes nothing' within 10 has "$err" 'update: nothing has changed$'
sleep 0.3
check 'at all' ups b 2

for i in 1 2 3 4 5; do
	config "env.A = x$i" "[service n$i]" "shell = $loop"
	update
	check "update $i" within 10 updated
	check "n$i is up" within 10 ups "n$i" 1
done
check 'a has lived through all of them' ups a 1
check 'nobody else has' has "$out" '^n4 \| bye'

send TERM
check 'a stop' ends_with 0 'stopped on SIGTERM'
check 'and a has been stopped in order' has "$out" '^a \| bye'
