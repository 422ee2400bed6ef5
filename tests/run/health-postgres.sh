#!/bin/bash
# PostgreSQL says itself when it is ready (sd_notify); pg_isready and its socket are
# checks.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/health-words"
need_root
bindir=$(find /usr/lib/postgresql -name initdb -printf '%h\n' 2>/dev/null | sort | tail -n 1)
need 'needs postgresql' test -n "$bindir"

mkdir "$work/socket" "$work/data"
chown postgres "$work/socket" "$work/data"
setpriv --reuid postgres --regid postgres --clear-groups "$bindir/initdb" -D "$work/data" \
	-A trust --no-sync >"$work/said" 2>&1
config <<INI
[service db]
command = $bindir/postgres -D $work/data -k $work/socket -c listen_addresses= -c fsync=off
user = postgres
ready = notify
stop_signal = INT
[check socket]
service = db
probe = unix://$work/socket/.s.PGSQL.5432
interval = 100ms
[check accepts]
service = db
probe = exec: pg_isready -h $work/socket
interval = 200ms
timeout = 5s
failures = 1
[task migrate]
command = psql -h $work/socket -U postgres -d postgres -Atc 'SELECT 40 + 2'
user = postgres
after = db
INI
start
check 'who comes after it finds it ready' within 30 has "$out" '^migrate \| 42$'
check 'ready' within 10 health 0 ok
check 'by pg_isready' page 200 '/readyz?verbose' \
	'^\[\+\]db/accepts ok: readiness, passing: .*accepting connections$'
check 'and its socket' \
	page 200 '/readyz?verbose' '^\[\+\]db/socket ok: readiness, passing: connected$'
rm "$work/socket/.s.PGSQL.5432"
check 'without its socket nobody gets in' within 10 page 503 /readyz \
	'^db: readiness check accepts failed: .*no response$'
check 'it stops as it should' clean_stop
