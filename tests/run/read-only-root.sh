#!/bin/bash
# With no place to write at all, proctor does all it does, and says once that it has no
# runtime directory; where /run can be written, it leaves nothing there.
set -eu
. "$(dirname "$0")/lib.sh"

# In the namespace of PID 1, all that is mounted.
cat >"$work/read-only" <<'SH'
#!/bin/sh
awk '$2 != "/proc" { print $2 }' /proc/self/mounts | sort -u | while read -r place; do
	mount -o remount,bind,ro "$place" 2>/dev/null
done
exec "$@"
SH
chmod +x "$work/read-only"

config <<INI
[main app]
shell = for place in / /tmp /run /dev/shm $work; do touch \$place/file && echo \$place; done
INI
start "$work/read-only"
check 'nothing can be written' ends_with 1 'main app ended with 1'
check 'not anywhere' no has "$out" '\| /'
check 'it says so, once' lines "$err" \
	'^proctor \| no runtime directory, so no sockets: /run/proctor: Read-only file system$' 1
lives "$work/read-only"
boot "$work/read-only" "$proctor" -- sh -c 'exit 3'
check 'one command' ends_with 3

lives
check 'nothing is left in /run and /dev/shm' equal "$(find /run /dev/shm -name '*proctor*')" ''
