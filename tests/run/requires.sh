#!/bin/bash
# What requires a service that has failed for good is stopped, or never starts, and has failed
# too, whatever its restart says. Exit status and reason are those of the root cause.
set -eu
. "$(dirname "$0")/lib.sh"

config <<'INI'
[service web]
shell = trap 'echo stops; exit 0' TERM; echo up; while :; do sleep 0.02; done
requires = app
restart = always
[service app]
shell = trap 'echo stops; exit 0' TERM; echo up; while :; do sleep 0.02; done
requires = db
critical = no
restart = always
[service db]
shell = trap 'exit 5' USR1; echo up; while :; do sleep 0.02; done
forward = USR1
critical = no
restart = on-failure
restart_limit = 1/60s
restart_delay = 10ms
INI
start
check 'all are up' within 10 lines "$out" 'up$' 3
send USR1
check 'a restart' within 10 lines "$out" '^db \| up$' 2
send USR1
check "the root cause's status" ends_with 5 \
	'service db ended with 5 after 1 restart in .*; web requires it'
check 'what requires it is stopped, one after the other' in_order "$out" \
	'^db \| up$' '^app \| stops$' '^web \| stops$'
check 'a restart disturbs nobody, and nobody else is restarted' lines "$out" '' 6
check 'each failure is told' in_order "$err" \
	'^proctor \| db: ended with 5; it has failed, and is not critical$' \
	'^proctor \| app: requires db, which has failed; it has failed, and is not critical$'

# it need not have been there at all
config <<'INI'
[task migrate]
shell = exit 7
critical = no
[service app]
shell = echo started; exec sleep 1000
requires = migrate
critical = no
restart = always
[service web]
shell = echo started; exec sleep 1001
after = app
[service other]
command = sleep 1002
INI
start
check 'after goes on' within 10 running sleep 1001
check 'requires never starts' no has "$out" '^app'
check 'told' has "$err" \
	'^proctor \| app: requires migrate, which has failed; it has failed, and is not critical$'
check 'the container goes on' clean_stop

sed -i '/^\[service web/,$d; /^critical/d' "$ini"
start
check 'a critical one ends it' ends_with 7 'task migrate ended with 7'
check 'and nothing starts' no has "$out" 'started'

# requires is also after
config <<'INI'
[main work]
shell = echo work
requires = migrate
[task migrate]
shell = sleep 0.2; echo migrated
INI
start
check 'waits for what it requires' ends_with 0 'main work is done'
check 'until that is done' in_order "$out" migrated work

# any way to fail is passed on
config <<'INI'
[service db]
command = /no/such/file
critical = no
[main work]
command = sleep 1000
requires = db
INI
start
check 'a command that is not found' ends_with 127 \
	"service db could not be executed: '/no/such/file' was not found; work requires it"
