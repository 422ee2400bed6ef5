/*
 * WNOWAIT shows a death and leaves the zombie: its pid stays taken, and the
 * rest of its process group can still be signalled by its number.
 */
#include "fact.h"

static int ready[2];

static int
stay_in_group(void)
{
	(void)!write(ready[1], "s", 1);
	return wait_for_ever();
}

/* The leader ends and leaves one of its group behind. */
static int
lead(void)
{
	char byte;

	(void)setpgid(0, 0);
	start(stay_in_group);
	return read(ready[0], &byte, 1) == 1 ? 3 : 10;
}

static int
peek(pid_t pid)
{
	siginfo_t info = {0};

	if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
	    info.si_pid != pid)
		return -1;
	return info.si_status;
}

int
main(void)
{
	char byte;
	pid_t pid;

	if (pipe(ready) < 0)
		die("pipe");
	pid = start(lead);
	if (!ends(pid))
		die("the leader");
	fact("peek", peek(pid), 3);
	fact("peek again", peek(pid), 3);
	fact("the pid is still taken", kill(pid, 0), 0);
	close(ready[1]);
	fact("the group of a zombie can be signalled", kill(-pid, SIGKILL), 0);
	fact("and what was left of it is gone", read(ready[0], &byte, 1), 0);
	fact("it is collected after that", status_of(pid), 3);
	fact("and then the pid is free", kill(pid, 0) < 0 && errno == ESRCH, true);
	return facts_failed;
}
