/*
 * When PID 1 ends, all that is left in its namespace is killed at once, and
 * has gone before PID 1 can be waited for.
 */
#include "fact.h"

static int ends_of_pipe[2];

/* It holds the writing end as long as it lives. */
static int
stay(void)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	(void)setsid();
	(void)!write(ends_of_pipe[1], "s", 1);
	return wait_for_ever();
}

/* Ends when the other is there. */
static int
leave(void)
{
	char byte;

	start(stay);
	return read(ends_of_pipe[0], &byte, 1) == 1 ? 7 : 10;
}

int
main(void)
{
	char byte;

	if (pipe2(ends_of_pipe, O_NONBLOCK) < 0)
		die("pipe2");
	/* Only PID 1 waits there. */
	(void)fcntl(ends_of_pipe[0], F_SETFL, 0);
	fact("PID 1 has its own status", status_of(start_init(leave)), 7);
	close(ends_of_pipe[1]);
	(void)fcntl(ends_of_pipe[0], F_SETFL, O_NONBLOCK);
	fact("nobody is left by then", read(ends_of_pipe[0], &byte, 1), 0);
	return facts_failed;
}
