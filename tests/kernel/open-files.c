/*
 * O_NONBLOCK belongs to the open file: what inherits or duplicates the
 * descriptor shares it, but the two ends of a pipe are two open files, and
 * /proc/self/fd/N opened anew is one more.
 */
#include "fact.h"

static bool
is_nonblocking(int fd)
{
	return fcntl(fd, F_GETFL) & O_NONBLOCK;
}

static int
set_nonblocking(int fd)
{
	return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static int shared;

static int
set_shared(void)
{
	return set_nonblocking(shared) == 0 ? 0 : 1;
}

static void
two_ends(void)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0 || set_nonblocking(fds[0]) < 0)
		die("pipe2");
	fact("the reading end is set", is_nonblocking(fds[0]), true);
	fact("the writing end is not", is_nonblocking(fds[1]), false);
}

static void
one_more(void)
{
	char path[64];
	int fds[2];
	int again;

	if (pipe(fds) < 0)
		die("pipe");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[1]);
	again = open(path, O_WRONLY | O_NONBLOCK);
	if (again < 0)
		die(path);
	fact("the one opened anew is set", is_nonblocking(again), true);
	fact("the first is not", is_nonblocking(fds[1]), false);
	shared = fds[1];
	if (status_of(start(set_shared)) != 0)
		die("F_SETFL");
	fact("what a child sets, its parent has", is_nonblocking(fds[1]), true);
}

int
main(void)
{
	two_ends();
	one_more();
	return facts_failed;
}
