#!/bin/bash
# Who may do what: root, the user of proctor, members of control_group with its two kinds of
# access, and strangers. By the kernel's word for who connects, supplementary groups included.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/control-words"
need_root

# as UID GID[,GROUP...] STATUS ARG...: proctor as somebody, in the namespaces of PID 1
as()
{
	local code=0 groups=()

	[ "$2" = "${2#*,}" ] || groups=(--groups "${2#*,}")
	[ ${#groups[@]} -gt 0 ] || groups=(--clear-groups)
	nsenter -t "$init" -p -m setpriv --reuid "$1" --regid "${2%%,*}" "${groups[@]}" \
		"$proctor" "${@:4}" -c "$ini" >"$work/printed" 2>"$work/complained" || code=$?
	equal "$code" "$3" || { cat "$work/printed" "$work/complained"; return 1; }
}

# all UID GROUPS: may see and change everything
all()
{
	as "$1" "$2" 0 status web && as "$1" "$2" 0 events && as "$1" "$2" 0 restart web &&
		as "$1" "$2" 0 signal web CONT && as "$1" "$2" 0 stop web && as "$1" "$2" 0 start web
}

# reads UID GROUPS: may see everything, and change nothing
reads()
{
	local verb

	as "$1" "$2" 0 status web && as "$1" "$2" 0 events && as "$1" "$2" 0 wait web || return 1
	for verb in 'start web' 'stop web' 'restart web' 'reload web' 'signal web CONT' shutdown; do
		# shellcheck disable=SC2086 # words
		as "$1" "$2" 2 $verb && lines "$work/complained" 'control_group_access = manage' 1 || return 1
	done
	as "$1" "$2" 0 status web
}

# nothing UID GROUPS
nothing()
{
	local verb

	for verb in status 'wait web' events 'stop web' shutdown; do
		# shellcheck disable=SC2086 # words
		as "$1" "$2" 2 $verb && lines "$work/complained" '^proctor: only root' 1 &&
			no test -s "$work/printed" || return 1
	done
	as 0 0 0 status web
}

# proctor_as UID [ACCESS]: runs as this user
proctor_as()
{
	{
		printf '[proctor]\nruntime_dir = %s\n' "$work/its"
		[ $# -eq 1 ] || printf 'control_group = 4000\ncontrol_group_access = %s\n' "$2"
		printf '[service web]\ncommand = sleep 1000\n'
	} | config
	rm -rf "$work/its"
	mkdir "$work/its"
	chown "$1:$1" "$work/its"
	chmod 711 "$work/its"
	start setpriv --reuid "$1" --regid "$1" --clear-groups
	within 5 as 0 0 0 wait web
}

# PID 1 may be gone, and with it all of its namespace, before the client is.
asks_to_stop()
{
	local why

	why=$(as 3001 4000 0 shutdown 5 2>&1) || [[ $why = *"'137' is not"* ]] ||
		{ echo "$why"; return 1; }
}

# follows UID GID: the events, as somebody, until they end
follows()
{
	nsenter -t "$init" -p -m setpriv --reuid "$1" --regid "$2" --clear-groups \
		"$proctor" events -f -c "$ini" >"$work/followed" 2>"$work/unfollowed" &
	follower=$!
	within 5 has "$work/followed" 'web: ready'
}

for user in 0 3000; do
	proctor_as $user
	check "$user: root may all" all 0 0
	check "$user: its user may all" all $user $user
	check "$user: nobody else" nothing 65534 65534
	check "$user: not those of its group" nothing 3001 $user
	check "$user: not those of group 0" nothing 3001 3001,0
	check "$user: it stops" clean_stop
	[ $user = 0 ] || continue

	proctor_as $user read
	check "$user: the group may read" reads 3001 4000
	check "$user: a supplementary one as well" reads 3001 3001,5000,4000
	check "$user: another may not" nothing 3001 4001
	check "$user: root may all the same" all 0 0
	check "$user: the group may follow" follows 3001 4000
	sed -i 's/^control_group = .*/control_group = 5000/' "$ini"
	check "$user: another group" as 0 0 0 update
	check "$user: and it follows no more" within 5 gone "$follower"
	check "$user: which it is told" has "$work/unfollowed" 'ended before the answer did'
	check "$user: it may nothing" nothing 3001 4000
	check "$user: but those of the new one" reads 3001 5000
	check "$user: it stops" clean_stop

	proctor_as $user manage
	check "$user: the group may manage" all 3001 4000
	check "$user: a supplementary one, too" all 3001 3001,4000
	check "$user: another may nothing" nothing 3001 4001
	check "$user: a stop by the group" asks_to_stop
	check "$user: is one" ends_with 5
done
