#!/bin/bash
# The container's exit status, as docker wait and docker inspect see it, is that of the
# service that caused the end: every row of the table of statuses, and the reason in
# words. The rows of a stop that was asked for are in stop.sh.
set -eu
. "$(dirname "$0")/lib.sh"
plain_image

# row NAME STATUS REASON: with the configuration on stdin
row()
{
	config
	run "$image"
	check "$1" ends_with "$2" "$3"
}

# command NAME STATUS ARG...: without a configuration
command()
{
	config_file=
	run "$image" "${@:3}"
	check "$1" ends_with "$2"
}

row '0: all tasks are done' 0 'all tasks are done' <<'INI'
[task first]
command = true
[task second]
command = true
after = first
INI

row '0: main is done' 0 'main work is done' <<'INI'
[service side]
command = sleep 1000
[main work]
command = true
after = side
INI

row 'N: main ended with N' 5 'work ended with 5' <<'INI'
[service side]
command = sleep 1000
[main work]
shell = exit 5
INI

row 'N: a service ended with N' 3 'service app ended with 3' <<'INI'
[service side]
command = sleep 1000
[service app]
shell = exit 3
INI

row 'N: a service ended with N after its restarts' 3 \
	'service app ended with 3 after 2 restarts in ' <<'INI'
[service app]
shell = exit 3
restart = on-failure
restart_delay = 10ms
restart_limit = 2/60s
INI

row 'N: a task ended with N' 4 'task migrate ended with 4' <<'INI'
[task migrate]
shell = exit 4
[service app]
command = sleep 1000
after = migrate
INI

row '128+S: a service killed itself' 139 'service app was killed by SIGSEGV' <<'INI'
[service app]
shell = kill -SEGV $$
INI

config <<'INI'
[service app]
command = sleep 1000
INI
run "$image"
started sleep
kill -9 "$(host_pid sleep)"
check '128+S: a service was killed from outside' \
	ends_with 137 'service app was killed by SIGKILL'

row '69: a service ended with 0' 69 'service app ended with 0' <<'INI'
[service app]
command = true
INI

row '69: a task took too long' 69 \
	'task migrate took longer than its timeout of 100ms' <<'INI'
[task migrate]
command = sleep 1000
timeout = 100ms
INI

config <<'INI'
[service app]
shell = trap 'echo an orderly stop; exit 0' TERM; echo up; while :; do sleep 0.1; done
INI
run "$image"
check '70: it is up' within 5 logged 'app \| up'
docker kill -s SEGV "$id" >/dev/null
check '70: proctor itself has crashed' ends_with 70 'proctor itself has crashed'
check '70: the services are stopped in order' logged 'an orderly stop'

config <<'INI'
[service app]
command = sleep 1000
restart = on-failure
restart_delay = 10ms
restart_delay_max = 50ms
INI
run "$image"
started sleep
pid=$(host_pid sleep)
docker update --pids-limit 1 "$id" >/dev/null
kill -9 "$pid"
check '71: fork is refused' ends_with 71 'service app could not be started: fork: '

row '78: a misspelt key' 78 'the configuration has errors' <<'INI'
[service first]
command = touch /started
[service app]
command = sleep 1000
restrat = always
INI
check '78: tells where, and the likely name' stderr_has '/etc/proctor.ini:5: .*restart'
check '78: nothing was started' equal "$(docker diff "$id" | grep -c started)" 0

row '126: not executable' 126 'service app could not be executed: ' <<'INI'
[service app]
command = /etc/passwd
INI

row '126: cannot be set up' 126 \
	"service app could not be set up: directory '/nowhere': " <<'INI'
[service app]
command = sleep 1000
directory = /nowhere
INI

row '127: not found' 127 \
	"service app could not be executed: 'nginxx' was not found" <<'INI'
[service app]
command = nginxx
INI

command '64: an unknown option' 64 --no-such-option
command '78: no configuration' 78
command 'one command: 0' 0 -- true
command 'one command: N' 42 -- sh -c 'exit 42'
command 'one command: 128+S' 143 -- sh -c 'kill -TERM $$'
command 'one command: 126' 126 -- /etc/passwd
command 'one command: 127' 127 -- nginxx
