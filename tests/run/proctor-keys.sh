#!/bin/bash
# Every key of [proctor] can also be given as PROCTOR_<KEY> in the environment, and that wins; a
# value that is wrong there is an error like any other. Other names mean nothing.
# shellcheck disable=SC2016 # what stands in single quotes is for proctor or the shell inside
set -eu
. "$(dirname "$0")/lib.sh"

config <<INI
[proctor]
grace = 50s
drain_delay = 40s
termination_message = $work/from-file
runtime_dir = $work/from-file.d
[service stubborn]
shell = trap 'echo asked' TERM; echo up; while :; do sleep 0.02; done
INI
touch "$work/from-file" "$work/from-environment"
mkdir "$work/from-file.d" "$work/from-environment.d"
start env PROCTOR_GRACE=2s PROCTOR_DRAIN_DELAY=500ms \
	PROCTOR_TERMINATION_MESSAGE="$work/from-environment" \
	PROCTOR_RUNTIME_DIR="$work/from-environment.d" PROCTOR_NOTHING=1 PROCTOR_=2
check 'it is up' within 10 has "$out" 'up$'
check 'grace and drain_delay' slower 1500 faster 15000 stops_with 137 '.*'
check 'the stop signal came' has "$out" asked
check 'termination_message' has "$work/from-environment" '^exit 137: '
check "termination_message: not the file's" equal "$(wc -c <"$work/from-file")" 0
check 'nothing is told of others' no has "$err" 'NOTHING|PROCTOR_'

# without a section, and without a file that says more
printf '[service stubborn]\nshell = trap "" TERM; echo up; while :; do sleep 0.02; done\n' >"$ini"
start env PROCTOR_GRACE=100ms
check 'up, without [proctor]' within 10 has "$out" 'up$'
check 'without [proctor]' faster 8000 stops_with 137 '.*'

# taken as it is
touch "$work/"'${HOME} ; "x"'
start env PROCTOR_GRACE=100ms PROCTOR_TERMINATION_MESSAGE="$work/"'${HOME} ; "x"'
check 'up, as it is' within 10 has "$out" 'up$'
check 'as it is' stops_with 137 '.*'
check 'as it is: no variables, quotes or comments' has "$work/"'${HOME} ; "x"' '^exit 137: '

# wrong NAME VALUE WORDS
wrong()
{
	start env "$1=$2"
	check "$1=$2" ends_with 78 'the configuration has errors'
	check "$1=$2: told" has "$err" "^environment: $1: $3"
	check "$1=$2: nothing was started" equal "$(wc -c <"$out")" 0
}

wrong PROCTOR_GRACE 9 "'9' has no unit; write 9s or 9ms$"
wrong PROCTOR_GRACE '5s ; five' "'5s ; five' is not a duration"
wrong PROCTOR_DRAIN_DELAY -1s "'-1s' is not a duration"

start env PROCTOR_GRACE=abc PROCTOR_DRAIN_DELAY=abc
check 'all at once' ends_with 78
check 'all at once: told' lines "$err" '^environment: PROCTOR_(GRACE|DRAIN_DELAY): ' 2
code=0
PROCTOR_GRACE=abc "$proctor" check -c "$ini" >"$out" 2>"$err" || code=$?
check 'proctor check' equal $code 78

# a wrong value in the file is wrong all the same
printf '[proctor]\ngrace = 9\n[service app]\ncommand = true\n' >"$ini"
start env PROCTOR_GRACE=9s
check 'an error in the file' ends_with 78
check 'an error in the file: told' has "$err" "^$ini:2: grace: "
