#include "supervisor/peer.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* NGROUPS_MAX of the kernel, in bytes. */
#define GROUPS_SIZE_MAX ((socklen_t)65536 * sizeof(gid_t))

static bool
get(int fd, struct ucred *ret_peer)
{
	socklen_t length = sizeof(*ret_peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret_peer, &length) == 0;
}

bool
peer_is_owner(int fd)
{
	struct ucred peer;

	return get(fd, &peer) && (peer.uid == 0 || peer.uid == geteuid());
}

/* Asked with no room, the kernel says how much it takes. */
static bool
is_among_groups(int fd, gid_t group)
{
	socklen_t length = 0;
	gid_t *groups;
	bool found = false;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &length) == 0 ||
	    errno != ERANGE || length > GROUPS_SIZE_MAX)
		return false;
	groups = malloc(length);
	if (!groups)
		return false;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &length) == 0)
		for (size_t i = 0; i < length / sizeof(*groups); i++)
			found |= groups[i] == group;
	free(groups);
	return found;
}

bool
peer_has_group(int fd, gid_t group)
{
	struct ucred peer;

	if (group == (gid_t)-1 || !get(fd, &peer))
		return false;
	return peer.gid == group || is_among_groups(fd, group);
}

enum access
peer_access(int fd, const struct config *config, bool control)
{
	if (!control)
		return peer_is_owner(fd) ? ACCESS_PAGES : ACCESS_NONE;
	if (peer_is_owner(fd))
		return ACCESS_MANAGE;
	if (!peer_has_group(fd, config->control_gid))
		return ACCESS_NONE;
	return config->control_group_access == CONTROL_MANAGE ? ACCESS_MANAGE
							      : ACCESS_READ;
}
