#!/bin/bash
# The files of FILE.d/*.ini are read after FILE in the order of their names. Each can add
# sections, and what it says about a key replaces what the files before it said about it.
set -eu
. "$(dirname "$0")/lib.sh"

folder=$ini.d
config <<'INI'
[service app]
shell = echo base $WHO $WHAT; exec sleep 1000
env.WHO = base
env.WHAT = base
after = first second
[task first]
command = echo one
[task second]
command = sh -c 'sleep 0.2; echo two'
INI
start
check 'no folder' within 5 has "$out" '^app \| base base base$'
check 'no folder: a stop' clean_stop

mkdir "$folder"
start
check 'an empty folder' within 5 has "$out" '^app \| base base base$'
check 'an empty folder: a stop' clean_stop

# in the order of bytes: 10 before 9, capitals first
printf '[service app]\nenv.WHO = ten\nenv.WHAT = ten\n' >"$folder/10.ini"
printf '[service app]\nenv.WHO = nine\n' >"$folder/9.ini"
printf '[service app]\nenv.WHO = capital\nenv.WHAT = capital\n' >"$folder/0Z.ini"
start
check 'the last one wins, key by key' within 5 has "$out" '^app \| base nine ten$'
check 'what none says stays' in_order "$out" '^second \| two$' '^app'
check 'the last one wins: a stop' clean_stop

# sections of its own, and lists as a whole
cat >"$folder/a.ini" <<'INI'
[proctor]
grace = 100ms
[service app]
after = added
[task added]
command = echo added
[service stubborn]
shell = trap '' TERM; echo up; while :; do sleep 0.02; done
INI
printf '[task second]\nenabled = no\n' >"$folder/b.ini"
start
within 5 has "$out" '^stubborn \| up$'
check 'a section more' within 5 in_order "$out" '^added \| added$' '^app'
check 'a list is replaced' no has "$out" '^second'
check 'a key of [proctor]' faster 8000 stops_with 137 '.*'

# shell and command replace each other
rm "$folder"/*.ini
printf '[service app]\ncommand = echo command\nafter =\n' >"$folder/a.ini"
start
check 'command in place of shell' ends_with 69
check 'command in place of shell: its output' has "$out" '^app \| command$'
printf '[service app]\nshell = echo shell again\n' >"$folder/b.ini"
start
check 'and back' ends_with 69
check 'and back: its output' has "$out" '^app \| shell again$'

# only *.ini, and no hidden ones
rm "$folder"/*.ini
for name in a.ini~ a.conf .hidden.ini ini a.ini.bak; do
	echo nonsense >"$folder/$name"
done
start
check 'other files are passed over' within 5 has "$out" '^app \| base base base$'
check 'other files: a stop' clean_stop

# errors name the file they are in
printf '[service app]\nenv.WHO = a\nenv.WHO = b\nnicee = 3\n' >"$folder/a.ini"
printf '\n[task app]\ncommand = true\n' >"$folder/b.ini"
start
check 'errors' ends_with 78 'the configuration has errors'
check 'errors: twice in one file' has "$err" "^$folder/a\.ini:3: env\.WHO is in this section twice"
check 'errors: an unknown key' has "$err" "^$folder/a\.ini:4: unknown key 'nicee'"
check 'errors: a name of another kind' has "$err" \
	"^$folder/b\.ini:2: the name is taken by \[service app\] in $ini:1"
rm "$folder"/*.ini
mkdir "$folder/folder.ini"
start
check 'a folder' ends_with 78 'the configuration has errors'
check 'a folder: told' has "$err" "^$folder/folder\.ini: this is not a regular file$"
