#!/bin/bash
# The environment of a service: what proctor has, less unset, then the user's own, env_file,
# env and secrets, each over the one before. What is set for one never reaches another.
# shellcheck disable=SC2016 # what stands in single quotes is for proctor or the shell inside
set -eu
. "$(dirname "$0")/lib.sh"

cat >"$work/file" <<'ENV'
# a comment
; another one

PLAIN=from the file
export EXPORTED=yes
QUOTED="two  words "
SINGLE='$HOME ${HOME}'
EMPTY=
OVER_FILE=file
EQUALS=a=b=c
ENV
printf 'OVER_FIRST=second file' >"$work/second-file"
printf 's3cr#t = "${HOME}"\n' >"$work/secret"
printf 'two\nlines\r\n' >"$work/two-lines"
config <<INI
[main app]
command = env
env.PLAIN_ENV = \${INHERITED} and more
env.BLANKS = "  a ; b  "
env.EMPTY_ENV =
env.OVER_FILE = env
env.OVER_INHERITED = env
env.ODD-name.x = odd
env_file = $work/file $work/second-file
secret.SECRET = $work/secret
secret.TWO_LINES = $work/two-lines
unset = GONE PATH_TO_NOTHING
after = other
[task other]
command = env
env.HERS = hers
INI
start env INHERITED='in herited' GONE=gone OVER_INHERITED=inherited OVER_FIRST=inherited \
	PROCTOR_GRACE=7s KEPT=
check 'ends' ends_with 0 'main app is done'

# in_app, in_other REGEX: the whole NAME=VALUE
in_app()
{
	has "$out" "^app \| $1$"
}

in_other()
{
	has "$out" "^other \| $1$"
}

check 'inherited' in_app 'INHERITED=in herited'
check 'inherited: empty' in_app 'KEPT='
check "inherited: proctor's own" in_app 'PROCTOR_GRACE=7s'
check 'unset' no has "$out" '^app.*GONE='
check 'unset: for this one only' in_other 'GONE=gone'
check 'env' in_app 'PLAIN_ENV=in herited and more'
check 'env: blanks in quotes' in_app 'BLANKS=  a ; b  '
check 'env: empty' in_app 'EMPTY_ENV='
check 'env: any name' in_app 'ODD-name\.x=odd'
check 'env: over what is inherited' in_app 'OVER_INHERITED=env'
check 'env: over env_file' in_app 'OVER_FILE=env'
check 'env: never twice' lines "$out" '^app \| OVER_' 3
check 'env_file' in_app 'PLAIN=from the file'
check 'env_file: export' in_app 'EXPORTED=yes'
check 'env_file: quotes' in_app 'QUOTED=two  words '
check 'env_file: nothing is expanded' in_app 'SINGLE=\$HOME \$\{HOME\}'
check 'env_file: empty' in_app 'EMPTY='
check 'env_file: equals signs' in_app 'EQUALS=a=b=c'
check 'env_file: over what is inherited' in_app 'OVER_FIRST=second file'
check 'secret: as it is, less the line end' in_app 'SECRET=s3cr#t = "\$\{HOME\}"'
check 'secret: two lines' in_order "$out" '^app \| TWO_LINES=two$' '^app \| lines$'
check 'nothing of it reaches another' no has "$out" \
	'^other \| (PLAIN|BLANKS|EMPTY|ODD|EXPORTED|QUOTED|SINGLE|EQUALS|SECRET|TWO_LINES)'
check 'other: what proctor has' in_other 'OVER_INHERITED=inherited'
check 'other: its own' in_other 'HERS=hers'
check 'which no one else has' no has "$out" '^app.*HERS'
check 'nothing is told' lines "$err" '' 1

# read at each start
config <<INI
[task write]
shell = echo first >$work/fresh
[service app]
shell = echo "got \$FRESH"; echo second >$work/fresh; exit 3
secret.FRESH = $work/fresh
after = write
restart = on-failure
restart_limit = 1/60s
restart_delay = 10ms
INI
rm -f "$work/fresh"
start
check 'a secret that a task has written' ends_with 3 'service app ended with 3 after 1 restart.*'
check 'is read at each start' in_order "$out" 'got first$' 'got second$'

# row NAME ERROR LINE: what cannot be used
row()
{
	printf '[service app]\ncommand = true\n%s\n' "$3" >"$ini"
	start
	check "$1" ends_with 126 "service app could not be set up: environment: $2"
	check "$1: names the file" has "$err" "^proctor \| app: $work/.*: $2$"
}

printf 'a\0b' >"$work/nul"
printf 'no equals sign\n' >"$work/no-equals"
head -c 200000 /dev/zero | tr '\0' x >"$work/long"
mkfifo "$work/fifo"
row 'a NUL byte' 'Invalid or incomplete .*' "secret.KEY = $work/nul"
row 'too long' 'Argument list too long' "secret.KEY = $work/long"
row 'a FIFO' 'Invalid argument' "secret.KEY = $work/fifo"
row 'not NAME=VALUE' 'Invalid argument' "env_file = $work/no-equals"

# HOME, USER and LOGNAME are the user's, if it has an entry
if [ "$real_uid" = 0 ]; then
	printf '[main app]\nshell = env\nuser = nobody\nenv.LOGNAME = me\n' >"$ini"
	start env HOME=/root USER=root LOGNAME=root
	check 'a named user' ends_with 0 'main app is done'
	check 'HOME' has "$out" "^app \| HOME=$(getent passwd nobody | cut -d : -f 6)$"
	check 'USER' has "$out" '^app \| USER=nobody$'
	check 'env over LOGNAME' has "$out" '^app \| LOGNAME=me$'
	printf '[main app]\nshell = env\nuser = 1000660000\n' >"$ini"
	start env HOME=/root USER=root
	check 'a number without an entry' ends_with 0 'main app is done'
	check 'its HOME stays' has "$out" '^app \| HOME=/root$'
else
	skip 'HOME, USER, LOGNAME' 'needs root'
fi
