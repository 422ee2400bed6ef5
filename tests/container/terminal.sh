#!/bin/bash
# docker run -it: stdin = tty gives an interactive shell the terminal with its job
# control, and Ctrl-C ends what runs in the shell, not the container.
set -eu
. "$(dirname "$0")/lib.sh"
plain_image

config <<'INI'
[service side]
command = tail -f /dev/null
[main shell]
command = bash --norc
stdin = tty
INI
run -it "$image"
mkfifo "$work/keys"
exec 3<>"$work/keys"
script -qec "docker attach $id" /dev/null <"$work/keys" >/dev/null 9>&- &
processes+=($!)

# shellcheck disable=SC2016 # for the shell in the container
echo 'echo I have $(tty); sleep 1000' >&3
check 'the shell has the terminal' within 5 logged 'I have /dev/'
started sleep
printf '\003' >&3
# shellcheck disable=SC2016
echo 'echo it was $?; exit 7' >&3
check 'Ctrl-C ends the command and not the shell' within 5 logged 'it was 130'
check 'the status of the shell' ends_with 7
check 'no complaint about job control' equal "$(docker logs "$id" | grep -c 'job control')" 0
