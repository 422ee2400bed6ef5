#!/bin/bash
# When [main] ends, the rest is stopped in reverse order, and its status is the container's,
# 0 included.
set -eu
. "$(dirname "$0")/lib.sh"

cat >"$work/service" <<SH
#!/bin/sh
# service NAME: takes its time to stop
trap 'echo stop \$1 >>$work/order; sleep 0.1; echo end \$1 >>$work/order; exit 0' TERM
echo up
while :; do sleep 0.02; done
SH
chmod +x "$work/service"

# ending STATUS REASON SHELL
ending()
{
	rm -f "$work/order"
	config <<INI
[service proxy]
command = $work/service proxy
[service queue]
command = $work/service queue
after = proxy
[main work]
shell = until [ -e $work/go ]; do sleep 0.02; done; echo end work >>$work/order; $3
after = queue
INI
	rm -f "$work/go"
	start
	check "$3: all are up" within 10 lines "$out" 'up$' 2
	touch "$work/go"
	check "$3" ends_with "$1" "main work $2"
	check "$3: the rest in reverse order" in_order "$work/order" 'end work' \
		'stop queue' 'end queue' 'stop proxy' 'end proxy'
}

ending 0 'is done' 'exit 0'
check 'nothing more is said about success' lines "$err" '' 1
ending 7 'ended with 7' 'exit 7'
check 'a failure is told when it happens' has "$err" '^proctor \| main work ended with 7; stopping$'
ending 137 'was killed by SIGKILL' 'kill -KILL $$'

# what the others make of their stop does not change it
config <<INI
[proctor]
grace = 500ms
[service rude]
shell = trap 'exit 5' TERM; touch $work/rude; while :; do sleep 0.02; done
[service stubborn]
shell = trap '' TERM; touch $work/stubborn; while :; do sleep 0.02; done
[main work]
shell = until [ -e $work/rude ] && [ -e $work/stubborn ]; do sleep 0.02; done
after = rude stubborn
INI
start
check 'success stays success' ends_with 0 'main work is done'
check 'who had to be killed is told' has "$err" \
	'^proctor \| stubborn: did not stop in time; killed$'

# and their failure is the container's
config <<'INI'
[main work]
shell = trap 'exit 0' TERM; while :; do sleep 0.02; done
[service app]
shell = sleep 0.3; exit 3
INI
start
check 'a service that fails before it' ends_with 3 'service app ended with 3'
