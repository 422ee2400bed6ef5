/* Whether the OOM killer has struck, by the kernel's own count. */
#include "init/oom.h"

#include <sys/mman.h>

#include "tests/unit/namespace.h"

#define NOW (100 * USEC_PER_SEC)

/* -- the count ------------------------------------------------------------- */

/* A file as the kernel's, without anybody who tells of its changes. */
static struct oom
counter(const char *text, uint64_t count)
{
	struct oom o = {.fd = memfd_create("memory", MFD_CLOEXEC), .watch_fd = -1};

	assert_int_equal(write(o.fd, text, strlen(text)), strlen(text));
	o.count = count;
	return o;
}

static void
change(const struct oom *o, const char *text)
{
	assert_int_equal(ftruncate(o->fd, 0), 0);
	assert_int_equal(pwrite(o->fd, text, strlen(text), 0), strlen(text));
}

static void
test_the_count_of_version_2(void **state)
{
	struct oom o =
	    counter("low 0\nhigh 7\nmax 3\noom 2\noom_kill 0\noom_group_kill 9\n", 0);

	(void)state;
	assert_false(oom_struck(&o, NOW));
	change(&o, "low 0\nhigh 7\nmax 3\noom 2\noom_kill 1\noom_group_kill 9\n");
	assert_true(oom_struck(&o, NOW));
	assert_int_equal(o.count, 1);
	change(&o, "low 0\noom 3\noom_kill 12\n");
	assert_true(oom_struck(&o, NOW));
	assert_int_equal(o.count, 12);
	oom_clear(&o);
}

static void
test_the_count_of_version_1(void **state)
{
	struct oom o = counter("oom_kill_disable 1\nunder_oom 1\noom_kill 0\n", 0);

	(void)state;
	assert_false(oom_struck(&o, NOW));
	change(&o, "oom_kill_disable 1\nunder_oom 0\noom_kill 2\n");
	assert_true(oom_struck(&o, NOW));
	oom_clear(&o);
}

/* What happened before proctor has nothing to do with its services. */
static void
test_only_what_comes_after_counts(void **state)
{
	struct oom o = counter("oom_kill 40\n", 40);

	(void)state;
	assert_false(oom_struck(&o, NOW));
	change(&o, "oom_kill 41\n");
	assert_true(oom_struck(&o, NOW));
	oom_clear(&o);
}

/* A worker, killed long ago, is no reason for a death of today. */
static void
test_only_what_was_just_before_counts(void **state)
{
	struct oom o = counter("oom_kill 0\n", 0);

	(void)state;
	change(&o, "oom_kill 1\n");
	oom_look(&o, NOW);
	assert_int_equal(o.risen, NOW);
	assert_true(oom_struck(&o, NOW));
	assert_true(oom_struck(&o, NOW + USEC_PER_SEC));
	assert_false(oom_struck(&o, NOW + 60 * USEC_PER_SEC));
	change(&o, "oom_kill 2\n");
	assert_true(oom_struck(&o, NOW + 60 * USEC_PER_SEC));
	oom_clear(&o);
}

static void
test_no_count_is_no_kill(void **state)
{
	static const char *const texts[] = {"", "\n", "oom 5\n", "x_oom_kill 5\n",
	    "oom_kill\n", "oom_kill x\n", "oom_kill 0"};
	struct oom o = counter("", 0);

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		change(&o, texts[i]);
		assert_false(oom_struck(&o, NOW));
	}
	oom_clear(&o);
}

static void
test_without_a_file_there_is_none(void **state)
{
	struct oom none = {.fd = -1, .watch_fd = -1};
	struct oom folder = {.fd = open("/", O_RDONLY | O_CLOEXEC), .watch_fd = -1};

	(void)state;
	assert_false(oom_struck(&none, NOW));
	oom_clear(&none);
	assert_false(oom_struck(&folder, NOW));
	oom_clear(&folder);
}

/* -- the file -------------------------------------------------------------- */

/* A container's /proc/self/cgroup and /sys/fs/cgroup: files of the test. */
struct container {
	const char *membership;
	const char *file; /* below /sys/fs/cgroup, or NULL */
	uint64_t count; /* that is found; 0: none is */
};

static void
make_folders_of(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
}

static int
find_file(void *context)
{
	const struct container *c = context;
	struct oom o;

	namespace_bind(world_file("membership", c->membership), "/proc/self/cgroup");
	namespace_bind(world_path("mount"), "/sys/fs/cgroup");
	oom_init(&o);
	assert_int_equal(o.count, c->count);
	assert_false(oom_struck(&o, NOW));
	if (c->count == 0) {
		assert_int_equal(o.fd, -1);
		assert_int_equal(o.watch_fd, -1);
	} else {
		assert_int_equal(fcntl(o.fd, F_GETFD), FD_CLOEXEC);
		/* Only version 2 tells of a change. */
		assert_int_equal(o.watch_fd < 0, strncmp(c->file, "memory/", 7) == 0);
	}
	oom_clear(&o);
	return 0;
}

/* What the kernel does, somebody with the file open does here. */
static int
hear_of_a_change(void *context)
{
	struct pollfd ready = {.events = POLLIN};
	struct oom o;
	int fd = open(context, O_WRONLY | O_CLOEXEC);

	namespace_bind(world_file("membership", "0::/\n"), "/proc/self/cgroup");
	namespace_bind(world_path("mount"), "/sys/fs/cgroup");
	oom_init(&o);
	ready.fd = o.watch_fd;
	assert_int_equal(poll(&ready, 1, 0), 0);
	assert_true(dprintf(fd, "oom_kill 1\n") > 0);
	assert_int_equal(poll(&ready, 1, 5000), 1);
	oom_look(&o, NOW);
	assert_int_equal(o.risen, NOW);
	assert_int_equal(poll(&ready, 1, 0), 0);
	oom_clear(&o);
	return 0;
}

static void
test_version_2_tells_of_a_change(void **state)
{
	(void)state;
	assert_int_equal(mkdir(world_path("mount"), 0755), 0);
	assert_in_namespace(
	    hear_of_a_change, world_file("mount/memory.events", "oom_kill 0\n"), 0);
}

static int
find_in(const char *membership, const char *file, uint64_t count)
{
	struct container c = {membership, file, count};
	char path[64];
	char text[64];

	(void)mkdir(world_path("mount"), 0755);
	if (file) {
		(void)snprintf(path, sizeof(path), "mount/%s", file);
		make_folders_of(world_path(path));
		(void)snprintf(text, sizeof(text), "low 0\noom_kill %llu\n",
		    (unsigned long long)count);
		(void)world_file(path, text);
	}
	return namespace_run(find_file, &c, 0);
}

#define assert_found_in(...)                                                             \
	do {                                                                             \
		int found = find_in(__VA_ARGS__);                                        \
                                                                                         \
		if (found == NAMESPACE_NONE)                                             \
			skip();                                                          \
		assert_int_equal(found, 0);                                              \
	} while (0)

static void
test_version_2_by_its_path(void **state)
{
	(void)state;
	assert_found_in("0::/kubepods/pod1\n", "kubepods/pod1/memory.events", 3);
}

/* Its own cgroup is the root of what a container sees. */
static void
test_version_2_at_the_root(void **state)
{
	(void)state;
	assert_found_in("0::/\n", "memory.events", 4);
}

static void
test_version_2_where_the_path_is_not_there(void **state)
{
	(void)state;
	assert_found_in("0::/docker/0123\n", "memory.events", 5);
}

static void
test_version_1(void **state)
{
	(void)state;
	assert_found_in("9:cpu,cpuacct:/a\n4:memory:/docker/1\n1:name=systemd:/b\n0::/\n",
	    "memory/docker/1/memory.oom_control", 6);
}

static void
test_version_1_at_the_root(void **state)
{
	(void)state;
	assert_found_in("0::/\n4:memory:/docker/1", "memory/memory.oom_control", 7);
}

static void
test_no_file_to_be_found(void **state)
{
	(void)state;
	assert_found_in("", NULL, 0);
	assert_found_in("0::/\n", NULL, 0);
	assert_found_in("nonsense\n4:\n:\n::\n4:memory\n", NULL, 0);
	assert_found_in("9:cpu:/\n", NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_the_count_of_version_2),
	    world_test(test_the_count_of_version_1),
	    world_test(test_only_what_comes_after_counts),
	    world_test(test_only_what_was_just_before_counts),
	    world_test(test_no_count_is_no_kill),
	    world_test(test_without_a_file_there_is_none),
	    world_test(test_version_2_by_its_path),
	    world_test(test_version_2_at_the_root),
	    world_test(test_version_2_where_the_path_is_not_there),
	    world_test(test_version_2_tells_of_a_change),
	    world_test(test_version_1),
	    world_test(test_version_1_at_the_root),
	    world_test(test_no_file_to_be_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
