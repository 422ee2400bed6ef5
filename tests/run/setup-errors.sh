#!/bin/bash
# What a service asks for and the system refuses is told with the step and the error: 126,
# and the program never runs.
set -eu
. "$(dirname "$0")/lib.sh"
need_root

bare=(setpriv --bounding-set=-all --inh-caps=-all)
mkdir "$work/locked" "$work/folder"
chmod 700 "$work/locked"

# row NAME WORDS LINE: with the line in the configuration, and no capabilities at all
row()
{
	printf '[service app]\nshell = touch %s/ran; exec sleep 1000\n%s\n' "$work" "$3" >"$ini"
	start "${bare[@]}"
	check "$1" ends_with 126 "service app could not be set up: $2"
	check "$1: the program never ran" no test -e "$work/ran"
}

row 'no such directory' "directory '/no/such': No such file or directory" 'directory = /no/such'
row 'a file as directory' "directory '/etc/passwd': Not a directory" 'directory = /etc/passwd'
row 'user' "(groups|user '1234'): Operation not permitted" 'user = 1234'
row 'user by name' "groups: Operation not permitted" 'user = nobody'
row 'group' "group '1234': Operation not permitted" 'group = 1234'
row 'groups' 'groups: Operation not permitted' 'groups = 1234'
row 'limit' 'limit: Operation not permitted' 'limit.nofile = 64:2000000000'
row 'nice' 'nice: (Permission denied|Operation not permitted)' 'nice = -5'
row 'oom_score_adj' 'oom_score_adj: Permission denied' 'oom_score_adj = -500'
row 'clean' 'clean: Is a directory' "clean = $work/folder"
row 'env_file' 'environment: No such file or directory' 'env_file = /no/such'
check 'env_file: names the file' has "$err" '^proctor \| app: /no/such: No such file'
row 'secret' 'environment: No such file or directory' 'secret.KEY = /no/such'
check 'secret: names the file' has "$err" '^proctor \| app: /no/such: No such file'

# the directory is entered with the rights of the service's user
config <<INI
[service app]
command = sleep 1000
user = 1234
directory = $work/locked
INI
start
check "a directory that is not the user's" ends_with 126 \
	"service app could not be set up: directory '$work/locked': Permission denied"
