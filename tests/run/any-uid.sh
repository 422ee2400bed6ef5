#!/bin/bash
# As uid 1000660000, with no entry in passwd (OpenShift), proctor does all it does; only
# another user is beyond it, and that is an error of the configuration.
set -eu
. "$(dirname "$0")/lib.sh"
need_root

as=(setpriv --reuid 1000660000 --regid 0 --clear-groups)
check 'no entry' no getent passwd 1000660000

lives "${as[@]}"
config <<'INI'
[main app]
shell = echo "I am $(id -u):$(id -g) in $HOME"
user = 1000660000
INI
start env HOME=/nowhere "${as[@]}"
check 'its own uid' ends_with 0 'main app is done'
check 'and its own HOME' has "$out" '^app \| I am 1000660000:0 in /nowhere$'
check 'no complaint' lines "$err" '' 1

sed -i 's/^user = .*/user = 1234/' "$ini"
start "${as[@]}"
check "another's" ends_with 78
check "another's: nothing was started" lines "$out" '' 0
check "another's: proctor check only warns" "${as[@]}" "$proctor" check -c "$ini"

# shellcheck disable=SC2016 # for the shell inside
boot "${as[@]}" "$proctor" -- sh -c 'exit $(($(id -u) == 1000660000 ? 3 : 4))'
check 'one command' ends_with 3
