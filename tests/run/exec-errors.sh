#!/bin/bash
# A command that cannot be executed: 127 if it was not found, else 126, as in the shell and
# Docker; and the words name the command and the error.
set -eu
. "$(dirname "$0")/lib.sh"

mkdir "$work/dir" "$work/first" "$work/second"
echo 'exit 0' >"$work/plain"
printf '#!/no/such/shell\n' >"$work/bad-shell"
echo 'exit 0' >"$work/no-format"
chmod +x "$work/bad-shell" "$work/no-format"
ln -s loop "$work/loop"
printf '#!/bin/sh\nexit 5\n' >"$work/second/tool"
echo >"$work/first/tool"
chmod +x "$work/second/tool"

# row NAME STATUS WORDS COMMAND: as a service, and as proctor -- COMMAND
row()
{
	printf '[service app]\ncommand = %s\n' "$4" >"$ini"
	start
	check "$1" ends_with "$2" "service app could not be executed: $3"
	quick -- "$4"
	check "$1: proctor --" equal "$status" "$2"
	check "$1: proctor -- says so" has "$err" "^proctor: $3$"
}

row 'not in PATH' 127 "'nginxx' was not found" nginxx
row 'no such file' 127 "'/no/such/file' was not found" /no/such/file
row 'not executable' 126 "'$work/plain': Permission denied" "$work/plain"
row 'a directory' 126 "'$work/dir': Permission denied" "$work/dir"
row 'a loop of links' 126 "'$work/loop': Too many levels of symbolic links" "$work/loop"
row 'no format' 126 "'$work/no-format': Exec format error" "$work/no-format"
row 'no interpreter' 127 "'$work/bad-shell'.*" "$work/bad-shell"

# the one in PATH that may be executed, not the first that is there
config <<'INI'
[main app]
command = tool
INI
start env "PATH=$work/first:$work/second:$PATH"
check 'the next in PATH' ends_with 5 'main app ended with 5'
start env "PATH=$work/first:/nowhere"
check 'only a refused one in PATH' ends_with 126 \
	"main app could not be executed: 'tool': Permission denied"

# the PATH is the service's own
config <<INI
[main app]
command = tool
env.PATH = $work/second
INI
start
check "the service's own PATH" ends_with 5 'main app ended with 5'

config <<'INI'
[service app]
command = nginxx
restart = always
restart_limit = 2/60s
restart_delay = 10ms
INI
start
check 'has a budget as any failure' ends_with 127 \
	"service app could not be executed: 'nginxx' was not found after 2 restarts in .*"
