#ifndef SUPERVISOR_PEER_H
#define SUPERVISOR_PEER_H

/*
 * Who is at the other end of a Unix socket, as the kernel says (SO_PEERCRED and
 * SO_PEERGROUPS of unix(7): as it was when it connected), and what that one may do.
 */

#include "config/config.h"

/* Each may what those before it may. */
enum access {
	ACCESS_NONE,
	ACCESS_PAGES, /* the pages of supervisor/pages.h */
	ACCESS_READ, /* all that supervisor/api.h tells */
	ACCESS_MANAGE, /* and change it */
};

/* Root and the user that proctor runs as. */
bool peer_is_owner(int fd);

/* Its group, or one of its supplementary groups; (gid_t)-1 is nobody's. */
bool peer_has_group(int fd, gid_t group);

/* What control_group and control_group_access allow it; control: it is not off. */
enum access peer_access(int fd, const struct config *, bool control);

#endif
