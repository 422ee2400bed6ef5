#include "supervisor/execute.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where a command is looked for if PATH is not set; Docker's own default. */
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static const char *
path_of(char *const *envp)
{
	for (; *envp; envp++)
		if (strncmp(*envp, "PATH=", 5) == 0)
			return *envp + 5;
	return DEFAULT_PATH;
}

/* errno says why not; a folder that may not be searched has nothing to refuse. */
static bool
is_refused(const char *path)
{
	int error = errno;
	bool there = error != EACCES || access(path, F_OK) == 0;

	errno = error;
	return there && error != ENOENT && error != ENOTDIR;
}

int
execute(char *const *argv, char *const *envp)
{
	const char *name = argv[0];
	int error = ENOENT;

	if (strchr(name, '/')) {
		execve(name, argv, envp);
		return -errno;
	}
	for (const char *dir = path_of(envp); *name; dir++) {
		size_t length = strcspn(dir, ":");
		char path[PATH_MAX];
		int n = snprintf(path, sizeof(path), "%.*s%s%s", (int)length, dir,
		    length > 0 ? "/" : "", name);

		if (n > 0 && (size_t)n < sizeof(path)) {
			execve(path, argv, envp);
			if (is_refused(path))
				error = errno;
			if (error != ENOENT && error != EACCES)
				break;
		}
		dir += length;
		if (!*dir)
			break;
	}
	return -error;
}
