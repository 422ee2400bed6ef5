#include "supervisor/handles.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where the default is to do nothing, or to go on; see signal(7). */
static bool
is_harmless(int signal)
{
	return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG ||
	    signal == SIGWINCH;
}

/* The signal of a mask such as "\nSigCgt:\t"; see proc(5).  false: it is not there. */
static bool
find(const char *text, const char *name, int signal, bool *ret_is_in)
{
	const char *at = strstr(text, name);
	char *end;
	uint64_t mask;

	if (!at)
		return false;
	at += strlen(name);
	mask = strtoull(at, &end, 16);
	*ret_is_in = (mask >> (signal - 1) & 1) != 0;
	return *end == '\n';
}

bool
handles_nothing(pid_t pid, int signal)
{
	static const char *const masks[] = {"\nSigBlk:\t", "\nSigIgn:\t", "\nSigCgt:\t"};
	char path[32];
	char text[4096];
	bool is_in;
	ssize_t n;
	int fd;

	if (is_harmless(signal))
		return false;
	(void)snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (size_t i = 0; i < sizeof(masks) / sizeof(*masks); i++)
		if (!find(text, masks[i], signal, &is_in) || is_in)
			return false;
	return true;
}
