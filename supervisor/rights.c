#include "supervisor/rights.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <unistd.h>

/* They tell no error, only who it was before; see setfsuid(2). */
static bool
is_file_user(const struct identity *identity)
{
	if (identity->uid != (uid_t)-1 && (uid_t)setfsuid((uid_t)-1) != identity->uid)
		return false;
	return identity->gid == (gid_t)-1 || (gid_t)setfsgid((gid_t)-1) == identity->gid;
}

static bool
changes_nothing(const struct identity *identity)
{
	return geteuid() != 0 ||
	    (identity->uid == (uid_t)-1 && identity->gid == (gid_t)-1 &&
		!identity->groups_set);
}

int
rights_take(const struct identity *identity, struct rights *own)
{
	memset(own, 0, sizeof(*own));
	if (changes_nothing(identity))
		return 0;
	own->group_count = getgroups(RIGHTS_GROUPS_MAX, own->groups);
	if (own->group_count < 0)
		return -errno;
	own->dumpable = prctl(PR_GET_DUMPABLE);
	if (identity->groups_set &&
	    setgroups(identity->group_count, identity->groups) < 0)
		return -errno;
	own->taken = true;
	/* The user comes last: capabilities go with it. */
	if (identity->gid != (gid_t)-1)
		(void)setfsgid(identity->gid);
	if (identity->uid != (uid_t)-1)
		(void)setfsuid(identity->uid);
	if (is_file_user(identity))
		return 0;
	rights_return(own);
	own->taken = false;
	return -EPERM;
}

/*
 * The change has made /proc/PID of proctor another's, as after a change of
 * user; but there are those who write to /proc/1/fd/1.  See prctl(2).
 */
void
rights_return(const struct rights *own)
{
	if (!own->taken)
		return;
	(void)setfsuid(geteuid());
	(void)setfsgid(getegid());
	(void)!setgroups((size_t)own->group_count, own->groups);
	if (own->dumpable == 1)
		(void)prctl(PR_SET_DUMPABLE, 1);
}
