#!/bin/bash
# clean removes stale files before the first start, and never again; the last part of a path
# may be a pattern. What a link points to stays.
set -eu
. "$(dirname "$0")/lib.sh"

files=$work/files
fill()
{
	rm -rf "$files"
	mkdir -p "$files/sub"
	touch "$files"/{nginx.pid,a.pid,b.pid,.hidden.pid,a.pidx,x.stale,.x.stale,kept,sub/c.pid,target}
	ln -s target "$files/link.pid"
	ln -s nowhere "$files/dangling.pid"
}

fill
config <<INI
[service app]
shell = echo life; ls -A $files $files/sub | sed 's/^/file: /'; touch $files/nginx.pid; exit 3
clean = $files/nginx.pid $files/?.pid "$files/[al]*.pid" $files/dang* $files/*.stale
clean = $files/not-there $files/none-*.pid /no/such/folder/*.pid
restart = on-failure
restart_limit = 1/60s
restart_delay = 10ms
INI
start
check 'ends' ends_with 3 'service app ended with 3 after 1 restart in .*'
awk '/life$/ { life++ } life == 1' "$out" >"$work/first"
for name in nginx.pid a.pid b.pid link.pid dangling.pid x.stale; do
	check "removed: $name" no has "$work/first" "file: ${name//./\\.}$"
done
for name in .hidden.pid .x.stale a.pidx kept target sub c.pid; do
	check "kept: $name" lines "$out" "^app \| file: ${name//./\\.}$" 2
done
check 'not before a restart' lines "$out" '^app \| file: nginx\.pid$' 1
check 'nothing is told' no has "$err" 'clean'

# only what starts is cleaned, and before its program runs
fill
config <<INI
[task first]
shell = ls $files/a.pid
[task second]
shell = ls $files/a.pid
clean = $files/a.pid
after = first
[service never]
command = sleep 1000
clean = $files/b.pid
after = second
INI
start
check 'before its own start' ends_with 2 'task second ended with 2'
check 'not before that' has "$out" '^first \| .*a\.pid$'
check 'not for one that never started' test -e "$files/b.pid"

# with proctor's own rights, not the user's
need_root
fill
chmod 755 "$files"
config <<INI
[main app]
shell = ! ls $files/a.pid
user = 1234
clean = $files/a.pid
INI
start
check "with proctor's own rights" ends_with 0 'main app is done'
