#!/bin/bash
# ${NAME} is filled in from proctor's environment: once, never split, never read again. What
# is missing is told with its message; $${ and a lone $ are literal.
# shellcheck disable=SC2016 # what stands in single quotes is for proctor or the shell inside
set -eu
. "$(dirname "$0")/lib.sh"

export HOSTILE='two  words "quoted" ; $HOME ${HOME} `id` \n %i' EMPTY='' SET=value

# words VALUE WORD...: what the program gets for it in command
words()
{
	local value=$1

	shift
	printf '[main app]\nlog = raw\ncommand = printf "<%%s>\\\\n" %s\n' "$value" >"$ini"
	start
	check "$value" ends_with 0 'main app is done'
	check "$value: words" equal "$(<"$out")" "$(printf '<%s>\n' "$@")"
}

words '${SET}' value
words 'a${SET}b "${SET} c"' avalueb 'value c'
words "'\${SET}'" value
words '${HOSTILE}' "$HOSTILE"
words '"${HOSTILE}" x' "$HOSTILE" x
words '-${EMPTY}-' --
words '${EMPTY}' ''
words '${EMPTY:-default}' default
words '${NOT_SET:-default}' default
words '${SET:-default}' value
words '"${NOT_SET:-two words}"' 'two words'
words '${NOT_SET:-}' ''
words '${SET:?message}' value
words '"${SET:?must be set}"' value
words '$${SET}' '${SET}'
words 'a$b $ $$ 5$ $(id) $SET' 'a$b' '$' '$$' '5$' '$(id)' '$SET'
words '"${NOT_SET:-a {b} c}"' 'a {b} c'

# in other keys as well; in shell it is the shell that expands
config <<INI
[main app]
log = raw
shell = printf '%s\\n' "\$VALUE" "\${SET}" "\${NOT_SET:-the shell}"; pwd; umask
env.VALUE = \${SET} \${HOSTILE}
directory = \${NOT_SET:-/}
umask = 0\${NOT_SET:-27}
INI
start
check 'other keys' ends_with 0 'main app is done'
check 'other keys: values' equal "$(<"$out")" \
	"$(printf '%s\n' "value $HOSTILE" value 'the shell' / 0027)"

config <<'INI'
[service off]
command = false
enabled = ${RUN_OFF:-no}
[service app]
command = sleep 1000
INI
start
within 5 running sleep 1000
check 'enabled' clean_stop
start env RUN_OFF=yes
check 'enabled: as the environment says' ends_with 1 'service off ended with 1'

# wrong VALUE WORDS: an error
wrong()
{
	printf '[service app]\ncommand = true\nenv.KEY = %s\n' "$1" >"$ini"
	start
	check "$1" ends_with 78 'the configuration has errors'
	check "$1: told" has "$err" "^$ini:3: env\.KEY: $2"
}

wrong '${NOT_SET}' 'NOT_SET is not set in the environment'
wrong '${NOT_SET:?set it to the URL}' 'NOT_SET is not set in the environment: set it to the URL$'
wrong '${EMPTY:?must not be empty}' 'EMPTY is empty in the environment: must not be empty$'
wrong '${' '.* is not understood; write \$\{NAME\}'
wrong '${}' '.* is not understood'
wrong '${SET' '.* is not understood'
wrong '${SET-default}' '.* is not understood'
wrong '${1SET}' '.* is not understood'
wrong '${NOT_SET:-${SET}}' 'a default is not expanded'
