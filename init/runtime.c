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

void
runtime_find(const char *runtime_dir, uid_t uid, struct runtime_places *ret_places)
{
	struct runtime_places *p = ret_places;

	(void)snprintf(
	    p->shm, sizeof(p->shm), "/dev/shm/proctor-%lu", (unsigned long)uid);
	p->count = 0;
	if (runtime_dir)
		p->paths[p->count++] = runtime_dir;
	p->paths[p->count++] = "/run/proctor";
	p->paths[p->count++] = p->shm;
}

int
runtime_open(const struct config *config, char *ret_path, size_t size)
{
	struct runtime_places places;
	int error = 0;

	runtime_find(config->runtime_dir, geteuid(), &places);
	for (size_t i = 0; i < places.count; i++) {
		int r = use(places.paths[i]);

		if (r == 0) {
			(void)snprintf(ret_path, size, "%s", places.paths[i]);
			return 0;
		}
		error = i == 0 ? r : error;
	}
	(void)snprintf(ret_path, size, "%s", places.paths[0]);
	return error;
}

void
runtime_close(const char *path)
{
	(void)rmdir(path);
}
