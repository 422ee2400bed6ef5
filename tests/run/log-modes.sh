#!/bin/bash
# log = prefix, raw, inherit or null: what becomes of a service's output. Standard output stays
# standard output, and standard error stays standard error.
set -eu
. "$(dirname "$0")/lib.sh"

# mode MODE: what of it comes out where, in two files
mode()
{
	printf '[main app]\nshell = %s\n' \
		'printf "one\ntwo"; sleep 0.1; printf " parts\n"; echo oops >&2; printf last' >"$ini"
	[ -z "$1" ] || echo "log = $1" >>"$ini"
	start
	check "$1: ends" ends_with 0 'main app is done'
	cp "$out" "$work/stdout"
	sed '$d' "$err" >"$work/stderr"
}

# content FILE LINE...
content()
{
	printf '%b' "${*:2}" | cmp - "$work/$1"
}

for name in '' prefix; do
	mode "$name"
	check "$name: stdout" content stdout 'app | one\napp | two parts\napp | last\n'
	check "$name: stderr" content stderr 'app | oops\n'
done
mode raw
check 'raw: stdout' content stdout 'one\ntwo parts\nlast\n'
check 'raw: stderr' content stderr 'oops\n'
mode inherit
check 'inherit: stdout' content stdout 'one\ntwo parts\nlast'
check 'inherit: stderr' content stderr 'oops\n'
mode null
check 'null: stdout' content stdout ''
check 'null: stderr' content stderr ''

# what a descriptor is, seen from inside
for name in prefix raw inherit null; do
	printf '[main app]\nlog = %s\nshell = %s >%s\n' $name \
		'exec 3>&1 4>&2; readlink /proc/self/fd/3 /proc/self/fd/4' "$work/links" >"$ini"
	start
	ended
	links=$(sed 's/[0-9]*//g' "$work/links" | sort -u | xargs)
	case $name in
	prefix | raw)
		check "$name: pipes" equal "$links" 'pipe:[]'
		check "$name: one each" equal "$(sort -u "$work/links" | wc -l)" 2
		;;
	inherit) check "$name: proctor's own" in_order "$work/links" "$out" "$err" ;;
	null) check "$name: /dev/null" equal "$links" /dev/null ;;
	esac
done

# several at the same time: whole lines
config <<'INI'
[task a]
shell = i=0; while [ $i -lt 300 ]; do printf a; printf 'aaa\n'; i=$((i + 1)); done
instances = 3
[task b]
shell = i=0; while [ $i -lt 300 ]; do printf b; printf 'bbb\n'; i=$((i + 1)); done
log = raw
INI
start
check 'many: end' ends_with 0 'all tasks are done'
check 'many: all of them' lines "$out" '^(a@. \| aaaa|bbbb)$' 1200
check 'many: only whole ones' lines "$out" '' 1200
