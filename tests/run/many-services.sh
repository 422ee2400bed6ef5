#!/bin/bash
# 300 services in chains of after start in order, stop in reverse, and take no more time for it
# than they have; and a failure of one of them ends them all.
set -eu
. "$(dirname "$0")/lib.sh"

# chains LENGTH COMMAND: 300 services in chains of this length, each after the one before; in
# the command, NAME stands for its name
chains()
{
	local i

	echo '[proctor]'
	echo 'grace = 60s'
	for i in {0..299}; do
		printf '[service s%d]\ncommand = %s\n' "$i" "${2//NAME/s$i}"
		[ $((i % $1)) = 0 ] || echo "after = s$((i - 1))"
	done
}

# what has just been forked is no service yet
all_running()
{
	equal "$(pgrep -c -P "$init" -f '^sh -c sleep 1000; exit s[0-9]+$')" 300
}

# in the order of their pids inside, which is that of their start
started()
{
	nsenter --target "$init" --pid --mount ps -o args= --sort pid --ppid 1 | sed 's/.* s//'
}

# chained LENGTH NUMBER...: no number before the one that is before it in its chain
chained()
{
	awk -v length_of="$1" '{ seen[$1] = 1; before = $1 - 1
		if ($1 % length_of && !seen[before]) { print $1 " before " before; bad = 1 } }
		END { exit bad }'
}

for length in 300 30 1; do
	chains "$length" 'sh -c "sleep 1000; exit" NAME' >"$ini"
	start
	check "chains of $length: all of them start" within 60 all_running
	check "chains of $length: in order" eval "started | chained $length"
	check "chains of $length: and stop" faster 19000 clean_stop
done

# each says when it is asked to stop
cat >"$work/service" <<SH
#!/bin/sh
trap 'echo \$1 >>$work/order; exit 0' TERM
echo up
sleep 1000 &
wait
SH
chmod +x "$work/service"
chains 30 "$work/service NAME" >"$ini"
start
check 'all are up' within 60 lines "$out" 'up$' 300
check 'a stop' faster 20000 clean_stop
check 'all were asked' lines "$work/order" '^s[0-9]+$' 300
check 'in reverse order' eval "tac $work/order | sed 's/^s//' | chained 30"

# in the midst of them one fails
chains 30 'sleep 1000' >"$ini"
sed -i '/^\[service s155\]/,/^command/s/^command.*/command = sh -c "sleep 0.3; exit 3"/' "$ini"
start
check 'one fails' faster 19000 ends_with 3 'service s155 ended with 3'
check 'and no other is told' lines "$err" '' 2
