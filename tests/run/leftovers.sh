#!/bin/bash
# When the main process is gone, what is left of its group is killed before the restart: a
# port or a lock that it held is free again. Nobody is left at the end either.
set -eu
. "$(dirname "$0")/lib.sh"

# Each life leaves a worker behind that has the lock, or the port, and ignores SIGTERM.
config <<INI
[service app]
shell = exec 9>$work/lock; flock -n 9 || { echo locked; exit 4; }; echo got it; sh -c 'trap "" TERM; while :; do sleep 0.1; done' & exit 3
restart = on-failure
restart_limit = 5/60s
restart_delay = 1ms
restart_delay_max = 1ms
[service other]
command = sleep 1000
INI
start
check 'a lock' ends_with 3 'service app ended with 3 after 5 restarts in .*'
check 'a lock: each life had it' lines "$out" '^app \| got it$' 6

cat >"$work/server.py" <<'PY'
import os, signal, socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
if os.fork() == 0:
    signal.pause()
sys.exit(3)
PY
sed -i "s|^shell = exec 9.*|command = python3 $work/server.py 41893|" "$ini"
start
check 'a port' ends_with 3 'service app ended with 3 after 5 restarts in .*'
check 'a port: each life had it' lines "$out" '^app \| listening$' 6

# never two lives at once: the second would see the first one's worker
config <<'INI'
[service app]
shell = pgrep -x -f 'sleep 1007' && echo left; sleep 1007 & exit 3
restart = on-failure
restart_limit = 5/60s
restart_delay = 1ms
restart_delay_max = 1ms
INI
start
check 'a worker' ends_with 3 'service app ended with 3 after 5 restarts in .*'
check 'a worker: none is left in the next life' no has "$out" 'left$'

# at an orderly stop as well, before it is the turn of the next level
config <<INI
[service app]
shell = exec 9>$work/lock; flock -n 9; trap 'exit 0' TERM; sh -c 'trap "" TERM; echo up; while :; do sleep 0.02; done' & wait
after = later
[service later]
shell = trap 'flock -n $work/lock echo free; exit 0' TERM; echo up; while :; do sleep 0.02; done
INI
start
within 5 lines "$out" 'up$' 2
check 'at a stop' faster 8000 clean_stop
check 'at a stop: the lock is free' has "$out" '^later \| free$'
