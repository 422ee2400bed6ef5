#!/bin/bash
# proctor reload: by signal or by command, after reload_check, whose failure leaves all as it is.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/control-words"

config <<INI
[service web]
shell = trap 'echo reloaded' HUP; echo started; while :; do sleep 0.05; done
reload_signal = HUP
reload_check = test ! -e $work/bad
[service api]
shell = echo started; exec sleep 1000
reload_command = sh -c 'echo by command; test ! -e $work/broken'
[service plain]
command = sleep 1003
[service calm]
command = sleep 1004
reload_signal = CONT
reload_check = no-such-check --now
INI
begin
check 'it runs' run 0 wait web api plain calm --timeout 5s
within 5 has "$out" '^web \| started$'
check 'reload' keeps web run 0 reload web
check 'arrives as well' within 5 lines "$out" '^web \| reloaded$' 1
touch "$work/bad"
check 'reload_check says no' keeps web complains 1 '^proctor: .*web' reload web
check 'no reload' lines "$out" '^web \| reloaded$' 1
rm "$work/bad"
check 'by a command' keeps api run 0 reload api
check 'that is run' within 5 has "$err" '^api \| by command$'
touch "$work/broken"
check 'a command that fails' keeps api complains 1 '^proctor: .*api' reload api
check 'a signal that would end it' keeps plain complains 1 \
	'^proctor: plain: SIGHUP would end it: it does not handle it' reload plain
check 'a check that is not there' keeps calm complains 1 \
	"^proctor: calm: reload_check could not be executed: 'no-such-check' was not found" reload calm
check 'who has reloaded it is told' has "$err" '^proctor \| web: reloaded by SIGHUP, as asked$'
check 'of a service that is down' run 0 stop web
check 'there is nothing to reload' complains 1 '^proctor: cannot be reloaded now; web: stopped' reload web
check 'no such service' complains 69 "'wbe'" reload wbe

check 'it stops' clean_stop
