#!/bin/bash
# 'proctor probe' and PostgreSQL: pg_isready and its socket.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/probe-words"
need_root
bindir=$(find /usr/lib/postgresql -name initdb -printf '%h\n' 2>/dev/null | sort | tail -n 1)
need 'needs postgresql' test -n "$bindir"

port=$(free_port)
socket=$work/socket/.s.PGSQL.$port
ready="exec: pg_isready -q -h $work/socket -p $port"
mkdir "$work/socket" "$work/data"
chown postgres "$work/socket" "$work/data"
as_postgres=(setpriv --reuid postgres --regid postgres --clear-groups)
"${as_postgres[@]}" "$bindir/initdb" -D "$work/data" -A trust --no-sync >"$work/said" 2>&1

check 'before the start' bad "unix://$socket" 'connect: No such file or directory'
"${as_postgres[@]}" "$bindir/postgres" -D "$work/data" -p "$port" -k "$work/socket" \
	-c listen_addresses= -c fsync=off >"$work/said" 2>&1 &
server=$!
check 'pg_isready, once it is' within 60 is_good "$ready" --timeout 5s
check 'its socket' good "unix://$socket" connected
check 'a query' good "exec: psql -h $work/socket -p $port -U postgres -Atc 'SELECT 40 + 2'" 42
end_server INT
check 'once it is gone' bad "$ready" 'ended with 2'
