#!/bin/bash
# 'proctor probe' and nginx: http and https as the kubelet sees them.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/probe-words"
need 'needs nginx' command -v nginx
need 'needs openssl' command -v openssl

port=$(free_port)
until secure=$(free_port) && [ "$secure" != "$port" ]; do :; done
http=http://127.0.0.1:$port
https=https://127.0.0.1:$secure
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=somebody.example \
	-keyout "$work/key" -out "$work/certificate" 2>/dev/null
mkdir "$work/html"
echo 'all is well' >"$work/html/index.html"
head -c 20000000 /dev/zero >"$work/html/big"
nginx_config >"$work/nginx.conf" <<CONF
server {
	listen 127.0.0.1:$port;
	listen [::1]:$port;
	listen 127.0.0.1:$secure ssl;
	ssl_certificate $work/certificate;
	ssl_certificate_key $work/key;
	root $work/html;
	location = /ill { return 503; }
	location = /empty { return 204; }
	location = /moved { return 301 /; }
	location = /secure { return 302 $https/; }
	location = /away { return 302 http://elsewhere.example/; }
	location = /loop { return 302 /loop; }
	location = /hidden { return 200; if (\$http_user_agent !~ ^proctor/) { return 403; } }
}
CONF
nginx -p "$work" -c "$work/nginx.conf" -e "$work/error.log" >"$work/said" 2>&1 &
server=$!
check 'nginx starts' within 30 is_good "$http/"

check 'http' good "$http/" 'HTTP 200 OK'
check 'by name' good "http://localhost:$port/" 'HTTP 200 OK'
check 'IPv6' good "http://[::1]:$port/" 'HTTP 200 OK'
check 'no body' good "$http/empty" 'HTTP 204 No Content'
check 'not there' bad "$http/nothing?a=b" 'HTTP 404 Not Found'
check 'ill' bad "$http/ill" 'HTTP 503 Service Temporarily Unavailable'
check 'says who it is' good "$http/hidden" 'HTTP 200 OK'
check 'a big file' good "$http/big" 'HTTP 200 OK'
check 'is not read to its end' within 10 has "$work/access.log" '"GET /big HTTP/1.1" 200 [0-9]{1,7} '

check 'a redirect is followed' good "$http/moved" 'HTTP 200 OK'
check 'not to another host' good "$http/away" \
	'HTTP 302, not followed to another host: http://elsewhere.example/'
check 'and not for ever' bad "$http/loop" 'more than 10 redirects'

if is_lacking https; then
	skip 'https' 'not in this build'
else
	check 'https, whatever the certificate' good "$https/" 'HTTP 200 OK'
	check 'a redirect to https' good "$http/secure" 'HTTP 200 OK'
	check 'not there, by https' bad "$https/nothing" 'HTTP 404 Not Found'
fi
check 'nginx has nothing to complain about' no grep -aE 'reset|broken|\[(error|crit)\]' \
	<(grep -avE '"GET /(nothing|big)[ ?]' "$work/error.log")

check 'http where there is TLS' bad "http://127.0.0.1:$secure/" 'HTTP 400 Bad Request'
is_lacking https || check 'https where there is none' bad "https://127.0.0.1:$port/" \
		'TLS handshake: .*'

pkill -STOP -P "$server"
kill -STOP "$server"
check 'one that hangs' slower 300 bad "$http/" 'no answer within 300ms' --timeout 300ms
pkill -KILL -P "$server"
end_server KILL
check 'one that is gone' within 10 bad "$http/" "connect to 127.0.0.1:$port: Connection refused"
