#include "config/cpus.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/arena.h"

static uint32_t
least_of(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* A quota of time in each period, in microseconds; period 0: none. */
struct quota {
	uint64_t time;
	uint64_t period;
};

/* Not fscanf(3): it would be an eighth of the static file. */
static bool
read_text(const char *path, char *buffer, size_t size)
{
	FILE *file = fopen(path, "re");
	bool fine = file != NULL && fgets(buffer, (int)size, file) != NULL;

	if (file != NULL)
		fclose(file);
	return fine;
}

static struct quota
read_pair(const char *path)
{
	struct quota quota = {0, 0};
	char text[64];
	char *end;

	if (!read_text(path, text, sizeof(text)))
		return quota;
	quota.time = strtoull(text, &end, 10);
	/* "max 100000" has no first number. */
	if (end == text)
		return (struct quota){0, 0};
	quota.period = strtoull(end, NULL, 10);
	return quota;
}

static bool
read_number(const char *path, int64_t *ret_value)
{
	char text[64];
	char *end;

	if (!read_text(path, text, sizeof(text)))
		return false;
	*ret_value = strtoll(text, &end, 10);
	return end != text;
}

static struct quota
read_quota(struct arena *arena, const char *folder, bool unified)
{
	int64_t time = 0;
	int64_t period = 0;

	if (unified)
		return read_pair(arena_format(arena, "%s/cpu.max", folder));
	/* -1 is how version 1 says that there is none. */
	if (!read_number(arena_format(arena, "%s/cpu.cfs_quota_us", folder), &time) ||
	    !read_number(arena_format(arena, "%s/cpu.cfs_period_us", folder), &period) ||
	    time <= 0 || period <= 0)
		return (struct quota){0, 0};
	return (struct quota){(uint64_t)time, (uint64_t)period};
}

static uint32_t
whole_cpus(struct quota quota)
{
	uint64_t cpus;

	if (quota.period == 0 || quota.time > UINT64_MAX - quota.period)
		return UINT32_MAX;
	cpus = (quota.time + quota.period - 1) / quota.period;
	if (cpus == 0)
		return 1;
	return cpus < UINT32_MAX ? (uint32_t)cpus : UINT32_MAX;
}

/*
 * The least quota from the group up to the root.  Inside a container the path
 * is often one of the host, of which only the end is mounted, at the root.
 */
static uint32_t
least_quota(struct arena *arena, const char *root, char *path, bool unified)
{
	uint32_t least = UINT32_MAX;
	uint32_t cpus;
	char *slash;

	do {
		cpus = whole_cpus(
		    read_quota(arena, arena_format(arena, "%s%s", root, path), unified));
		least = least_of(cpus, least);
		slash = strrchr(path, '/');
		if (slash != NULL)
			*slash = '\0';
	} while (slash != NULL);
	return least;
}

/* Whether "cpu" is in a list such as "cpu,cpuacct". */
static bool
has_cpu(const char *controllers)
{
	while (controllers != NULL) {
		size_t length = strcspn(controllers, ",");

		if (length == 3 && strncmp(controllers, "cpu", 3) == 0)
			return true;
		controllers = strchr(controllers, ',');
		controllers = controllers == NULL ? NULL : controllers + 1;
	}
	return false;
}

/* NUMBER:CONTROLLERS:PATH in /proc/self/cgroup; version 2 has no controllers. */
static uint32_t
quota_of_line(struct arena *arena, const char *root, char *line)
{
	char *controllers = strchr(line, ':');
	char *path = controllers == NULL ? NULL : strchr(controllers + 1, ':');
	uint32_t least;

	if (path == NULL)
		return UINT32_MAX;
	*controllers++ = '\0';
	*path++ = '\0';
	path[strcspn(path, "\n")] = '\0';
	if (*controllers == '\0')
		return least_quota(arena, root, path, true);
	if (!has_cpu(controllers))
		return UINT32_MAX;
	/* Mounted by all its names, or by this one. */
	least = least_quota(arena, arena_format(arena, "%s/%s", root, controllers),
	    arena_format(arena, "%s", path), false);
	return least_of(
	    least, least_quota(arena, arena_format(arena, "%s/cpu", root), path, false));
}

uint32_t
cpus_quota(const char *membership, const char *root)
{
	FILE *file = fopen(membership, "re");
	struct arena arena = {0};
	uint32_t least = UINT32_MAX;
	char *line = NULL;
	size_t size = 0;

	if (file == NULL)
		return least;
	while (getline(&line, &size, file) > 0)
		least = least_of(quota_of_line(&arena, root, line), least);
	free(line);
	fclose(file);
	arena_clear(&arena);
	return least;
}

uint32_t
cpus_available(void)
{
	uint32_t quota = cpus_quota("/proc/self/cgroup", "/sys/fs/cgroup");
	long allowed = 0;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		allowed = CPU_COUNT(&set);
	/* There are more CPUs than the set has room for. */
	if (allowed <= 0)
		allowed = sysconf(_SC_NPROCESSORS_ONLN);
	if (allowed <= 0)
		allowed = 1;
	return least_of(quota, (uint32_t)allowed);
}
