#!/bin/bash
# Standard output is a file on a disk that is full: what does not fit is lost, and that is told,
# also in the termination message. When there is room again, lines are whole again.
set -eu
. "$(dirname "$0")/lib.sh"

disk=$work/disk
mkdir "$disk"
mount -t tmpfs -o size=64k none "$disk"
fill()
{
	rm -f "$disk/out"
	head -c 61000 /dev/zero >"$disk/filler" || :
}

# into the file, on the disk
full()
{
	fill
	start sh -c "exec \"\$@\" >>$disk/out $1" sh
}

# grown: as much as fits is there
grown()
{
	[ "$(stat -c %s "$disk/out")" -ge 4096 ]
}

# torn: the one that is no line of the service
torn()
{
	grep -av '"message":"line [0-9]*"}$' "$disk/out" | grep -av '"service":"proctor"'
}

cat >"$work/app.sh" <<SH
i=0
while [ \$i -lt 200 ]; do
	echo line \$i
	i=\$((i + 1))
done
touch $work/said
while [ -e $disk/filler ]; do
	sleep 0.05
done
echo line 200
sleep 0.2
exit 3
SH

for way in '' '2>&1'; do
	touch "$work/message"
	config <<-INI
	[proctor]
	log = json
	termination_message = $work/message
	[service app]
	command = sh $work/app.sh
	INI
	rm -f "$work/said"
	full "$way"
	within 10 test -e "$work/said"
	within 10 grown
	sleep 0.2
	rm "$disk/filler"
	check "full $way: its status" ends_with 3
	told=$err
	[ -z "$way" ] || told=$disk/out
	check "full $way: how much is told" has "$told" \
		'"message":"standard output: [0-9]+ bytes are lost: No space left on device"'
	check "full $way: one line is torn" equal "$(torn | wc -l)" 1
	check "full $way: the next one is whole" has "$disk/out" '^\{.*"message":"line 200"\}$'
done

config <<INI
[proctor]
termination_message = $work/message
[service app]
shell = seq 1000; exit 3
INI
start sh -c 'exec "$@" >/dev/full' sh
check 'no room ever: its status' ends_with 3
check 'no room ever: told at once' has "$err" \
	'^proctor \| standard output: No space left on device; what is written there now is lost$'
# each line with its prefix
check 'no room ever: and how much' has "$err" \
	'^proctor \| standard output: 9893 bytes are lost: No space left on device$'
check 'no room ever: in the termination message' has "$work/message" \
	'^standard output: 9893 bytes are lost: No space left on device$'
umount "$disk"
