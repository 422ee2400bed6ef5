#!/bin/bash
# proctor update: what is different is said and done, and with a mistake nothing is.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/control-words"

config <<'INI'
[service db]
command = sleep 1000
[service plain]
command = sleep 1003
INI
export PROCTOR_GRACE=3s
begin
check 'it runs' run 0 wait db plain --timeout 5s
check 'nothing new' prints 0 '^nothing has changed$' update
sed -i 's/sleep 1003/sleep 1004/' "$ini"
printf '[service new]\ncommand = sleep 1005\n' >>"$ini"
check 'the difference' keeps plain prints 0 plain update --dry-run
check 'has the new one' has "$work/printed" new
check 'update' keeps db changes plain run 0 update
check 'the new one runs' run 0 wait new --timeout 5s
check 'the changed one too' within 5 running sleep 1004
echo 'wrong = yes' >>"$ini"
check 'a mistake' keeps plain run 1 update
check 'is told' has "$work/complained" "unknown key 'wrong'"
sed -i '/^wrong/d; /service new/,$d' "$ini"
check 'one less' run 0 update
check 'is gone' complains 69 "'new'" status new

# ---- of proctor itself -------------------------------------------------------------------

# asks ARG...: with a configuration that has its socket where it is
asks()
{
	"$proctor" "$@" -c "$work/before"
}

cp "$ini" "$work/before"
sed -i '1i [proctor]\ncontrol = off\ntimestamps = yes' "$ini"
asks update >"$work/printed" 2>&1 || :
check 'control is for the next start' has "$work/printed" \
	'^proctor: control changes, but only when the container starts anew$'
check 'and is open until then' asks status plain
check 'timestamps are for now' has "$work/printed" '^proctor: timestamps changes$'
check 'and are there' within 5 has "$err" 'Z proctor \| update: done$'
sed -i 1,3d "$ini"
check 'and not any more' run 0 update

# ---- while one goes on -------------------------------------------------------------------

# slow N: a service that stops when it may has changed
slow()
{
	sed -i '/^\[service slow\]/,$d' "$ini"
	cat >>"$ini" <<-INI
	[service slow]
	shell = trap 'until [ -e $work/may ]; do sleep 0.02; done; exit 0' TERM; echo >&3; while :; do sleep 0.05; done
	ready = fd:3
	stop_timeout = 60s
	env.N = $1
	INI
}

slow 1
check 'one that stops slowly' run 0 update
check 'is up' run 0 wait slow --timeout 5s
slow 2
updates=$(grep -c 'update: done' "$err")
check 'it changes' prints 0 '^slow: restarts: env\.NAME$' update --no-wait
check 'it has begun' equal "$(tail -n 1 "$work/printed")" 'update: begun'
check 'no restart meanwhile' complains 1 'an update is under way' restart slow
check 'no start' complains 1 'an update is under way' start slow
touch "$work/may"
check 'the update ends' within 5 lines "$err" 'update: done' $((updates + 1))
check 'and it is up again' run 0 wait slow --timeout 5s
check 'a restart then' run 0 restart slow

# ---- a stop ends it ----------------------------------------------------------------------

rm "$work/may"
slow 3
"$proctor" update -c "$ini" >"$work/printed" 2>"$work/complained" &
updating=$!
# shellcheck disable=SC2016 # for eval
check 'an update begins' within 5 eval '[ "$(grep -c "slow: restarts" "$err")" = 2 ]'
send TERM
code=0
wait $updating || code=$?
check 'it does not succeed' equal $code 1
check 'it says so' has "$work/complained" 'given up: nothing has been taken over'
check 'the log says so' within 5 has "$err" '^proctor \| update: given up, since all is stopped'
check 'it stops' ends_with 137 'stopped on SIGTERM, but slow did not stop in time and was killed'
