#!/bin/bash
# 'proctor probe' itself: exit statuses, one line, and a time that is kept whatever it asks.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/probe-words"

# wrong WORDS ARG...: a usage error
wrong()
{
	probe "${@:2}"
	equal "$status $(<"$out")" '64 ' || return 1
	has "$err" "^proctor: probe: $1$" && lines "$err" '' 1
}

check 'good' good 'exec: true' 'ended with 0'
check 'its first line' good "exec: printf 'one\ntwo'" one
check 'its standard error, too' good "exec: sh -c 'echo oops >&2'" oops
check 'bad' bad 'exec: false' 'ended with 1'
check 'with its line' bad "exec: sh -c 'echo oops; exit 3'" 'ended with 3: oops'
check 'killed' bad "exec: sh -c 'kill -SEGV \$\$'" 'was killed by SIGSEGV'
check 'not found' bad 'exec: nginxx' "'nginxx' was not found"
check 'not executable' bad "exec: $work" "'$work': Permission denied"
check 'no input' good 'exec: wc -c' 0
A='x  y' check 'from the environment' good "exec: printf <%s> \${A} b" '<x  y><b>'
check 'a lot of output' good "exec: sh -c 'echo first; exec head -c 10000000 /dev/zero'" first
check 'in clean text' good "exec: printf 'a\033[1mb\377c'" 'a\?\[1mb\?c'

touch "$work/alive"
check 'a file' good "file://$work/alive?max_age=1h" 'modified [0-9.]+ s ago'
touch -d '1 minute ago' "$work/alive"
check 'an old file' bad "file://$work/alive?max_age=10s" 'modified 6[0-9.]+ s ago, more than 10.0 s'
check 'no file' bad "file://$work/none" 'no such file'

check 'no URL' wrong 'write proctor probe URL'
check 'two URLs' wrong "unexpected argument 'b'; see proctor probe --help" tcp://h:1 b
check 'a bad URL' wrong "'htpp://h' is not a probe; did you mean 'http'\?" htpp://h
check 'a bad option' wrong "unknown option '--tmeout'; see proctor probe --help" --tmeout 5s tcp://h:1
check 'no time' wrong "missing argument of '--timeout'; see proctor probe --help" tcp://h:1 --timeout
check 'a bad time' wrong "--timeout: '5' has no unit; write 5s or 5ms" tcp://h:1 --timeout 5
check 'a time of 0' wrong "--timeout: '0' is no time to wait; write one such as 5s" tcp://h:1 \
	--timeout 0

# Their number is in their time: other scripts have sleepers, too.
n=$$

default_timeout()
{
	probe "exec: sleep 1000.$n"
	equal "$status $(<"$err")" "1 proctor: exec: sleep 1000.$n: no answer within 1s"
}

check 'a second, unless told' slower 1000 default_timeout
check 'what is told' faster 15000 bad "exec: sleep 1001.$n" 'no answer within 200ms' --timeout=200ms
sleepers="exec: sh -c 'sleep 1002.$n & sleep 1003.$n & trap \"\" TERM INT; wait'"
check 'all of its group goes' bad "$sleepers" 'no answer within 200ms' --timeout 200ms
check 'and is gone' within 10 no pgrep -f -x "sleep 100[123].$n"
check 'what it leaves goes, too' good "exec: sh -c 'sleep 1002.$n >/dev/null & echo done'" 'done'
check 'and is gone as well' within 10 no pgrep -f -x "sleep 100[123].$n"
check 'nobody waits for who holds the pipe' faster 19000 good \
	"exec: sh -c 'setsid sleep 40 & echo done'" 'done'

hanging_server hang
check 'accepts and never answers' bad "http://127.0.0.1:$port/" 'no answer within 200ms' \
	--timeout 200ms
end_server KILL
hanging_server drip
check 'one byte a second' bad "http://127.0.0.1:$port/" 'no answer within 1500ms' \
	--timeout 1500ms
end_server KILL
hanging_server flood
check 'a body without end' faster 19000 good "http://127.0.0.1:$port/" 'HTTP 200 OK'
end_server KILL

# a probe that is killed takes its command with it
"$proctor" probe "exec: sleep 1004.$n" --timeout 1h &
server=$!
check 'its command runs' within 10 pgrep -f -x "sleep 1004.$n"
end_server KILL
check 'and goes with it' within 10 no pgrep -f -x "sleep 1004.$n"
