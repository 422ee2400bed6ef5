#!/bin/bash
# An exec probe runs as its service does: user, directory, environment; and what it prints
# is kept, the first 4096 bytes.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"

# answer_of CHECK: of /status
answer_of()
{
	page 200 /status >/dev/null
	python3 -c '
import json, sys
for service in json.load(open(sys.argv[1]))["services"]:
    for check in service["checks"]:
        if check["name"] == sys.argv[2]:
            print(check["answer"])' "$work/page" "$1"
}

answers()
{
	equal "$(answer_of "$1")" "$2"
}

long_answer()
{
	local answer

	answer=$(answer_of much)
	equal "${#answer} ${answer//0/}" '4096 '
}

mkdir "$work/place"
chmod 755 "$work/place"
as_user=
uid=0	# in the namespace of who is not root
[ "$real_uid" != 0 ] || { uid=65534; as_user="user = $uid"; }
export COLOR=outside SHADE=outside
config <<INI
[service app]
command = sleep 1000
$as_user
umask = 027
directory = $work/place
env.COLOR = blue
unset = SHADE
[check me]
service = app
probe = exec: sh -c 'echo "\$(id -u) \$(pwd) \$COLOR \$\${SHADE-none} \$(umask)"; cat'
[check much]
service = app
probe = exec: sh -c 'printf "%05000d" 7; echo unseen'
[check wrong]
service = app
probe = exec: nosuch --option
[check descriptors]
service = app
probe = exec: sh -c 'ls /proc/self/fd | xargs'
[check group]
service = app
probe = exec: sh -c 'ps -o pgid= -o sid= -p \$\$ | xargs | tr " " "\n" | uniq -c | wc -l'
[service other]
command = sleep 1001
health = exec: sh -c 'echo \$COLOR'
INI
sed -i '/^probe/a timeout = 5s' "$ini"
start
check 'user, directory, environment' within 5 answers me \
	"$uid $work/place blue none 0027"
check 'of its own service' within 5 answers other/health outside
check 'no more than 4096 bytes are kept' within 5 long_answer
check 'one that is not there' within 5 answers wrong \
	"could not be executed: 'nosuch' was not found"
check 'no descriptors of proctor' within 5 answers descriptors '0 1 2 3'
check 'a session of its own' within 5 answers group 1
check 'it stops' clean_stop
