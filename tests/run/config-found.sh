#!/bin/bash
# The configuration is -c FILE, else $PROCTOR_CONFIG, else /etc/proctor.ini; one that cannot be
# read is an error, never an empty one.
set -eu
. "$(dirname "$0")/lib.sh"

for name in option variable default; do
	printf '[main app]\ncommand = echo %s\n' $name >"$work/$name.ini"
done

# from NAME ARG...: proctor with these reads this one
from()
{
	quick "${@:2}"
	check "${*:2}: $1" equal "$status: $(<"$out")" "0: app | $1"
}

from option run -c "$work/option.ini"
from option -c "$work/option.ini"
from option "-c$work/option.ini"
export PROCTOR_CONFIG=$work/variable.ini
from variable
from variable run
from option run -c "$work/option.ini"
"$proctor" check >"$out" 2>"$err"
check 'check: the same' has "$out" '^  1  main'

# a relative path is one
cd "$work"
PROCTOR_CONFIG=./variable.ini
from variable run
cd /

# missing NAME PATH ERROR
missing()
{
	check "$1: 78" equal "$status" 78
	check "$1: told" has "$err" "^$2: $3"
	check "$1: the last line" last_line 78 'the configuration has errors'
}

quick run -c /no/such.ini
missing 'no such file' /no/such.ini 'cannot be read: No such file or directory$'
PROCTOR_CONFIG=/no/such.ini
quick
missing 'no such file in PROCTOR_CONFIG' /no/such.ini 'cannot be read: No such file or directory$'
quick run -c "$work"
missing 'a folder' "$work" 'this is not a regular file$'
mkfifo "$work/fifo"
quick run -c "$work/fifo"
missing 'a FIFO' "$work/fifo" 'this is not a regular file$'
: >"$work/empty.ini"
quick run -c "$work/empty.ini"
missing 'an empty file' "$work/empty.ini" 'there is nothing to run; write a \[service NAME\]'
printf '[proctor]\ngrace = 9s\n' >"$work/empty.ini"
quick run -c "$work/empty.ini"
missing 'nothing to run' "$work/empty.ini" 'there is nothing to run; write a \[service NAME\]'
printf '[service app]\ncommand = true\nenabled = no\n' >"$work/empty.ini"
quick run -c "$work/empty.ini"
missing 'nothing enabled' "$work/empty.ini" 'there is nothing to run; enable one'
"$proctor" check -c /no/such.ini >"$out" 2>"$err" && status=0 || status=$?
check 'check: no such file' equal "$status" 78

# as somebody who may not read it
if [ "$real_uid" = 0 ]; then
	chmod 600 "$work/option.ini"
	boot setpriv --reuid 1234 --clear-groups --bounding-set=-all "$proctor" run -c "$work/option.ini"
	ended
	missing 'not to be read' "$work/option.ini" 'cannot be read: Permission denied$'
else
	skip 'not to be read' 'needs root'
fi

# the last resort, in an /etc of our own; an empty variable is none
PROCTOR_CONFIG=
mount -t tmpfs none /etc
quick
missing 'no default' /etc/proctor.ini 'cannot be read: No such file or directory$'
cp "$work/default.ini" /etc/proctor.ini
from default
from default run
unset PROCTOR_CONFIG
from default
mkdir /etc/proctor.ini.d
printf '[main app]\ncommand = echo drop-in\n' >/etc/proctor.ini.d/a.ini
from drop-in
