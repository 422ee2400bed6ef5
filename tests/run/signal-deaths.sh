#!/bin/bash
# Death by any signal S is told as 128+S, the real-time ones included: by proctor -- COMMAND
# and by a service, whose last line names the signal.
set -eu
. "$(dirname "$0")/lib.sh"

# Those whose default is to be ignored, or to stop the process, kill nobody.
harmless=' 17 18 19 20 21 22 23 28 '

# glibc's own two: make starts its children with both ignored, and so does -- with its command
ignored()
{
	local mask

	mask=$(awk '$1 == "SigIgn:" { print $2 }' /proc/self/status)
	[ "$1" = -- ] && [[ $SIGNAL == 3[23] ]] && (((16#$mask >> (SIGNAL - 1)) & 1))
}

# all_of REASON ARG...: proctor with the arguments, for each $SIGNAL
all_of()
{
	local reason=$1 wrong=

	shift
	for SIGNAL in {1..64}; do
		[[ $harmless != *" $SIGNAL "* ]] || continue
		! ignored "$1" || continue
		export SIGNAL
		quick "$@"
		if [ "$status" != $((128 + SIGNAL)) ]; then
			wrong="$wrong $SIGNAL:$status"
		elif [ -n "$reason" ]; then
			last_line "$status" "$($reason)" || wrong="$wrong $SIGNAL"
		fi
	done
	equal "$wrong" ''
}

# glibc keeps 32 and 33 for itself, so that they have no names
by_name()
{
	local name

	name=$(kill -l "$SIGNAL" 2>/dev/null) || name='.*'
	name=${name/IO/(IO|POLL)}
	[[ $name != RTM* ]] || name='RTM(IN|AX).*'
	[ "$SIGNAL" != 32 ] && [ "$SIGNAL" != 33 ] || name='.*'
	echo "service work was killed by (SIG)?$name"
}

# shellcheck disable=SC2016 # for the shell inside
check 'proctor -- COMMAND' all_of '' -- sh -c 'kill -$SIGNAL $$'
config <<'INI'
[service work]
shell = kill -$SIGNAL $$
INI
check 'a service' all_of by_name run -c "$ini"
