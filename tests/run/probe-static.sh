#!/bin/bash
# 'proctor probe' in an image FROM scratch: the static build, and not one file besides. It knows
# addresses, localhost and /etc/hosts.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/probe-words"
static=${PROCTOR_STATIC:-$root/build/static/proctor}
need 'needs build/static/proctor; make static' test -x "$static"

image=$work/image
mkdir "$image"
cp "$static" "$image/proctor"
chmod -R a-w "$image"
cat >"$work/enter" <<ENTER
#!/bin/sh
exec chroot '$image' /proctor "\$@"
ENTER
chmod +x "$work/enter"
proctor=$work/enter

port=$(free_port)
mkdir "$work/html"
/usr/bin/python3 -m http.server --bind 127.0.0.1 -d "$work/html" "$port" >"$work/said" 2>&1 &
server=$!
check 'an address' within 30 good "http://127.0.0.1:$port/" 'HTTP 200 OK'
check 'localhost, without a file' good "http://localhost:$port/" 'HTTP 200 OK'
check 'a port' good "tcp://localhost:$port" connected
check 'another name' bad "tcp://web:$port" \
	'web: the name is not in /etc/hosts, and the static build asks no DNS'
chmod u+w "$image"
mkdir "$image/etc"
echo '127.0.0.1 web' >"$image/etc/hosts"
check 'a name in /etc/hosts' good "tcp://web:$port" connected
check 'a command' good 'exec: /proctor --version' 'proctor .*'
check 'a file' good 'file:///proctor' 'modified .*'
end_server KILL

probe https://127.0.0.1:1/
check 'https it has not, and says so' equal "$status $(<"$err")" '64 proctor: probe: '\
'this build of proctor has no TLS; take the distribution'\''s build, or probe with http or tcp'
probe grpc://127.0.0.1:1
check 'nor grpc' equal "$status $(<"$err")" '64 proctor: probe: '\
'this build of proctor has no HTTP/2; take the distribution'\''s build, or probe with tcp'
