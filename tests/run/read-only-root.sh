#!/bin/bash
# With no place to write at all, proctor does all it does, and says once that it has no
# runtime directory; where /run can be written, it leaves nothing there.
set -eu
. "$(dirname "$0")/lib.sh"

config <<INI
[main app]
shell = for place in / /tmp /run /dev/shm $work; do touch \$place/file && echo \$place; done
INI
start "$here/read-only"
check 'nothing can be written' ends_with 1 'main app ended with 1'
check 'not anywhere' no has "$out" '\| /'
check 'it says so, once' lines "$err" \
	'^proctor \| no runtime directory, so no sockets: /run/proctor: Read-only file system$' 1
lives "$here/read-only"
boot "$here/read-only" "$proctor" -- sh -c 'exit 3'
check 'one command' ends_with 3

lives
check 'nothing is left in /run and /dev/shm' equal "$(find /run /dev/shm -name '*proctor*')" ''
