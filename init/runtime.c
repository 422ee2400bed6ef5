#include "init/runtime.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Others may pass through, to a socket that is theirs to use; see unix(7). */
#define RUNTIME_MODE 0711

static int
use(const char *path)
{
	struct stat st;

	if (mkdir(path, RUNTIME_MODE) < 0 && errno != EEXIST)
		return -errno;
	if (lstat(path, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	if (st.st_uid != geteuid())
		return -EPERM;
	return access(path, W_OK | X_OK) < 0 ? -errno : 0;
}

int
runtime_open(const struct config *config, char *ret_path, size_t size)
{
	char shm[64];
	const char *const places[] = {config->runtime_dir, "/run/proctor", shm};
	const char *first = NULL;
	int error = 0;

	(void)snprintf(
	    shm, sizeof(shm), "/dev/shm/proctor-%lu", (unsigned long)geteuid());
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int r = places[i] ? use(places[i]) : 0;

		if (places[i] && r == 0) {
			(void)snprintf(ret_path, size, "%s", places[i]);
			return 0;
		}
		if (places[i] && !first) {
			first = places[i];
			error = r;
		}
	}
	(void)snprintf(ret_path, size, "%s", first);
	return error;
}

void
runtime_close(const char *path)
{
	(void)rmdir(path);
}
