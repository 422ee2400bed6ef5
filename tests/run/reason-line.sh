#!/bin/bash
# The last line on standard error says why the container ended, exactly once, for every kind of
# end; and nothing comes after it.
set -eu
. "$(dirname "$0")/lib.sh"

# row STATUS REASON: of what the configuration on stdin ends with by itself
row()
{
	config
	start
	check "$2" ends_with "$1" "$2"
	check "$2: once" lines "$err" '^proctor \| exit ' 1
}

row 3 'service app ended with 3' <<'INI'
[service app]
shell = exit 3
[service noisy]
shell = trap 'echo bye >&2; exit 4' TERM; while :; do sleep 0.02; done
INI
row 69 'service app ended with 0, which a service must not' <<'INI'
[service app]
command = true
INI
row 139 'service app was killed by SIGSEGV' <<'INI'
[service app]
shell = kill -SEGV $$
INI
row 126 "service app could not be executed: '/etc/passwd': Permission denied" <<'INI'
[service app]
command = /etc/passwd
INI
row 127 "service app could not be executed: '/no/such/file' was not found" <<'INI'
[service app]
command = /no/such/file
INI
row 126 "service app could not be set up: directory '/no/such': No such file or directory" <<'INI'
[service app]
command = true
directory = /no/such
INI
row 3 'service app ended with 3 after 1 restart in [0-9.]+m?s' <<'INI'
[service app]
shell = exit 3
restart = on-failure
restart_limit = 1/60s
restart_delay = 10ms
INI
row 3 'service app@2 ended with 3' <<'INI'
[service app]
shell = [ %i != 2 ] || exit 3; exec sleep 1000
instances = 2
INI
row 4 'task prepare ended with 4' <<'INI'
[task prepare]
shell = exit 4
INI
row 69 'task prepare took longer than its timeout of 100ms' <<'INI'
[task prepare]
command = sleep 1000
timeout = 100ms
INI
row 5 'main work ended with 5' <<'INI'
[main work]
shell = exit 5
INI
row 0 'main work is done' <<'INI'
[main work]
command = true
[service noisy]
shell = trap 'echo bye >&2; exit 4' TERM; while :; do sleep 0.02; done
INI
row 0 'all tasks are done' <<'INI'
[task prepare]
command = true
INI
row 3 'service db ended with 3; app requires it' <<'INI'
[service db]
shell = exit 3
critical = no
[service app]
command = sleep 1000
requires = db
INI
row 3 'nothing is left to run; service app ended with 3' <<'INI'
[service app]
shell = exit 3
critical = no
INI
row 78 'the configuration has errors' <<'INI'
[service app]
comand = true
INI

# and of stops: each has scripts of its own
config <<'INI'
[proctor]
grace = 3s
[service app]
shell = trap "$TRAP" TERM; echo up; while :; do sleep 0.02; done
INI

# stop TRAP STATUS REASON
stop()
{
	start env TRAP="$1"
	check "$3: it is up" within 10 has "$out" 'up$'
	check "$3" stops_with "$2" "$3"
	check "$3: once" lines "$err" '^proctor \| exit ' 1
}

stop 'echo bye >&2; exit 0' 0 'stopped on SIGTERM'
stop 'exit 5' 5 'stopped on SIGTERM, but service app ended with 5'
stop 'kill -SEGV $$' 139 'stopped on SIGTERM, but service app was killed by SIGSEGV'
stop : 137 'stopped on SIGTERM, but app did not stop in time and was killed'
