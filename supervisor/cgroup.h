#ifndef SUPERVISOR_CGROUP_H
#define SUPERVISOR_CGROUP_H

/*
 * One control group per service, where a cgroup v2 subtree can be written:
 * then even those of its processes that left its process group can be killed
 * with it, and nobody else.  In most containers it cannot; then process
 * groups have to do.  See cgroups(7) and the kernel's cgroup-v2.rst.
 *
 * No controller is enabled in them: they only hold processes together.
 */

#include "config/config.h"

struct cgroups {
	int folder; /* owned: holds one folder per service; -1: none */
	char *path; /* owned: its own, or NULL */
};

/* Never fails: without a place for them there are none. */
void cgroups_init(struct cgroups *);

/* Removes them, empty as they are by now. */
void cgroups_clear(struct cgroups *, const struct config *);

/*
 * The folder of this service's group, for clone3(2) with CLONE_INTO_CGROUP; a
 * new one, if the last one was killed.  The caller closes it.  -1: none.
 */
int cgroups_open(const struct cgroups *, const char *service, bool was_killed);

/* SIGKILL for all in it.  Whether there was anybody. */
bool cgroups_kill(const struct cgroups *, const char *service);

/* Whether nobody is in it, as far as can be told. */
bool cgroups_is_empty(const struct cgroups *, const char *service);

/*
 * The folder of the cgroup v2 that a process is in: what /proc/self/cgroup
 * (membership) says, below one of the usual mount points of root, "" for "/".
 * NULL: there is none.  Owned by the caller.
 */
char *cgroups_find(const char *membership, const char *root);

#endif
