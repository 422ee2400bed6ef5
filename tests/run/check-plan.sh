#!/bin/bash
# proctor check prints what a good configuration means, starts nothing of it, and needs no
# privileges for that; with --explain, what is known of a key.
set -eu
. "$(dirname "$0")/lib.sh"

config <<INI
[proctor]
grace = 10s
drain_delay = 1s
[task migrate]
command = touch $work/started
timeout = 2m
[service web]
command = nginx
requires = migrate
after = db:started
pre_stop = sleep 1
stop_signal = QUIT
stop_timeout = 2s
stop_scope = group
restart = on-failure
restart_limit = 3/60s
[service db]
command = postgres
stop_timeout = 1500ms
[service extra]
command = extra
critical = no
instances = 2
[main job]
command = job
after = web
restart = on-failure
restart_limit = none
INI
quick check -c "$ini"
check 'the status' equal "$status" 0
check 'the plan' diff - "$out" <<'PLAN'
start order
  1  task     migrate
  1  service  db
  1  service  extra@1
  1  service  extra@2
  2  service  web      when db is started, migrate is done (required)
  3  main     job      when web is ready

stop order
  0  readiness turns false, wait 1s
  1  job      SIGTERM, SIGKILL after 7s
  2  web      pre_stop, then SIGQUIT to its group, SIGKILL after 2s
  3  migrate  SIGTERM, SIGKILL after 0ms
  3  db       SIGTERM, SIGKILL after 0ms
  3  extra@1  SIGTERM, SIGKILL after 0ms
  3  extra@2  SIGTERM, SIGKILL after 0ms
  worst case: 10s of a grace of 10s

what ends the container, and the exit status
  migrate  when it fails: its status
  web      when it ends: its status, 69 for 0, after 3 restarts on failure in 1m
  db       when it ends: its status, 69 for 0
  extra@1  never (critical = no)
  extra@2  never (critical = no)
  job      when it ends: its status, restarted on failure without limit
           when it is asked to: 0; 137 if something had to be killed
PLAN
check 'nothing to complain about' equal "$(<"$err")" ''
check 'nothing was started' no test -e "$work/started"

printf '[task a]\ncommand = true\nrestart = on-failure\n' >"$ini"
quick check -c "$ini"
check 'only tasks' has "$out" '^ +when all tasks are done: 0$'

printf '[proctor]\ngrace = 5s\n[service a]\ncommand = true\nstop_timeout = 3s
[service b]\ncommand = true\nafter = a\nstop_timeout = 4s\n' >"$ini"
quick check -c "$ini"
check 'too long a stop' has "$out" \
	'^  warning: the stop timeouts add up to 7s; what is left after 5s is killed$'

# what is known of a key
quick check --explain restart_delay
check 'explain' in_order "$out" '^restart_delay = TIME$' 'Wait before the first restart' \
	'default: 250ms' 'in: +\[service\], \[task\] and \[main\]' 'since: +0\.1'
quick check --explain env.PATH
check 'explain: one of a family' has "$out" '^env\.NAME = TEXT$'
quick check --explain grace
check 'explain: a key of [proctor]' has "$out" 'in: +\[proctor\]'

# from a Dockerfile, as anybody
need_root
printf '[service app]\ncommand = true\nuser = nobody\n' >"$ini"
setpriv --reuid 1000660000 --regid 0 --clear-groups "$proctor" check -c "$ini" >"$out" 2>"$err"
check 'without privileges' has "$out" '^  1  service  app'
check 'what only root can do is a warning' has "$err" "^$ini:3: warning: user: only root "
start setpriv --reuid 1000660000 --regid 0 --clear-groups
check 'and an error where it is to be done' ends_with 78 'the configuration has errors'
check 'which is told' has "$err" "^$ini:3: user: only root "
