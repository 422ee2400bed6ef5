/*
 * An orphan goes to the nearest subreaper above it, else to PID 1; and the
 * subreaper sees from waitid(2) that it has no descendant any more.
 */
#include <sys/prctl.h>

#include "fact.h"

static int parents[2];
static pid_t first; /* the parent of the orphan to be */

/* Says who its parent is when the first one has gone. */
static int
become_orphan(void)
{
	const struct timespec turn = {.tv_nsec = 1000 * 1000};
	pid_t parent;

	while ((parent = getppid()) == first)
		nanosleep(&turn, NULL);
	(void)!write(parents[1], &parent, sizeof(parent));
	return 5;
}

static int
leave_orphan(void)
{
	first = getpid();
	start(become_orphan);
	return 0;
}

static pid_t
parent_of_orphan(void)
{
	pid_t parent = 0;

	if (status_of(start(leave_orphan)) != 0 ||
	    read(parents[0], &parent, sizeof(parent)) != (ssize_t)sizeof(parent))
		return 0;
	return parent;
}

/* Below PID 1 and no subreaper. */
static int
be_nobody(void)
{
	return parent_of_orphan();
}

static int
be_subreaper(void)
{
	siginfo_t info;
	int status;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 || parent_of_orphan() != getpid())
		return 10;
	if (wait(&status) <= 0 || WEXITSTATUS(status) != 5)
		return 11;
	return waitid(P_ALL, 0, &info, WEXITED) < 0 && errno == ECHILD ? 0 : 12;
}

static int
be_init(void)
{
	if (status_of(start(be_nobody)) != 1)
		return 20;
	return status_of(start(be_subreaper));
}

int
main(void)
{
	if (pipe(parents) < 0)
		die("pipe");
	fact("orphans go to the subreaper, else to PID 1", status_of(start_init(be_init)),
	    0);
	return facts_failed;
}
