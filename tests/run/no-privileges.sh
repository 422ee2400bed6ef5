#!/bin/bash
# With no capability left and no_new_privs, as root and as another uid, proctor does all it
# does, and the services have no more than it has.
set -eu
. "$(dirname "$0")/lib.sh"
need_root

drop=(setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all --no-new-privs)

for uid in 0 1234; do
	as=(setpriv --reuid "$uid" --regid "$uid" --clear-groups "${drop[@]}")
	config <<-'INI'
	[main app]
	shell = echo "I am $(id -u)"; grep -E '^(Cap(Inh|Prm|Eff|Amb)|NoNewPrivs):' /proc/self/status
	INI
	start "${as[@]}"
	check "uid $uid" ends_with 0 'main app is done'
	check "uid $uid: it is that" has "$out" "^app \\| I am $uid\$"
	check "uid $uid: no capability" lines "$out" '^app \| Cap...:[[:space:]]0+$' 4
	check "uid $uid: no_new_privs" has "$out" '^app \| NoNewPrivs:[[:space:]]1$'
	lives "${as[@]}"
	boot "${as[@]}" "$proctor" -- sh -c 'exit 3'
	check "uid $uid: one command" ends_with 3
done
