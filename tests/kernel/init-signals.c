/*
 * A signal sent to PID 1 from inside its namespace is dropped if its action is
 * the default, SIGKILL and SIGSTOP too; with a handler it comes.  From outside,
 * SIGKILL kills.
 */
#include "fact.h"

static volatile sig_atomic_t handled;

static void
handle(int signal)
{
	handled = signal;
}

static int
send_all_but_handled(void)
{
	for (int n = 1; n < NSIG; n++)
		if (n != SIGUSR1 && n != SIGCHLD && n != 32 && n != 33)
			(void)kill(1, n);
	return 0;
}

static int
send_handled(void)
{
	return kill(1, SIGUSR1) == 0 ? 0 : 1;
}

/* Had it been stopped, nobody would make it go on: the parent would wait. */
static int
survive(void)
{
	if (signal(SIGUSR1, handle) == SIG_ERR || getpid() != 1)
		return 10;
	if (status_of(start(send_all_but_handled)) != 0)
		return 11;
	if (handled != 0)
		return 12;
	if (status_of(start(send_handled)) != 0)
		return 13;
	/* It was sent by a process that has ended, so it is here by now. */
	return handled == SIGUSR1 ? 0 : 14;
}

int
main(void)
{
	pid_t pid;

	fact("PID 1 gets what it handles and nothing else",
	    status_of(start_init(survive)), 0);

	pid = start_init(wait_for_ever);
	(void)kill(pid, SIGTERM);
	(void)kill(pid, SIGKILL);
	fact("SIGKILL from outside kills PID 1, SIGTERM does not", status_of(pid),
	    128 + SIGKILL);
	return facts_failed;
}
