#include "init/oom.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "oom_kill N" is in memory.events of v2 and in memory.oom_control of v1. */
static uint64_t
read_count(int fd)
{
	static const char key[] = "oom_kill ";
	char text[1024];
	ssize_t n = fd < 0 ? -1 : pread(fd, text, sizeof(text) - 1, 0);
	const char *line = text;

	text[n > 0 ? n : 0] = '\0';
	while (line && strncmp(line, key, sizeof(key) - 1) != 0) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return line ? strtoull(line + sizeof(key) - 1, NULL, 10) : 0;
}

/*
 * Where a container sees its own cgroup as the root of the mount, the path
 * that /proc/self/cgroup gives is not there, and the mount itself is meant.
 */
static int
open_file(const char *mount, const char *path, const char *name)
{
	const char *const middles[] = {path, ""};

	for (size_t i = 0; i < 2; i++) {
		char file[PATH_MAX];
		int fd;

		(void)snprintf(file, sizeof(file), "%s%s/%s", mount, middles[i], name);
		fd = open(file, O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			return fd;
	}
	return -1;
}

/* Lines are HIERARCHY:CONTROLLERS:PATH; see cgroups(7). */
static int
open_for_line(char *line)
{
	const char *hierarchy = strsep(&line, ":");
	const char *controllers = strsep(&line, ":");

	if (!line || !controllers)
		return -1;
	if (strcmp(hierarchy, "0") == 0 && *controllers == '\0')
		return open_file("/sys/fs/cgroup", line, "memory.events");
	if (strcmp(controllers, "memory") == 0)
		return open_file("/sys/fs/cgroup/memory", line, "memory.oom_control");
	return -1;
}

void
oom_init(struct oom *o)
{
	char text[4096];
	char *rest = text;
	int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	o->fd = -1;
	while (rest && o->fd < 0)
		o->fd = open_for_line(strsep(&rest, "\n"));
	o->count = read_count(o->fd);
}

bool
oom_struck(void *oom)
{
	struct oom *o = oom;
	uint64_t before = o->count;

	o->count = read_count(o->fd);
	return o->count > before;
}
