#!/bin/bash
# What the shells complete: the same as the command line takes, and names of services that a
# running proctor has.
set -eu
. "$(dirname "$0")/lib.sh"

# As it was built last, with make or for make check.
made=$(find "$root/build/completion" "$root/build/check/gcc/completion" -name 'proctor.bash' \
	-printf '%T@ %h\n' 2>/dev/null | sort -n | tail -n 1 | cut -d ' ' -f 2)
need 'needs the completions; make' test -n "$made"
PATH=$(dirname "$proctor"):$PATH

# bash_says WORD...: what bash offers for the last of these words
bash_says()
{
	bash -c '
		. "$0"
		COMP_WORDS=(proctor "$@")
		COMP_CWORD=$#
		_proctor
		printf "%s\n" "${COMPREPLY[@]}"' "$made/proctor.bash" "$@" | sort | xargs
}

fish_says()
{
	env HOME="$work" fish --no-config -c "source $made/proctor.fish; complete -C 'proctor $*'" |
		cut -f 1 | sort | xargs
}

# With what zsh's own functions are given for a line.
zsh_says()
{
	# shellcheck disable=SC2016 # for zsh
	zsh -f -c '
		_arguments() { print -l -- "$@" }
		_describe() { print -l -- $commands }
		compadd() { }
		words=(proctor "${@[2,-1]}") CURRENT=$#
		. $1' zsh "$made/proctor.zsh" "$@"
}

# takes VERB OPTION...: what is offered is what the command line takes
takes_all()
{
	local verb option said

	for verb in $(bash_says ''); do
		[[ $verb != -* ]] || continue
		for option in $(bash_says "$verb" --); do
			said=$("$proctor" "$verb" "$option" 2>&1 </dev/null --help) || :
			[[ $said != *'unknown option'* ]] || { echo "$verb $option: $said"; return 1; }
		done
		"$proctor" "$verb" --help | grep -q "^usage: proctor $verb" || { echo "$verb"; return 1; }
	done
}

check 'all verbs' equal "$(bash_says re)" 'reload restart'
check 'bash: options of a verb' equal "$(bash_says wait --st)" '--started --stopped'
check 'bash: keys' equal "$(bash_says check --explain ready)" 'ready ready_timeout'
check 'bash: signals' equal "$(bash_says signal web US)" 'USR1 USR2'
check 'bash: nothing where nothing goes' equal "$(bash_says events x)" ''
check 'bash: no names without a proctor' equal "$(bash_says stop '')" ''
check 'what is offered is taken' takes_all
config <<'INI'
[service web]
command = sleep 1000
instances = 2
[service db]
command = sleep 1000
INI
start
check 'it runs' within 5 "$proctor" wait -c "$ini" db --timeout 5s
check 'bash: names' equal "$(bash_says stop '')" 'db web@1 web@2'
check 'bash: more names' equal "$(bash_says stop db --timeout 5s we)" 'web@1 web@2'
if command -v fish >/dev/null; then
	check 'fish: verbs' equal "$(fish_says re)" 'reload restart'
	check 'fish: options' equal "$(fish_says wait --st)" '--started --stopped'
	check 'fish: names' equal "$(fish_says 'stop ')" 'db web@1 web@2'
	check 'fish: files' equal "$(fish_says "-c $work/proctor.in")" "$work/proctor.ini"
	check 'fish: keys' equal "$(fish_says check --explain ready_)" 'ready_timeout'
	check 'fish: signals' equal "$(fish_says signal web USR1)" 'USR1'
else
	skip fish 'is not here'
fi
if command -v zsh >/dev/null; then
	check 'zsh: it is one' zsh -n "$made/proctor.zsh"
	zsh_says '' >"$work/zsh"
	check 'zsh: verbs' in_order "$work/zsh" '^status:what ' '^reload:' '^shutdown:'
	zsh_says wait '' >"$work/zsh"
	check 'zsh: options' in_order "$work/zsh" '^--stopped\[until' '1:operand:_proctor_services'
else
	skip zsh 'is not here'
fi
check 'it stops' clean_stop
