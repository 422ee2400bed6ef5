#ifndef SUPERVISOR_RIGHTS_H
#define SUPERVISOR_RIGHTS_H

/*
 * The rights at files of a service's user, taken for the moment of an open(2).
 *
 * What a service's user may put in a path's place, a symbolic link to
 * /etc/shadow say, is then no more than that user may read.  Only the
 * user of file accesses changes, setfsuid(2): nobody can signal proctor for it.
 * Where proctor is not root, it has the rights of its services already.
 */

#include <stdbool.h>

#include "config/config.h"

/* Proctor's own supplementary groups that can be kept meanwhile. */
enum { RIGHTS_GROUPS_MAX = 256 };

struct rights {
	bool taken;
	int dumpable;
	int group_count;
	gid_t groups[RIGHTS_GROUPS_MAX];
};

/*
 * 0 or -errno: they cannot be had, and nothing has changed.  Between the two
 * calls there is nothing but the access.
 */
int rights_take(const struct identity *, struct rights *ret_own);
void rights_return(const struct rights *own);

#endif
