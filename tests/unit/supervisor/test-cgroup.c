/* Where our cgroup is, and one folder per service in it. */
#include "supervisor/cgroup.h"

#include "tests/unit/supervisor/sample.h"
#include "tests/unit/world.h"

/* -- where ----------------------------------------------------------------- */

static void
make_folders(const char *const *names)
{
	for (; *names; names++)
		assert_int_equal(mkdir(world_path(*names), 0755), 0);
}

#define MAKE_FOLDERS(...) make_folders((const char *const[]){__VA_ARGS__, NULL})

/* A cgroup v2 as the kernel shows it: what makes it one is cgroup.procs. */
static void
make_mount(void)
{
	MAKE_FOLDERS("sys", "sys/fs", "sys/fs/cgroup");
}

static void
assert_found(const char *membership, const char *wanted)
{
	char *folder = cgroups_find(world_file("self", membership), world_folder);
	char *expected = wanted ? world_path(wanted) : NULL;

	if (expected && folder)
		assert_string_equal(folder, expected);
	assert_true(!expected == !folder);
	free(folder);
}

static void
test_version_2_alone(void **state)
{
	(void)state;
	make_mount();
	MAKE_FOLDERS("sys/fs/cgroup/docker");
	(void)world_file("sys/fs/cgroup/cgroup.procs", "");
	(void)world_file("sys/fs/cgroup/docker/cgroup.procs", "");
	assert_found("0::/\n", "sys/fs/cgroup");
	assert_found("0::/docker\n", "sys/fs/cgroup/docker");
	assert_found("0::/docker", "sys/fs/cgroup/docker");
}

static void
test_version_1_and_2_side_by_side(void **state)
{
	(void)state;
	make_mount();
	MAKE_FOLDERS(
	    "sys/fs/cgroup/unified", "sys/fs/cgroup/unified/a", "sys/fs/cgroup/a");
	(void)world_file("sys/fs/cgroup/unified/a/cgroup.procs", "");
	(void)world_file("sys/fs/cgroup/a/cgroup.procs", "");
	assert_found(
	    "4:memory:/b\n1:name=systemd:/c\n0::/a\n", "sys/fs/cgroup/unified/a");
	assert_int_equal(unlink(world_path("sys/fs/cgroup/unified/a/cgroup.procs")), 0);
	assert_found("4:memory:/b\n0::/a\n", "sys/fs/cgroup/a");
}

/* Our path is not there where only a part of the tree is mounted. */
static void
test_there_is_none(void **state)
{
	(void)state;
	assert_null(cgroups_find(world_path("missing"), world_folder));
	assert_null(cgroups_find(world_folder, world_folder));
	assert_found("", NULL);
	assert_found("0::/\n", NULL);
	make_mount();
	assert_found("0::/\n", NULL);
	(void)world_file("sys/fs/cgroup/cgroup.procs", "");
	assert_found("0::/not/there\n", NULL);
	assert_found("4:memory:/\n", NULL);
	assert_found("10::/\n", NULL);
	assert_found("0::relative\n", NULL);
}

/* What cgroups(7) shows of a cgroup outside of the namespace's root. */
static void
test_a_path_that_leads_out(void **state)
{
	(void)state;
	make_mount();
	(void)world_file("sys/fs/cgroup/cgroup.procs", "");
	MAKE_FOLDERS("sys/fs/cgroup/a");
	assert_found("0::/../\n", NULL);
	assert_found("0::/a/..\n", NULL);
}

static void
test_a_path_that_is_too_long(void **state)
{
	char line[3000] = "0::/";

	(void)state;
	make_mount();
	memset(line + 4, 'x', sizeof(line) - 5);
	assert_found(line, NULL);
}

/* -- folders for services -------------------------------------------------- */

static struct service_config services[2];
static const struct config config = {.services = services, .count = 2};

/* An ordinary folder in the place of a cgroup: all but the kernel's files. */
static struct cgroups
fake(void)
{
	struct cgroups c;

	services[0] = services[1] = sample_service(KIND_SERVICE);
	services[1].name = "db";
	MAKE_FOLDERS("proctor");
	c.path = strdup(world_path("proctor"));
	assert_non_null(c.path);
	c.folder = open(c.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(c.folder >= 0);
	return c;
}

static void
test_after_a_kill_the_folder_is_a_new_one(void **state)
{
	struct cgroups c = fake();
	struct stat first;
	struct stat second;
	int kept = cgroups_open(&c, "web", true);
	int fd;

	(void)state;
	assert_true(kept >= 0);
	assert_int_equal(fcntl(kept, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fstat(kept, &first), 0);
	assert_true(S_ISDIR(first.st_mode));
	fd = cgroups_open(&c, "web", true);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &second), 0);
	assert_true(first.st_ino != second.st_ino || first.st_dev != second.st_dev);
	close(kept);
	close(fd);
	cgroups_clear(&c, &config);
}

static void
test_without_one_it_serves_again(void **state)
{
	struct cgroups c = fake();
	struct stat first;
	struct stat second;
	int kept = cgroups_open(&c, "web", false);
	int fd;

	(void)state;
	assert_int_equal(fstat(kept, &first), 0);
	(void)world_file("proctor/web/somebody", "");
	fd = cgroups_open(&c, "web", false);
	assert_int_equal(fstat(fd, &second), 0);
	assert_int_equal(first.st_ino, second.st_ino);
	close(kept);
	close(fd);
	assert_int_equal(unlink(world_path("proctor/web/somebody")), 0);
	cgroups_clear(&c, &config);
}

/* As the kernel does while somebody is in it. */
static void
test_a_folder_that_is_still_in_use(void **state)
{
	struct cgroups c = fake();
	int fd = cgroups_open(&c, "web", true);

	(void)state;
	close(fd);
	(void)world_file("proctor/web/somebody", "");
	assert_int_equal(cgroups_open(&c, "web", true), -1);
	assert_true(world_exists("proctor/web"));
	assert_int_equal(unlink(world_path("proctor/web/somebody")), 0);
	cgroups_clear(&c, &config);
	assert_false(world_exists("proctor"));
}

static void
test_the_end_removes_them(void **state)
{
	struct cgroups c = fake();

	(void)state;
	close(cgroups_open(&c, "web", true));
	close(cgroups_open(&c, "db", true));
	assert_true(world_exists("proctor/db"));
	cgroups_clear(&c, &config);
	assert_false(world_exists("proctor"));
	assert_int_equal(c.folder, -1);
	cgroups_clear(&c, &config);
}

static void
test_to_kill_is_to_write_a_1(void **state)
{
	struct cgroups c = fake();
	unsigned before = world_descriptors();

	(void)state;
	assert_false(cgroups_kill(&c, "web"));
	close(cgroups_open(&c, "web", true));
	(void)world_file("proctor/web/cgroup.events", "populated 1\n");
	assert_true(cgroups_kill(&c, "web"));
	assert_false(world_exists("proctor/web/cgroup.kill"));
	(void)world_file("proctor/web/cgroup.kill", "");
	(void)world_file("proctor/web/cgroup.events", "populated 0\n");
	assert_false(cgroups_kill(&c, "web"));
	assert_string_equal(world_text(world_path("proctor/web/cgroup.kill")), "");
	(void)world_file("proctor/web/cgroup.events", "populated 1\n");
	assert_true(cgroups_kill(&c, "web"));
	assert_string_equal(world_text(world_path("proctor/web/cgroup.kill")), "1");
	assert_int_equal(world_descriptors(), before);
	close(c.folder);
	free(c.path);
}

static void
test_who_is_in_it(void **state)
{
	struct cgroups c = fake();
	unsigned before = world_descriptors();

	(void)state;
	assert_true(cgroups_is_empty(&c, "web"));
	close(cgroups_open(&c, "web", true));
	assert_true(cgroups_is_empty(&c, "web"));
	(void)world_file("proctor/web/cgroup.events", "populated 1\nfrozen 0\n");
	assert_false(cgroups_is_empty(&c, "web"));
	assert_true(cgroups_is_empty(&c, "db"));
	(void)world_file("proctor/web/cgroup.events", "populated 0\nfrozen 1\n");
	assert_true(cgroups_is_empty(&c, "web"));
	(void)world_file("proctor/web/cgroup.events", "frozen 0\npopulated 1\n");
	assert_false(cgroups_is_empty(&c, "web"));
	(void)world_file("proctor/web/cgroup.events", "");
	assert_true(cgroups_is_empty(&c, "web"));
	assert_int_equal(world_descriptors(), before);
	close(c.folder);
	free(c.path);
}

static void
test_without_cgroups_nothing_is_done(void **state)
{
	struct cgroups none = {.folder = -1};

	(void)state;
	assert_int_equal(cgroups_open(&none, "web", true), -1);
	assert_true(cgroups_is_empty(&none, "web"));
	assert_false(cgroups_kill(&none, "web"));
	cgroups_clear(&none, &config);
}

static void
test_a_name_that_is_too_long(void **state)
{
	static char name[PATH_MAX];
	struct cgroups c = fake();

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	services[1].name = name;
	assert_int_equal(cgroups_open(&c, name, true), -1);
	assert_true(cgroups_is_empty(&c, name));
	assert_false(cgroups_kill(&c, name));
	cgroups_clear(&c, &config);
	assert_false(world_exists("proctor"));
}

static int
open_as_nobody(void *context)
{
	if (getuid() == 0)
		assert_int_equal(setresuid(65534, 65534, 65534), 0);
	assert_int_equal(cgroups_open(context, "web", true), -1);
	return 0;
}

static void
test_a_folder_that_may_not_be_written(void **state)
{
	struct cgroups c = fake();

	(void)state;
	assert_int_equal(chmod(c.path, 0555), 0);
	assert_int_equal(world_apart(open_as_nobody, &c), 0);
	cgroups_clear(&c, &config);
}

/* -- the real ones --------------------------------------------------------- */

/* Where they can be written: a process in it, counted, killed and gone. */
static void
test_a_real_cgroup(void **state)
{
	char path[PATH_MAX];
	struct cgroups c;
	pid_t pid;
	int fd;

	(void)state;
	services[0] = services[1] = sample_service(KIND_SERVICE);
	cgroups_init(&c);
	if (c.folder < 0)
		skip();
	fd = cgroups_open(&c, "web", true);
	assert_true(fd >= 0);
	assert_true(cgroups_is_empty(&c, "web"));
	pid = fork();
	while (pid == 0)
		(void)pause();
	close(fd);
	(void)snprintf(path, sizeof(path), "%s/web/cgroup.procs", c.path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_true(dprintf(fd, "%d", (int)pid) > 0);
	close(fd);
	assert_false(cgroups_is_empty(&c, "web"));
	assert_true(cgroups_kill(&c, "web"));
	assert_int_equal(world_wait(pid), 256 + SIGKILL);
	world_until(cgroups_is_empty(&c, "web"));
	assert_false(cgroups_kill(&c, "web"));
	(void)snprintf(path, sizeof(path), "%s", c.path);
	cgroups_clear(&c, &config);
	assert_int_equal(access(path, F_OK), -1);
}

/* Two proctors in one cgroup must not meet. */
static void
test_no_two_have_the_same_folder(void **state)
{
	struct cgroups one;
	struct cgroups other;

	(void)state;
	services[0] = services[1] = sample_service(KIND_SERVICE);
	cgroups_init(&one);
	cgroups_init(&other);
	if (one.path && other.path)
		assert_string_not_equal(one.path, other.path);
	else
		assert_true(!one.path && !other.path);
	cgroups_clear(&one, &config);
	cgroups_clear(&other, &config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_version_2_alone),
	    world_test(test_version_1_and_2_side_by_side),
	    world_test(test_there_is_none),
	    world_test(test_a_path_that_leads_out),
	    world_test(test_a_path_that_is_too_long),
	    world_test(test_after_a_kill_the_folder_is_a_new_one),
	    world_test(test_without_one_it_serves_again),
	    world_test(test_a_folder_that_is_still_in_use),
	    world_test(test_the_end_removes_them),
	    world_test(test_to_kill_is_to_write_a_1),
	    world_test(test_who_is_in_it),
	    world_test(test_without_cgroups_nothing_is_done),
	    world_test(test_a_name_that_is_too_long),
	    world_test(test_a_folder_that_may_not_be_written),
	    world_test(test_a_real_cgroup),
	    world_test(test_no_two_have_the_same_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
