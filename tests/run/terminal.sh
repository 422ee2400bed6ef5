#!/bin/bash
# stdin = tty gives one service the terminal: its keys and its window size are for that one
# and for no other, as PID 1 of a container and as a job of a shell.
set -eu
. "$(dirname "$0")/lib.sh"
helper signals

# on_terminal COMMAND...: with the steps of terminal.py from stdin
on_terminal()
{
	status=0
	timeout 60 python3 "$here/terminal.py" "$@" >"$out" 2>"$err" || status=$?
	sed -i 's/\r$//' "$out"
}

# as_init ARG...: proctor with these is PID 1, and the terminal its own, as in docker run -t
as_init()
{
	on_terminal "${enter[@]}" setsid --ctty "$proctor" "$@"
}

# in_shell: a shell with job control, in a namespace, so that no job outlives it
in_shell()
{
	on_terminal "${enter[@]}" env PS1='shell> ' sh -c \
		'setsid --ctty --wait bash --norc --noprofile -i; exit $?'
}

done_well()
{
	equal "$status $(<"$err")" '0 '
}

# ---- as PID 1 -----------------------------------------------------------------------------

keys()
{
	cat <<-'STEPS'
	expect ready
	type \x03
	expect INT from 0
	type \x1a
	expect TSTP from 0
	size 40 100
	expect WINCH from 0
	type \x1c
	expect QUIT from 0
	STEPS
}

config <<INI
[main front]
command = $bin/signals -x QUIT
stdin = tty
after = back
[service back]
command = $bin/signals $work/back
[service other]
shell = (: </dev/tty) 2>/dev/null && echo has the terminal; exec sleep 1000
INI
as_init run -c "$ini" < <(keys)
check 'keys and window size' done_well
check 'not for others' no grep -vE 'ready|TERM from 1|CONT from 1' "$work/back"
check 'nor is the terminal' no has "$out" 'has the terminal'
check 'the last line' has "$out" '^proctor \| exit 0: main front is done$'
as_init -- "$bin/signals" -x QUIT < <(keys)
check 'one command: keys and window size' done_well
on_terminal "${enter[@]}" setsid --ctty sh -c 'exec "$@" </dev/null' sh \
	"$proctor" -- sh -c 'echo asks >/dev/tty' < <(echo 'expect asks')
check 'one command: a terminal that is not its input stays' done_well

typing()
{
	cat <<-'STEPS'
	type one\n
	expect one\r\none\r\n
	type \x1a
	expect \^Z
	type two\n
	expect two\r\ntwo\r\n
	type \x04
	STEPS
}

config <<'INI'
[main front]
command = cat
stdin = tty
INI
as_init run -c "$ini" < <(typing)
check 'Ctrl-Z does not stop what nobody could make go on' done_well
as_init -- cat < <(typing)
check 'one command: nor does it there' done_well

config <<'INI'
[service front]
shell = read -r line; echo "it said $line"; exit 5
stdin = tty
INI
as_init run -c "$ini" < <(printf 'type hello\\n\nexpect it said hello\n')
check 'its status' equal "$status $(<"$err")" '5 '

# ---- as a job of a shell --------------------------------------------------------------------

# job COMMAND LINE: stopped, looked after, and taken up again
job()
{
	cat <<-STEPS
	expect shell>
	type $1\\n
	expect up\\r\\n
	type one\\n
	expect one\\r\\none\\r\\n
	type \\x1a
	expect Stopped
	type echo the shell has \$((20+22))\\n
	expect the shell has 42
	type fg\\n
	expect proctor
	type two\\n
	expect two\\r\\ntwo\\r\\n
	size 30 90
	type \\x03
	expect shell>
	type echo it was \$?\\n
	expect it was 130
	type exit 0\\n
	STEPS
}

config <<INI
[main front]
shell = echo up; exec cat
stdin = tty
after = back
[service back]
command = $bin/signals $work/back
INI
rm "$work/back"
in_shell < <(job "$proctor run -c $ini")
check 'Ctrl-Z, fg, Ctrl-C' done_well
check 'the others have heard nothing' no grep -vE 'ready|TERM from|CONT from' "$work/back"
in_shell < <(job "$proctor -- sh -c 'echo up; exec cat'")
check 'one command: Ctrl-Z, fg, Ctrl-C' done_well

# background COMMAND LINE STATE: stopped, sent to the background, and let go on there until it
# is in that state; the terminal stays the shell's
background()
{
	cat <<-STEPS
	expect shell>
	type $1\n
	expect up\r\n
	type \x1a
	expect Stopped
	expect shell>
	type bg\n
	expect shell>
	type echo >$work/fifo\n
	expect bye\r\n
	type \n
	type until jobs | grep -q "^.1.*$2" || [ -z "$2\$(jobs)" ]; do sleep 0.1; done\n
	type echo the shell has \$((20+22))\n
	expect the shell has 42
	type echo and keeps \$((21+22))\n
	expect and keeps 43
	type kill -9 %1; exit 0\nexit 0\n
	STEPS
}

# it waits there without a child, which might be stopped alone
mkfifo "$work/fifo"
script="echo up; read -r _ <$work/fifo; echo bye"
in_shell < <(background "$proctor -- sh -c '$script'" '')
check 'one command: bg, and it ends' done_well
in_shell < <(background "$proctor -- sh -c '$script; exec cat'" Stopped)
check 'one command: bg, and it wants the terminal' done_well
sed -i "s|^shell = .*|shell = $script|" "$ini"
in_shell < <(background "$proctor run -c $ini" '')
check 'bg, and it ends' done_well
sed -i 's/^shell = .*/&; exec cat/' "$ini"
in_shell < <(background "$proctor run -c $ini" Stopped)
check 'bg, and it wants the terminal' done_well
