#!/bin/bash
# What the services say is in docker logs, each line under the name of its service, stdout
# and stderr apart; /dev/stdout can be opened by a service that is not root.
set -eu
. "$(dirname "$0")/lib.sh"
plain_image

config <<'INI'
[service out]
shell = echo to stdout; exec sleep 1000
[service err]
shell = echo to stderr >&2; exec sleep 1000
[service raw]
shell = echo '{"json": true}'; exec sleep 1000
log = raw
[service opens]
shell = echo opened it >/dev/stdout; exec sleep 1000
user = nobody
[task last]
shell = printf 'no newline'
after = out err raw opens
INI
run "$image"
check 'stdout' within 5 stdout_has '^out \| to stdout$'
check 'stderr' within 5 stderr_has '^err \| to stderr$'
check 'a line that was not ended' within 5 stdout_has '^last \| no newline$'
check 'log = raw' within 5 stdout_has '^\{"json": true\}$'
check '/dev/stdout opened as nobody' within 5 stdout_has '^opens \| opened it$'
docker stop "$id" >/dev/null
check 'no stdout among stderr' \
	equal "$(docker logs "$id" 2>&1 >/dev/null | grep -c 'stdout$')" 0
check 'no stderr among stdout' \
	equal "$(docker logs "$id" 2>/dev/null | grep -c 'stderr$')" 0

config <<'INI'
[task many]
shell = i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); echo line $i; done
INI
run "$image"
check 'the end of much output' ends_with 0
docker logs "$id" 2>/dev/null | sed -n 's/^many | line //p' >"$work/lines"
seq 20000 >"$work/expected"
check 'no line is lost, and all are in order' cmp "$work/lines" "$work/expected"

config <<'INI'
[service app]
shell = echo cannot go on >&2; exit 3
INI
run "$image"
check 'the end after the last words' ends_with 3
check 'the last words before the reason' equal "$(docker logs "$id" 2>&1 >/dev/null |
	sed 's/:.*//; s/;.*//' | tr '\n' ',')" \
	'app | cannot go on,proctor | service app ended with 3,proctor | exit 3,'
