#!/bin/bash
# Every exit status is given as it is: by proctor -- COMMAND, by a main, and by a service,
# where only 0 becomes 69. The last line names it.
set -eu
. "$(dirname "$0")/lib.sh"

# all_of EXPECTED REASON ARG...: proctor with the arguments, for each $STATUS; the expected
# status and reason are of the shell's making
all_of()
{
	local expected=$1 reason=$2 wrong=

	shift 2
	for STATUS in {0..255}; do
		export STATUS
		quick "$@"
		if [ "$status" != "$($expected)" ]; then
			wrong="$wrong $STATUS:$status"
		elif [ -n "$reason" ]; then
			last_line "$status" "$($reason)" || wrong="$wrong $STATUS"
		fi
	done
	equal "$wrong" ''
}

as_it_is()
{
	echo "$STATUS"
}

never_zero()
{
	[ "$STATUS" != 0 ] && echo "$STATUS" || echo 69
}

main_reason()
{
	[ "$STATUS" != 0 ] && echo "main work ended with $STATUS" || echo 'main work is done'
}

service_reason()
{
	[ "$STATUS" != 0 ] && echo "service work ended with $STATUS" ||
		echo 'service work ended with 0, which a service must not'
}

# shellcheck disable=SC2016 # for the shell inside
check 'proctor -- COMMAND' all_of as_it_is '' -- sh -c 'exit $STATUS'
config <<'INI'
[main work]
shell = exit $STATUS
INI
check 'a main' all_of as_it_is main_reason run -c "$ini"
sed -i 's/main/service/' "$ini"
check 'a service' all_of never_zero service_reason run -c "$ini"
