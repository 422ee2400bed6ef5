#!/bin/bash
# proctor exec: a command with the user, groups, directory, umask and environment of a service.
set -eu
. "$(dirname "$0")/lib.sh"

# run STATUS ARG...: proctor exec with these
run()
{
	local code=0

	"$proctor" exec -c "$ini" "${@:2}" >"$out" 2>"$err" || code=$?
	equal "$code" "$1" || { cat "$out" "$err"; return 1; }
}

prints()
{
	run 0 "${@:2}" && equal "$(<"$out")" "$1"
}

complains()
{
	run "$1" "${@:3}" && has "$err" "^proctor: exec: $2$" && lines "$err" '' 1
}

mkdir "$work/here"
echo 'FROM_FILE=file value' >"$work/env"
echo secret >"$work/secret"
config <<INI
[service web]
command = false
directory = $work/here
umask = 027
env.GREETING = hello there
env_file = $work/env
secret.KEY = $work/secret
unset = UNWANTED
instances = 2
[service db]
command = false
env.NUMBER = %i
[service lost]
command = false
directory = /nowhere
[service unread]
command = false
env_file = /nowhere
INI
export UNWANTED=x KEPT=y
check 'the directory' prints "$work/here" web@1 -- pwd
check 'the umask' prints 0027 web@1 -- sh -c umask
# shellcheck disable=SC2016 # for sh
check 'the environment' prints 'hello there,file value,secret,unset,y' web@2 -- \
	sh -c 'echo "$GREETING,$FROM_FILE,$KEY,${UNWANTED-unset},$KEPT"'
check 'no dashes needed' prints yes db echo yes
check 'options are those of the command' prints 'a -c b' db echo a -c b
check 'its status' run 42 db -- sh -c 'exit 42'
check 'becomes the command' run 143 db -- sh -c 'kill $$'
check 'its input' equal "$(echo in | "$proctor" exec -c "$ini" db cat)" in
check 'not found' complains 127 "could not be executed: 'nginxx' was not found" db -- nginxx
check 'not executable' complains 126 "could not be executed: '/etc/passwd': Permission denied" \
	db -- /etc/passwd
check 'no directory' complains 126 "could not be set up: directory '/nowhere': No such .*" lost true
check 'no environment' complains 126 '/nowhere: No such file or directory' unread true
check 'no command' run 64 db --
check 'nothing at all' run 64
check 'no service' run 69 wbe true
check 'says so' has "$err" "^proctor: there is no service 'wbe'$"
check 'the nearest' run 69 web@3 true
check 'says which' has "$err" "did you mean 'web@[12]'\?$"
printf 'command = x\n' >"$ini"
check 'a wrong configuration' run 78 db true
check 'tells what is wrong' has "$err" ":1: "

if [ "$real_uid" = 0 ]; then
	config <<'INI'
[service plain]
command = false
user = nobody
[service grouped]
command = false
user = nobody
group = daemon
groups = sys adm
INI
	# shellcheck disable=SC2016 # for sh
	who='echo $(id -un) $(id -gn) $(id -Gn)'
	check 'the user and its group' prints "nobody $(id -gn nobody) $(id -Gn nobody)" plain -- \
		sh -c "$who"
	check 'the groups' prints 'nobody daemon daemon sys adm' grouped -- \
		sh -c "$who"
	check 'no way back' run 1 plain -- sh -c 'cat /etc/shadow'
	chmod 755 "$work"
	check 'a stranger may not become another' no \
		setpriv --reuid 1 --regid 1 --clear-groups "$proctor" exec -c "$ini" plain -- true
else
	skip 'users' 'needs root'
fi
