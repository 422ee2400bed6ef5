#!/bin/bash
# ready = fd:N: a service is ready when it writes a newline to descriptor N, as in s6.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"

config <<INI
[service db]
shell = $obey
ready = fd:3
[service app]
shell = ls /proc/self/fd | xargs echo; exec sleep 1000
after = db
INI
start
check 'not ready' \
	within 10 health 1 'db: not ready: it has not written to descriptor 3 yet.*'
order 'printf almost >&3'
check 'a newline is what counts' health 1 'db: not ready: .*'
order 'echo ready >&3 2>/dev/null'
check 'ready' within 10 health 0 ok
check 'the others get no such descriptor' within 10 has "$out" '^app \| 0 1 2 3$'
check 'closed or not, it stays ready' order 'exec 3>&-'
check 'it does' health 0 ok
check 'it stops' clean_stop

# each life has to say it again, and a descriptor that is closed says nothing
config <<INI
[service db]
shell = $obey
ready = fd:5
restart = always
restart_delay = 10ms
INI
start
order 'echo >&5'
check 'ready, by no more than a newline' within 10 health 0 ok
post 'exit 3'
check 'the next life is told' within 10 has "$err" 'ended with 3; restart 1 of '
check 'and is not ready' within 10 health 1 'db: not ready: it has not written to .*'
order 'exec 5>&-'
check 'nor by closing it' health 1 'db: not ready: it has not written to .*'
check 'it stops, too' clean_stop

# whatever the number, the output goes where it should
for n in {3..20}; do
	echo "[service app$n]"
	echo "command = bash -c 'echo here; echo >&$n; exec sleep 1000'"
	echo "ready = fd:$n"
done | config
start
check 'any number' within 10 health 0 ok
check 'leaves the output alone' within 10 lines "$out" '^app[0-9]+ \| here$' 18
check 'they stop' clean_stop
