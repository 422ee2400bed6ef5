#!/bin/bash
# The lines of one stream keep their order, whoever else writes; and where standard output and
# error are the same pipe, only whole lines come out of it, proctor's own among them, in their
# place, also when that pipe is full.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/merged-words"

# late: a reader that lets the pipe and the buffers become full before it begins
late()
{
	sleep 1
	slowly 32768 0.01
}

# counts PREFIX NUMBER: these lines are all there, in order
counts()
{
	sed -n "s/^$1 //p" "$work/all" | cmp - <(seq "$2")
}

# waits_for NAME...: the shell for it
waits_for()
{
	printf "until test -e $work/%s; do sleep 0.05; done; " "$@" | sed 's/; $//'
}

config <<INI
[proctor]
grace = 60s
[service app]
shell = seq -f 'out %.0f' 20000 & seq -f 'error %.0f' 20000 >&2 & wait; $(waits_for written lived); exit 3
[service dies]
shell = echo dying; [ ! -e $work/twice ] || touch $work/lived; [ ! -e $work/once ] || touch $work/twice; touch $work/once; exit 1
restart = always
restart_delay = 20ms
restart_limit = none
[service long]
shell = seq -s, 100000; touch $work/written; exec sleep 1000
INI
for how in cat late; do
	rm -f "$work/written" "$work/once" "$work/twice" "$work/lived"
	merged "$how"
	check "$how: the end" equal "$status" 3
	check "$how: stdout in order" counts 'app | out' 20000
	check "$how: stderr in order" counts 'app | error' 20000
	check "$how: whole lines only" no grep -Evm1 '^(app \| (out|error) [0-9]+|dies \| dying|long [|+] [0-9,]+|proctor \| [ -~]+)$' \
		"$work/all"
	check "$how: proctor's own are among them" in_order <(grep '^proctor ' "$work/all") \
		'^proctor \| dies: ended with 1; restart 1 ' \
		'^proctor \| dies: ended with 1; restart 2 ' \
		'^proctor \| service app ended with 3; stopping$' \
		'^proctor \| exit 3: service app ended with 3$'
	check "$how: none after the verdict" equal "$(tail -n 1 "$work/all")" \
		'proctor | exit 3: service app ended with 3'
	check "$how: a long line keeps its order" equal \
		"$(sed -n 's/^long [|+] //p' "$work/all" | tr -d '\n' | md5sum)" \
		"$(seq -s, 100000 | tr -d '\n' | md5sum)"
done
