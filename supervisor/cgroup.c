#include "supervisor/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supervisor/place.h"

/* -- where ------------------------------------------------------------------- */

/* The path in the line "0::PATH" of /proc/self/cgroup; text is cut up. */
static const char *
unified_path(char *text)
{
	char *line;

	while ((line = strsep(&text, "\n")))
		if (strncmp(line, "0::/", 4) == 0)
			return line + 3;
	return NULL;
}

static char *
existing_folder(const char *root, const char *mount, const char *path)
{
	char file[PATH_MAX];
	char folder[PATH_MAX];
	int n = snprintf(folder, sizeof(folder), "%s%s%s", root, mount,
	    strcmp(path, "/") == 0 ? "" : path);
	int m =
	    snprintf(file, sizeof(file), "%s/cgroup.procs", n < PATH_MAX ? folder : "");

	if (n >= PATH_MAX || m >= PATH_MAX || access(file, F_OK) < 0)
		return NULL;
	return strdup(folder);
}

char *
cgroups_find(const char *membership, const char *root)
{
	char text[4096];
	int fd = open(membership, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	const char *path;
	char *folder;

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	path = unified_path(text);
	if (!path || strstr(path, "/.."))
		return NULL;
	/* Version 1 and 2 side by side: version 2 is in a folder of its own. */
	folder = existing_folder(root, "/sys/fs/cgroup/unified", path);
	return folder ? folder : existing_folder(root, "/sys/fs/cgroup", path);
}

/*
 * The name is one that nobody has: two proctors may share a cgroup, and to
 * kill in the wrong group would be worse than not to have one.
 */
void
cgroups_init(struct cgroups *c)
{
	char *parent = cgroups_find("/proc/self/cgroup", "");
	char path[PATH_MAX];
	uint32_t mark[2];

	*c = (struct cgroups){.folder = -1};
	if (parent &&
	    getrandom(mark, sizeof(mark), GRND_NONBLOCK) == (ssize_t)sizeof(mark)) {
		int n = snprintf(
		    path, sizeof(path), "%s/proctor-%08x%08x", parent, mark[0], mark[1]);

		if (n < PATH_MAX && mkdir(path, 0755) == 0)
			c->path = strdup(path);
		if (c->path)
			c->folder =
			    place_above(open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
	}
	free(parent);
}

void
cgroups_clear(struct cgroups *c, const struct config *config)
{
	for (size_t i = 0; c->folder >= 0 && i < config->count; i++)
		(void)unlinkat(c->folder, config->services[i].name, AT_REMOVEDIR);
	if (c->folder >= 0)
		close(c->folder);
	if (c->path)
		(void)rmdir(c->path);
	free(c->path);
	*c = (struct cgroups){.folder = -1};
}

/* -- a service's group ----------------------------------------------------------- */

/*
 * On Linux 6.18, what is cloned into a cgroup that was killed once (cgroup.kill) is
 * killed too.  One that was not serves again: to make and remove them takes time.
 */
int
cgroups_open(const struct cgroups *c, const char *service, bool was_killed)
{
	if (c->folder < 0)
		return -1;
	if (was_killed)
		(void)unlinkat(c->folder, service, AT_REMOVEDIR);
	if (mkdirat(c->folder, service, 0755) < 0 && (was_killed || errno != EEXIST))
		return -1;
	return openat(c->folder, service, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
open_file(const struct cgroups *c, const char *service, const char *name, int flags)
{
	char path[PATH_MAX];

	if (c->folder < 0 ||
	    snprintf(path, sizeof(path), "%s/%s", service, name) >= PATH_MAX)
		return -1;
	return openat(c->folder, path, flags | O_CLOEXEC);
}

bool
cgroups_is_empty(const struct cgroups *c, const char *service)
{
	int fd = open_file(c, service, "cgroup.events", O_RDONLY);
	char text[256];
	ssize_t n;

	if (fd < 0)
		return true;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return !strstr(text, "populated 1");
}

/* cgroup.kill is there since Linux 5.14. */
bool
cgroups_kill(const struct cgroups *c, const char *service)
{
	int fd;

	if (cgroups_is_empty(c, service))
		return false;
	fd = open_file(c, service, "cgroup.kill", O_WRONLY);
	if (fd >= 0) {
		(void)!write(fd, "1", 1);
		close(fd);
	}
	return true;
}
