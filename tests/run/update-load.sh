#!/bin/bash
# proctor update with a hundred services that write all the time, while a service that does not
# change and the API answer requests: what has not changed goes on, and no request is lost.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/control-words"
need 'needs python3' python3 -c ''
need 'needs curl' curl --version

# services FIRST LAST ARG: talkers, with an argument that may change
services()
{
	local i

	for ((i = $1; i <= $2; i++)); do
		printf '[service s%d]\nshell = while :; do echo %s; sleep 0.3; done\n' "$i" "$3"
		printf 'critical = no\n'
	done
}

# pids NAME...: of these services
pids()
{
	"$proctor" status -c "$ini" "$@" | awk 'NR > 1 && $4 + 0 > 0 { print $1, $4 }' | sort
}

names()
{
	seq -f 's%g' "$1" "$2"
}

cat >"$work/server.py" <<'PY'
import http.server, os, socketserver, sys

class Server(socketserver.ThreadingUnixStreamServer):
    request_queue_size = 128
    def get_request(self):
        return self.socket.accept()[0], ("client", 0)

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *arguments):
        pass

Server(sys.argv[1], Page).serve_forever()
PY
serving="[service server]
command = python3 $work/server.py $work/server.sock"

{
	echo "$serving"
	services 1 100 one
} | config
begin
check 'the server listens' within 60 test -S "$work/server.sock"
# shellcheck disable=SC2046 # names
check 'all run' run 0 wait server $(names 1 100) --timeout 60s

# ask NAME SOCKET PATH: again and again, until the end; what went wrong is in NAME
ask()
{
	local asked=0

	while [ ! -e "$work/enough" ]; do
		asked=$((asked + 1))
		curl -sf --max-time 60 -o /dev/null --unix-socket "$2" "http://x$3" ||
			echo "request $asked failed: $?" >>"$work/$1.wrong"
	done
	echo $asked >"$work/$1.asked"
}

ask server "$work/server.sock" / &
ask api /run/proctor/proctor.sock /v1/services &
# shellcheck disable=SC2046 # names
pids server $(names 1 60) >"$work/before"
{
	echo "$serving"
	services 1 60 one
	services 61 90 two
	services 101 110 one
} | config
check 'a dry run' prints 0 's101' update --dry-run
# shellcheck disable=SC2046 # names
check 'changes nothing' equal "$(pids server $(names 1 60))" "$(<"$work/before")"
check 'update' faster 60000 run 0 update
# shellcheck disable=SC2046 # names
check 'the new ones run' run 0 wait $(names 101 110) --timeout 60s
# shellcheck disable=SC2046 # names
check 'the changed ones run' run 0 wait $(names 61 90) --timeout 60s
check 'with their new command' within 60 has "$out" '^s61 \| two$'
check 'those that are gone are gone' run 69 status s91
# shellcheck disable=SC2046 # names
check 'the others are what they were' equal "$(pids server $(names 1 60))" "$(<"$work/before")"
check 'nothing new' prints 0 '^nothing has changed$' update
for round in one two one two; do
	{
		echo "$serving"
		services 1 60 one
		services 61 90 "$round"
	} | config
	check "update to $round" run 0 update
	sleep 0.5
done
# shellcheck disable=SC2046 # names
check 'after four more as well' equal "$(pids server $(names 1 60))" "$(<"$work/before")"
touch "$work/enough"
asked()
{
	test -s "$work/server.asked" && test -s "$work/api.asked"
}
check 'all that was asked is answered' within 60 asked
check "$(<"$work/server.asked") requests to the service, none lost" no test -s "$work/server.wrong"
check "$(<"$work/api.asked") requests to the API, none lost" no test -s "$work/api.wrong"
check 'it stops' faster 19000 clean_stop
