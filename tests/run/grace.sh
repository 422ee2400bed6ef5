#!/bin/bash
# A stop takes no longer than grace as a whole, however many levels ignore it, and each level
# is asked first. PROCTOR_GRACE wins over the file.
set -eu
. "$(dirname "$0")/lib.sh"

cat >"$work/stubborn" <<SH
#!/bin/sh
trap 'echo asked \$1 >>$work/order' TERM
echo up
while :; do sleep 0.02; done
SH
chmod +x "$work/stubborn"
config <<INI
[proctor]
grace = 20s
[service one]
command = $work/stubborn one
[service two]
command = $work/stubborn two
after = one
[service three]
command = $work/stubborn three
after = two
INI
start env PROCTOR_GRACE=4s
within 5 lines "$out" 'up$' 3
send TERM
check 'not before it is over' slower 3000 faster 15000 ends_with 137 'stopped on SIGTERM, but .*'
check 'each was asked, in order' in_order "$work/order" 'three' 'two' 'one'
check 'each is told' lines "$err" 'did not stop in time; killed$' 3

# a stop_timeout cannot take more than grace either
config <<INI
[proctor]
grace = 500ms
[service app]
command = $work/stubborn app
stop_timeout = 30s
INI
start
within 5 has "$out" 'up$'
check 'whatever stop_timeout says' faster 15000 stops_with 137 'stopped on SIGTERM, but .*'
check 'which is warned of' has "$err" "^$ini:5: .*stop_timeout"

# and no longer than needed
config <<INI
[proctor]
grace = 60s
[service one]
command = sleep 1001
[service two]
command = sleep 1002
after = one
INI
start
within 5 running sleep 1002
check 'no longer than needed' faster 15000 clean_stop
