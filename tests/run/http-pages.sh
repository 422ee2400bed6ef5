#!/bin/bash
# [proctor] http = ADDRESS:PORT: the health pages for whoever can reach it, and a port
# that another one has is the end.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/probe-words"
need 'needs curl' curl --version

port=$(free_port)
url=http://127.0.0.1:$port

# answers STATUS TARGET [ARG...]: the head is in $work/head, the body in $work/body
answers()
{
	local code

	: >"$work/body"
	code=$(curl -s -m 5 -D "$work/head" -o "$work/body" -w '%{http_code}' "${@:3}" "$url$2") || :
	equal "$code" "$1"
}

# head_has REGEX: of the last answer
head_has()
{
	tr -d '\r' <"$work/head" >"$work/lines"
	has "$work/lines" "$1"
}

# all of them
config <<INI
[proctor]
http = 127.0.0.1:$port
[service app]
command = sleep 1000
[check well]
service = app
probe = exec: test ! -e $work/down
interval = 30ms
timeout = 10s
failures = 1
[check alive]
service = app
kind = liveness
probe = exec: echo breathes
timeout = 10s
[service extra]
command = sleep 1001
critical = no
health = exec: false
[task once]
command = true
INI
start
check 'ready' within 5 answers 200 /readyz
check 'its text' equal "$(<"$work/body")" ok
check 'is text' head_has '^Content-Type: text/plain; charset=utf-8$'
check 'is not to be kept' head_has '^Cache-Control: no-store$'
for target in /livez /healthz /startupz; do
	check "$target" answers 200 $target
	check "$target?verbose" answers 200 "$target?verbose"
	check "the last line of $target?verbose" equal "$(tail -n 1 "$work/body")" \
		"${target#/} check passed"
done
# lists TEXT: once each check has been made
lists()
{
	answers 200 '/readyz?verbose' && equal "$(<"$work/body")" "$1"
}
check 'every service and check is listed, with its last answer' within 5 lists "[+]proctor ok: running
[+]app ok: ready
[+]app/well ok: readiness, passing: ended with 0
[+]app/alive ok: liveness, passing: breathes
[+]extra excluded: not ready: readiness check extra/health has not passed yet: ended with 1
[+]extra/health excluded: readiness, pending: ended with 1
[+]once ok: done
readyz check passed"
touch "$work/down"
check 'not ready' within 5 answers 503 /readyz
check 'one line for each thing that is wrong' equal "$(<"$work/body")" \
	'app: readiness check well failed: ended with 1'
check 'verbose as well' answers 503 '/readyz?verbose'
check 'what fails' \
	has "$work/body" '^\[-\]app/well failed: readiness, failing: ended with 1$'
check 'the last line' equal "$(tail -n 1 "$work/body")" 'readyz check failed'
check 'alive' answers 200 /livez
check 'metrics' answers 200 /metrics
check 'are that' head_has '^Content-Type: text/plain; version=0\.0\.4'
check 'status' answers 200 /status
check 'is JSON' head_has '^Content-Type: application/json$'

check 'HEAD' answers 503 /readyz -I
check 'has the length' head_has '^Content-Length: [1-9]'
check 'and no body' equal "$(printf 'HEAD /livez HTTP/1.0\r\n\r\n' |
	timeout 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/$port; cat >&3; cat <&3" |
	tr -d '\r' | tail -n 1)" ''
check 'another page' answers 404 /nothing
check 'it says which there are' has "$work/body" '^404 Not Found; there are /.*/readyz'
for method in POST PUT DELETE OPTIONS TRACE; do
	check "$method" answers 405 /livez -X $method
	check "what $method is told" head_has '^Allow: GET, HEAD$'
done
check 'two requests on one connection' equal \
	"$(curl -s -m 5 -o "$work/body" -o "$work/body" -w '%{num_connects}' "$url"/{live,ready}z)" 10

# somebody else has the port
err=$work/second out=$work/started
quick run -c "$ini"
check 'a busy port' equal "$status" 71
check 'is told' last_line 71 "127.0.0.1:$port: Address already in use"
check 'and nothing was started' equal "$(<"$out")" ''
err=$work/err out=$work/out
check 'it stops' clean_stop
check 'it listens no more' is_bad "tcp://127.0.0.1:$port"

# a socket that nobody listens at is in no one's way; a file is not touched
for what in stale file; do
	[ $what = file ] || /usr/bin/python3 -c 'import socket, sys
socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$work/$what"
	[ -e "$work/$what" ] || echo mine >"$work/$what"
	printf '[proctor]\nhttp = unix:%s\n[main app]\ncommand = true\n' "$work/$what" | config
	quick run -c "$ini"
	echo "$status $(cat "$work/$what" 2>&1)" >"$work/$what.end"
done
check 'a stale socket' has "$work/stale.end" '^0 '
check 'a file' equal "$(<"$work/file.end")" '71 mine'
