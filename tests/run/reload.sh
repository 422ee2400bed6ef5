#!/bin/bash
# What a service watches reloads it, once for each change: a file that is written or replaced,
# what is in a folder, Kubernetes' ..data, and a file that is a mount. reload_check comes
# first, and one that fails leaves the service alone.
set -eu
. "$(dirname "$0")/lib.sh"

reloads=$work/reloads
mkdir -p "$work/conf.d" "$work/k8s/..one" "$work/k8s/..two" "$work/mounted"
echo 1 >"$work/app.conf"
echo 1 >"$work/conf.d/a"
echo 1 >"$work/k8s/..one/key"
echo 2 >"$work/k8s/..two/key"
ln -s ..one "$work/k8s/..data"
ln -s ..data/key "$work/k8s/key"
echo 1 >"$work/mounted/outside"
: >"$work/mounted/inside"
mount --bind "$work/mounted/outside" "$work/mounted/inside"
: >"$reloads"

cat >"$ini" <<INI
[service app]
shell = trap 'echo hup >>$reloads' HUP; echo up; while :; do sleep 0.02; done
watch = $work/app.conf $work/conf.d $work/k8s/key $work/mounted/inside $work/later/file
watch_delay = 500ms
reload_check = sh -c 'grep -q bad $work/app.conf && exit 3; exit 0'
[service other]
shell = trap 'echo other >>$reloads' HUP; while :; do sleep 0.02; done
watch = $work/other.conf
watch_delay = 0s
reload_command = sh -c 'echo command \$WHO >>$reloads'
env.WHO = me
INI
start
check 'it is up' within 10 has "$out" 'up$'

count=0
# reloaded WHAT: there has been one reload more, and no other
reloaded()
{
	count=$((count + 1))
	within 10 lines_are "$reloads" $count >/dev/null || :
	sleep 1
	check "$1 reloads it once" lines_are "$reloads" $count
}

lines_are()
{
	[ "$(wc -l <"$1")" -eq "$2" ]
}

echo 22 >"$work/app.conf"
reloaded 'a file that is written'
echo 333 >"$work/app.conf.new"
mv "$work/app.conf.new" "$work/app.conf"
reloaded 'a file that an editor replaces'
echo 4444 >"$work/app.conf"
reloaded 'the new one, written again'
echo 1 >"$work/conf.d/b"
reloaded 'a file that is new in a folder'
rm "$work/conf.d/a"
reloaded 'one that is gone'
ln -s ..two "$work/k8s/..data_tmp"
mv -T "$work/k8s/..data_tmp" "$work/k8s/..data"
rm -r "$work/k8s/..one"
reloaded 'the ..data of Kubernetes'
echo 22 >"$work/mounted/outside"
reloaded 'a file that is a mount'
mkdir "$work/later"
sleep 1
echo 1 >"$work/later/file"
reloaded 'a file that was not there, nor its folder'
: >"$work/somebody-elses"
sleep 1
check 'another file of that folder does not' lines_are "$reloads" $count

mkfifo "$work/silence"
exec 3<>"$work/silence"
for i in 1 2 3 4 5 6 7 8 9 10; do
	echo "$i$i$i$i$i$i" >"$work/app.conf"
	read -rt 0.02 <&3 || :	# as sleep, without a process that may take its time
done
reloaded 'ten changes in a row'

echo bad >"$work/app.conf"
check 'a reload_check that fails is told' \
	within 10 has "$err" '^proctor \| app: reload_check ended with 3; it has not been reloaded$'
check 'and the service is left alone' lines_are "$reloads" $count
echo good-again >"$work/app.conf"
reloaded 'and the next change is checked again'

echo 1 >"$work/other.conf"
check 'reload_command in place of the signal' within 10 has "$reloads" '^command me$'
check 'is told' within 10 has "$err" '^proctor \| other: reloaded by reload_command, since what it watches has changed$'
check 'but not the signal' lines "$reloads" other 0
umount "$work/mounted/inside"
send TERM
check 'a stop' ends_with 0 'stopped on SIGTERM'
