#include "init/sockets.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* SD_LISTEN_FDS_START */
enum { LISTEN_START = 3 };

/* How many there are for this process; no more than can be kept. */
static int
count(void)
{
	const char *pid = getenv("LISTEN_PID");
	const char *number = getenv("LISTEN_FDS");
	long n;

	if (!pid || !number || strtol(pid, NULL, 10) != (long)getpid())
		return 0;
	n = strtol(number, NULL, 10);
	return n < 0 ? 0 : n < FDSTORE_MAX ? (int)n : FDSTORE_MAX;
}

void
sockets_adopt(struct fdstore *ret_sockets)
{
	const char *names = getenv("LISTEN_FDNAMES");
	char *copy = names ? strdup(names) : NULL;
	char *rest = copy;
	int end = LISTEN_START + count();

	memset(ret_sockets, 0, sizeof(*ret_sockets));
	for (int fd = LISTEN_START; fd < end; fd++) {
		const char *name = rest ? strsep(&rest, ":") : NULL;

		if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0)
			(void)fdstore_add(ret_sockets, fd, name ? name : "unknown");
	}
	free(copy);
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_FDNAMES");
}
