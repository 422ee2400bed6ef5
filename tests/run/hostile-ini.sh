#!/bin/bash
# Configurations as people and editors write them mean what a person expects: long lines and
# names, quotes, odd signs, other line ends; what cannot be meant is a clear error.
# shellcheck disable=SC1003 # a backslash before a quote is for proctor
set -eu
. "$(dirname "$0")/lib.sh"

# prints NAME EXPECTED: the configuration on stdin makes a program print this
prints()
{
	config
	start
	check "$1" ends_with 0 'main app is done' || :
	check "$1: output" equal "$(<"$out")" "$2"
}

# refused NAME WORDS: the configuration on stdin is not taken
refused()
{
	config
	start
	check "$1" ends_with 78 'the configuration has errors'
	check "$1: told" has "$err" "^$ini:$2"
}

x()
{
	head -c "$1" /dev/zero | tr '\0' x
}

args='log = raw
command = printf "<%s>\n"'

for size in 10000 60000; do
	prints "a line of $size bytes" $size <<<"[main app]
log = raw
command = sh -c 'echo \$\${#1}' sh $(x $size)"
done
refused 'a line of 70,000 bytes' '3: this line is longer than 64 KiB' <<<"[main app]
log = raw
command = echo $(x 70000)"
refused 'a name of 10,000 bytes' "2: unknown key 'x+" <<<"[main app]
$(x 10000) = 1
command = true"

# 200 bytes in a name: in front of each line, and in the last one
name=$(x 200)
config <<<"[main $name]
shell = echo hello; exit 3"
start
check 'a section name of 200 bytes' ends_with 3 "main $name ended with 3"
check 'a section name of 200 bytes: output' equal "$(<"$out")" "$name | hello"
name=$(x 5000)
config <<<"[main $name]
command = true"
start
check 'a section name of 5,000 bytes' ends_with 78
check 'a section name of 5,000 bytes: told' has "$err" \
	"^$ini:1: the name .* is longer than [0-9]+ bytes"

prints 'signs in quotes' "$(printf '<%s>\n' 'a ; b' '# c' ' ;' 'd;e' '#f' '=' '[g]')" <<INI
[main app]
$args "a ; b" '# c' " ;" d;e "#f" = [g]   ; a comment; "with quotes" = # [x]
INI
prints 'quotes and backslashes' "$(printf '<%s>\n' 'a " ; b' 'c \' '\ $ \x' 'd e' '"f"' ';')" <<INI
[main app]
$args "a \\" ; b" 'c \\' "\\\\ \\$ \\x" d\\ e '"f"' \\;   ; a comment
INI
prints 'equals signs and colons' "$(printf '<%s>\n' a:b=c d=e :f)" <<INI
[main app]
$args a:b=c d=e :f
INI
prints 'in a key of text' 'x:y=z | a ; b' <<'INI'
[main app]
log = raw
shell = echo "$ONE | $TWO"
env.ONE = x:y=z
env.TWO = "a ; b"
INI
prints 'blanks, or none' '<a>' <<INI
  [ main   app ]
	log=raw
   command	=   printf "<%s>\n"   a	 
INI
prints 'goes on in the next line' "$(printf '<%s>\n' a b c)" <<INI
[main app]
$args a \\
	b \\
	c
INI
prints 'comments and empty lines' '<a>' <<INI
; comment [x] = y
# comment "
	; comment

[main app] ; comment
# command = echo no
$args a
;
INI
prints 'signs of other languages' "$(printf '<%s>\n' ä€𝄞 ' ')" <<INI
[main app]
$args ä€𝄞 " "
INI
prints 'an empty section' '<a>' <<INI
[proctor]
[main app]
$args a
INI

# other ends of lines and files
prints 'CRLF' "$(printf '<%s>\n' a 'b c' d)" < <(
	printf '[main app]\n%s a "b c" \\\n d\n\n; end\n' "$args" | sed 's/$/\r/')
prints 'no last line end' '<a>' < <(printf '[main app]\n%s a' "$args")
prints 'no last line end, after a comment' '<a>' < <(printf '[main app]\n%s a\n; end' "$args")
prints 'a mark of UTF-8' '<a>' < <(printf '\xef\xbb\xbf[main app]\n%s a\n' "$args")
refused 'UTF-16' ' this is UTF-16; save it as UTF-8' < <(
	printf '[main app]\ncommand = true\n' | iconv -t UTF-16)
refused 'a NUL byte' '2: a NUL byte is in this line' < <(
	printf '[main app]\ncommand = true \0 false\n')
prints 'a NUL byte in a comment' '<a>' < <(printf '[main app]\n; \0\n'; echo "$args a")
refused 'larger than 1 MiB' ' this file is larger than 1 MiB' < <(
	printf '[main app]\ncommand = true\n'; yes '; comment' | head -c 1048576)

# given twice, or not at all
refused 'a section twice' "3: \[main app\] is in this file twice, first in line 1" <<'INI'
[main app]
command = true
[main app]
INI
refused 'a name twice' "3: the name is taken by \[main app\] in $ini:1" <<'INI'
[main app]
command = true
[task app]
command = true
INI
refused 'a key twice' '3: command is in this section twice, first in line 2' <<'INI'
[main app]
command = true
command = false
INI
prints 'a list in two lines' '<a>' <<INI
[main app]
$args a
after = one
after = two
[task one]
command = true
[task two]
command = true
INI
refused 'an empty section of a service' '1: \[service app\] has no command' <<<'[service app]'
refused 'an empty command' '2: command: ' <<<$'[service app]\ncommand ='
refused 'no value' "2: expected KEY = VALUE" <<<$'[service app]\ncommand true'
refused 'no key' '2: a key is missing in front of =' <<<$'[service app]\n= true'
refused 'text behind a header' "1: 'command = true' stands behind the header" \
	<<<'[service app] command = true'
