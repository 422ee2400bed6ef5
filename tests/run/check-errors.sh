#!/bin/bash
# proctor check tells all that is wrong at once, each as FILE:LINE: what, with the nearest name
# and the path of a circle, and exits 78. run tells the same, and starts nothing.
set -eu
. "$(dirname "$0")/lib.sh"
cd "$work"

# behind each line that is wrong: what is told about it
cat >annotated <<INI
stray = 1                   ; a key stands before the first section
[proctor]
grace = 9                   ; grace: '9' has no unit; write 9s or 9ms
drain_dely = 1s             ; unknown key 'drain_dely'; did you mean 'drain_delay'\?
[servce typo]               ; unknown kind of section 'servce'; did you mean 'service'\?
command = true
[service innocent]
command = touch $work/started
[service web]
command = nginx
after = databse             ; after: 'databse' is no service, task or main; did you mean 'database'\?
requires = web              ; requires: this is the section itself
stop_signal = TREM          ; stop_signal: 'TREM' is not a signal; did you mean TERM\?
restart = sometimes         ; restart: 'sometimes' is not known here; write never, on-failure or always
restart_limit = 5           ; restart_limit: '5' is not a restart limit; write COUNT/TIME
instances = none            ; instances: 'none' is not a number; .* or write cpus
critcal = no                ; unknown key 'critcal'; did you mean 'critical'\?
[service database]
command = db "unclosed      ; command: the quote in .* never closes
user = rooot                ; user: 'rooot' is not in /etc/passwd; did you mean 'root'\?
limit.nofil = 3             ; limit.nofil: 'nofil' is not a resource; did you mean 'nofile'\?
after = cache               ; after: services wait for each other: database -> cache -> queue -> database
[service cache]
command = cache
requires = queue
[service queue]
command = queue
shell = queue               ; shell: command is there too
after = database
env.X = \${NOT_SET}          ; env.X: NOT_SET is not set in the environment; .* \\$\{NOT_SET:-default\}
umask = 8                   ; umask: '8' is not an octal number
[service web]               ; \[service web\] is in this file twice, first in line 9
[task web]                  ; the name is taken by \[service web\] in wrong.ini:9
[service]                   ; a name is missing; write \[service NAME\]
[service a b]               ; 'a b' cannot be a name
[service off]
command = true
enabled = no
[main a]
command = true
requires = off              ; requires: 'off' is not enabled; enable it, or write after
nice = 99                   ; nice: '99' is out of range; write a number from -20 to 19
nice = 3                    ; nice is in this section twice, first in line 42
[main b]                    ; only one \[main\] can be the work of the container, and 'a' is it already
command = true
timeout = 3s                ; 'timeout' is a key of \[task\] and \[check\], not of \[main\]
no equals sign              ; expected KEY = VALUE or \[SECTION\], not 'no equals sign
key : value                 ; expected KEY = VALUE; write = in place of : in
[service empty]             ; \[service empty\] has no command; write command
[broken                     ; a \] is missing in
INI
sed 's/ *; .*//' annotated >wrong.ini
sed -n 's/^.* ; \(.*[^ ]\)$/\1/p' annotated >expected
grep -n ' ; ' annotated | cut -d : -f 1 >numbers

# told FILE: each expected line, at its place, and nothing else
told()
{
	local text number

	lines "$1" '' "$(wc -l <expected)" || return 1
	while IFS= read -r number <&3 && IFS= read -r text <&4; do
		has "$1" "^wrong\.ini:$number: $text" || return 1
	done 3<numbers 4<expected
}

code=0
"$proctor" check -c wrong.ini >"$out" 2>"$err" || code=$?
check 'check: 78' equal $code 78
check 'check: all of them' told "$err"
check 'check: no plan' equal "$(wc -c <"$out")" 0
check 'check: by line' sort -t : -k 2n -c "$err"

quick run -c wrong.ini
check 'run: 78' equal "$status" 78
check 'run: the last line' last_line 78 'the configuration has errors'
sed '$d' "$err" >"$work/errors"
check 'run: all of them' told "$work/errors"
check 'run: nothing was started' no test -e "$work/started"

# one error alone stops it all too
config <<INI
[service innocent]
command = touch $work/started
[service app]
command = true
ready = maybe
INI
start
check 'one error' ends_with 78 'the configuration has errors'
check 'one error: told' lines "$err" "^$ini:5: ready: 'maybe' is not known here" 1
check 'one error: nothing was started' no test -e "$work/started"

# two circles, each with its path and told once
config <<'INI'
[service a]
command = true
after = b
[service b]
command = true
requires = a
[task c]
command = true
after = d
instances = 2
[task d]
command = true
after = c@2
[task apart]
command = true
after = a c
INI
quick check -c "$ini"
check 'circles' equal "$status" 78
check 'circles: their paths' in_order "$err" 'a -> b -> a;' 'c -> d -> c;'
check 'circles: each once' lines "$err" '' 2

# a warning is no error
config <<'INI'
[proctor]
grace = 5s
[service app]
command = true
stop_timeout = 7s
INI
quick check -c "$ini"
check 'a warning' equal "$status" 0
check 'a warning: told' has "$err" "^$ini:5: warning: stop_timeout: 7s is longer than grace \(5s\)"

# about a key
quick check --explain stop_timout
check 'explain: unknown' equal "$status" 64
check 'explain: the nearest' has "$err" "did you mean 'stop_timeout'\?"
