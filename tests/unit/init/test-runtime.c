/* The runtime directory: the first one that can be written, and nobody else's. */
#include "init/runtime.h"

#include "tests/unit/namespace.h"

static char found[PATH_MAX];

static int
open_at(const char *path)
{
	struct config config = {.runtime_dir = path};

	return runtime_open(&config, found, sizeof(found));
}

/* -- the one that was asked for -------------------------------------------- */

static void
test_it_is_made_and_removed(void **state)
{
	struct stat st;

	(void)state;
	(void)umask(0022);
	assert_int_equal(open_at(world_path("run")), 0);
	assert_string_equal(found, world_path("run"));
	assert_int_equal(stat(found, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0711);
	runtime_close(found);
	assert_false(world_exists("run"));
}

/* That of an earlier life, or one that the image brings. */
static void
test_one_that_is_there(void **state)
{
	(void)state;
	assert_int_equal(mkdir(world_path("run"), 0700), 0);
	(void)world_file("run/kept", "");
	assert_int_equal(open_at(world_path("run")), 0);
	assert_string_equal(found, world_path("run"));
	runtime_close(found);
	assert_true(world_exists("run/kept"));
}

/* -- those that come next -------------------------------------------------- */

struct places {
	bool run_is_read_only;
	bool shm_is_read_only;
	const char *asked; /* runtime_dir */
	int result;
	const char *path; /* NULL: the one in /dev/shm */
};

static int
open_one_of(void *context)
{
	const struct places *p = context;
	char shm[64];
	int r;

	namespace_hide("/run", p->run_is_read_only ? MS_RDONLY : 0);
	namespace_hide("/dev/shm", p->shm_is_read_only ? MS_RDONLY : 0);
	(void)snprintf(
	    shm, sizeof(shm), "/dev/shm/proctor-%lu", (unsigned long)geteuid());
	r = open_at(p->asked);
	assert_int_equal(r, p->result);
	assert_string_equal(found, p->path ? p->path : shm);
	runtime_close(found);
	if (r == 0)
		assert_int_equal(access(found, F_OK), -1);
	return 0;
}

static void
test_the_usual_place(void **state)
{
	struct places p = {.path = "/run/proctor"};

	(void)state;
	assert_in_namespace(open_one_of, &p, 0);
}

static void
test_a_read_only_root(void **state)
{
	struct places p = {.run_is_read_only = true};

	(void)state;
	assert_in_namespace(open_one_of, &p, 0);
}

static void
test_another_if_the_one_cannot_be_had(void **state)
{
	struct places p = {.path = "/run/proctor"};

	(void)state;
	p.asked = "/nowhere/at/all";
	assert_in_namespace(open_one_of, &p, 0);
	p.asked = world_file("file", "");
	assert_in_namespace(open_one_of, &p, 0);
	p.asked = world_path("link");
	assert_int_equal(symlink("/tmp", p.asked), 0);
	assert_in_namespace(open_one_of, &p, 0);
}

/* The first one that was tried is the one that was wanted. */
static void
test_no_place_at_all(void **state)
{
	struct places p = {.run_is_read_only = true, .shm_is_read_only = true};

	(void)state;
	p.result = -EROFS;
	p.path = "/run/proctor";
	assert_in_namespace(open_one_of, &p, 0);
	p.result = -ENOENT;
	p.path = p.asked = "/nowhere/at/all";
	assert_in_namespace(open_one_of, &p, 0);
}

/* -- whose it is ----------------------------------------------------------- */

static int
open_one_of_others(void *context)
{
	namespace_hide("/run", MS_RDONLY);
	namespace_hide("/dev/shm", MS_RDONLY);
	assert_int_equal(open_at(context), -EPERM);
	assert_string_equal(found, context);
	return 0;
}

/* In /dev/shm anybody could have made it, and would own what is put there. */
static void
test_somebody_elses(void **state)
{
	char *path = world_path("theirs");

	(void)state;
	if (getuid() != 0)
		skip();
	assert_int_equal(mkdir(path, 0777), 0);
	assert_int_equal(chown(path, 12345, 12345), 0);
	assert_in_namespace(open_one_of_others, path, 0);
}

static int
open_as_nobody(void *context)
{
	namespace_hide("/run", MS_RDONLY);
	namespace_hide("/dev/shm", MS_RDONLY);
	if (getuid() == 0)
		assert_int_equal(setresuid(65534, 65534, 65534), 0);
	assert_true(namespace_drop(~0U));
	assert_int_equal(open_at(context), -EACCES);
	return 0;
}

static void
test_a_place_that_may_not_be_written(void **state)
{
	(void)state;
	assert_int_equal(mkdir(world_path("closed"), 0500), 0);
	if (getuid() == 0)
		assert_int_equal(chown(world_path("closed"), 65534, 65534), 0);
	assert_in_namespace(open_as_nobody, world_path("closed"), 0);
	assert_in_namespace(open_as_nobody, world_path("closed/run"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_it_is_made_and_removed),
	    world_test(test_one_that_is_there),
	    world_test(test_the_usual_place),
	    world_test(test_a_read_only_root),
	    world_test(test_another_if_the_one_cannot_be_had),
	    world_test(test_no_place_at_all),
	    world_test(test_somebody_elses),
	    world_test(test_a_place_that_may_not_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
