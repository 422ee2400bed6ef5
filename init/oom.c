#include "init/oom.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* From the kill to the death that it is evidence of: its memory goes first. */
#define STRIKE_TIME (5 * USEC_PER_SEC)

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
open_for_line(char *line, bool *ret_tells)
{
	const char *hierarchy = strsep(&line, ":");
	const char *controllers = strsep(&line, ":");

	if (!line || !controllers)
		return -1;
	*ret_tells = strcmp(hierarchy, "0") == 0 && *controllers == '\0';
	if (*ret_tells)
		return open_file("/sys/fs/cgroup", line, "memory.events");
	if (strcmp(controllers, "memory") == 0)
		return open_file("/sys/fs/cgroup/memory", line, "memory.oom_control");
	return -1;
}

/*
 * The kernel tells of each change of memory.events (cgroup v2, "memory.events" in
 * cgroup-v2.rst); of v1's file it does not.
 */
static int
watch(int fd)
{
	char path[32];
	int watch_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (watch_fd >= 0 && inotify_add_watch(watch_fd, path, IN_MODIFY) < 0) {
		close(watch_fd);
		watch_fd = -1;
	}
	return watch_fd;
}

void
oom_init(struct oom *o)
{
	char text[4096];
	char *rest = text;
	bool tells = false;
	int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	*o = (struct oom){.fd = -1, .watch_fd = -1};
	while (rest && o->fd < 0)
		o->fd = open_for_line(strsep(&rest, "\n"), &tells);
	if (o->fd >= 0 && tells)
		o->watch_fd = watch(o->fd);
	o->count = read_count(o->fd);
}

void
oom_clear(struct oom *o)
{
	if (o->fd >= 0)
		close(o->fd);
	if (o->watch_fd >= 0)
		close(o->watch_fd);
}

void
oom_look(void *oom, usec_t now)
{
	struct oom *o = oom;
	char events[256];
	uint64_t before = o->count;

	if (o->watch_fd >= 0)
		while (read(o->watch_fd, events, sizeof(events)) > 0)
			; /* that it has changed is all they say */
	o->count = read_count(o->fd);
	if (o->count > before)
		o->risen = now;
}

bool
oom_struck(void *oom, usec_t now)
{
	const struct oom *o = oom;

	oom_look(oom, now);
	return o->risen != 0 && now - o->risen <= STRIKE_TIME;
}
