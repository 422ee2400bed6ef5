/*
 * kill(-1) by PID 1 reaches every other process of the namespace, in whatever
 * session, and not PID 1; by another one it spares the sender and PID 1.
 */
#include "fact.h"

static int ready[2];

static int
stay(void)
{
	(void)setsid();
	(void)!write(ready[1], "s", 1);
	return wait_for_ever();
}

/* The child of a child, which becomes PID 1's. */
static int
leave_one(void)
{
	start(stay);
	return 0;
}

static int
kill_all(void)
{
	return kill(-1, SIGKILL) == 0 ? 9 : 10;
}

static int
killed(void)
{
	int status;
	int count = 0;

	while (wait(&status) > 0)
		count += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	return count;
}

static bool
start_two(void)
{
	char bytes[2];

	start(stay);
	return status_of(start(leave_one)) == 0 && read(ready[0], bytes, 1) == 1 &&
	    read(ready[0], bytes + 1, 1) == 1;
}

static int
be_init(void)
{
	if (!start_two() || kill(-1, SIGKILL) < 0)
		return 100;
	if (killed() != 2)
		return 101;
	if (!start_two() || status_of(start(kill_all)) != 9)
		return 102;
	return killed() == 2 ? 0 : 103;
}

int
main(void)
{
	if (pipe(ready) < 0)
		die("pipe");
	fact("kill(-1) reaches all others", status_of(start_init(be_init)), 0);
	return facts_failed;
}
