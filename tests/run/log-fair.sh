#!/bin/bash
# A hundred services write as much as they can, in short lines and in long ones: each gets its
# share of what the reader takes, and PID 1 stays small.
set -eu
. "$(dirname "$0")/lib.sh"

mkfifo "$work/fifo"
config <<'INI'
[service short]
command = yes 0123456789
instances = 45
[service long]
shell = line=$(head -c 3000 /dev/zero | tr '\0' x); exec yes "$line"
instances = 45
[service error]
shell = exec yes an error >&2
instances = 10
INI

# the reader is slower than they are; it counts once all of them write, without the prefix
# shellcheck disable=SC2016 # awk's
slow_reader()
{
	python3 -c 'import os, time
end = time.monotonic() + 60
while time.monotonic() < end:
    os.write(1, os.read(0, 65536))
    time.sleep(0.005)' 2>/dev/null | awk '
		$1 !~ /@/ { next }
		!($1 in seen) { seen[$1]; writers++ }
		writers == 100 { bytes[$1] += length - length($1) - 2; all += length }
		all > 30000000 { exit }
		END { for (name in bytes) print bytes[name], name }'
}

slow_reader <"$work/fifo" >"$work/bytes" &
reader=$!
# shellcheck disable=SC2016 # for the shell inside
start env FIFO="$work/fifo" sh -c 'exec "$@" >"$FIFO" 2>&1' sh
check 'there is enough' within 90 gone $reader
check 'all of them are heard' equal "$(wc -l <"$work/bytes")" 100
read -r least most < <(sort -n "$work/bytes" | awk 'NR == 1 { print $1 } END { print $1 }' | xargs)
check "the shares: $least to $most bytes" test "$most" -le $((2 * least))
check 'little memory' test "$(field VmHWM "$init")" -lt 24576
send TERM
check 'stops' ended
check 'its status' equal "$status" 0
