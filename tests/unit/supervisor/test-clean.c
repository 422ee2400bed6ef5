/* Stale files are removed, and no others. */
#include "supervisor/clean.h"

#include <sys/resource.h>

#include "tests/unit/split.h"
#include "tests/unit/world.h"

/* Paths are relative to the folder of the test. */
static int
clean(const char *path)
{
	struct words words = split(world_path(path));

	return clean_files(&words);
}

static void
make_files(const char *const *names)
{
	for (; *names; names++)
		(void)world_file(*names, "");
}

#define MAKE_FILES(...) make_files((const char *const[]){__VA_ARGS__, NULL})

static void
test_one_file(void **state)
{
	(void)state;
	MAKE_FILES("web.pid", "web.pid2");
	assert_int_equal(clean("web.pid"), 0);
	assert_false(world_exists("web.pid"));
	assert_true(world_exists("web.pid2"));
}

static void
test_nothing_to_clean_is_fine(void **state)
{
	struct words none = {0};

	(void)state;
	assert_int_equal(clean_files(&none), 0);
	assert_int_equal(clean("missing"), 0);
	assert_int_equal(clean("missing/file"), 0);
	assert_int_equal(clean("missing/*.pid"), 0);
	assert_int_equal(clean("*.pid"), 0);
}

static void
test_a_pattern(void **state)
{
	(void)state;
	MAKE_FILES("a.pid", "b.pid", "c.pid.old", "pid", ".d.pid");
	assert_int_equal(clean("*.pid"), 0);
	assert_false(world_exists("a.pid"));
	assert_false(world_exists("b.pid"));
	assert_true(world_exists("c.pid.old"));
	assert_true(world_exists("pid"));
	assert_true(world_exists(".d.pid"));
	assert_int_equal(clean(".*.pid"), 0);
	assert_false(world_exists(".d.pid"));
}

static void
test_the_other_kinds_of_pattern(void **state)
{
	(void)state;
	MAKE_FILES("s1", "s2", "s9", "s12", "t");
	assert_int_equal(clean("s[12]"), 0);
	assert_int_equal(clean("?"), 0);
	assert_false(world_exists("s1"));
	assert_false(world_exists("s2"));
	assert_false(world_exists("t"));
	assert_true(world_exists("s9"));
	assert_true(world_exists("s12"));
}

/* Only the last part is one: a folder may be called anything. */
static void
test_a_pattern_in_the_folder_is_a_name(void **state)
{
	(void)state;
	assert_int_equal(mkdir(world_path("a*"), 0700), 0);
	assert_int_equal(mkdir(world_path("ab"), 0700), 0);
	MAKE_FILES("a*/x", "ab/x");
	assert_int_equal(clean("a*/*"), 0);
	assert_false(world_exists("a*/x"));
	assert_true(world_exists("ab/x"));
	MAKE_FILES("a*/x");
	assert_int_equal(clean("a*/x"), 0);
	assert_false(world_exists("a*/x"));
	assert_true(world_exists("ab/x"));
}

static void
test_the_link_goes_and_not_what_it_means(void **state)
{
	(void)state;
	MAKE_FILES("kept");
	assert_int_equal(symlink(world_path("kept"), world_path("a.link")), 0);
	assert_int_equal(symlink("/nowhere", world_path("b.link")), 0);
	assert_int_equal(clean("a.link"), 0);
	assert_int_equal(clean("*.link"), 0);
	assert_false(world_exists("a.link"));
	assert_false(world_exists("b.link"));
	assert_true(world_exists("kept"));
}

static void
test_a_socket_and_a_fifo_go_too(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(world_path("fifo"), 0600), 0);
	assert_int_equal(mknod(world_path("sock"), S_IFSOCK | 0600, 0), 0);
	assert_int_equal(clean("fifo"), 0);
	assert_int_equal(clean("s*"), 0);
	assert_false(world_exists("fifo"));
	assert_false(world_exists("sock"));
}

static void
test_a_folder_is_not_removed(void **state)
{
	(void)state;
	assert_int_equal(mkdir(world_path("folder"), 0700), 0);
	assert_int_equal(clean("folder"), -EISDIR);
	assert_int_equal(clean("f*"), -EISDIR);
	assert_true(world_exists("folder"));
}

static void
test_a_file_is_no_folder(void **state)
{
	(void)state;
	MAKE_FILES("file");
	assert_int_equal(clean("file/*"), -ENOTDIR);
	assert_int_equal(clean("file/x"), -ENOTDIR);
}

/* The rest is left alone: who looks for the trouble finds it as it was. */
static void
test_the_first_error_is_the_last_thing(void **state)
{
	char *items[4] = {0};
	struct words words = {.items = items, .count = 3};

	(void)state;
	items[0] = world_file("a", "");
	items[1] = world_path("folder");
	items[2] = world_file("b", "");
	assert_int_equal(mkdir(items[1], 0700), 0);
	assert_int_equal(clean_files(&words), -EISDIR);
	assert_false(world_exists("a"));
	assert_true(world_exists("b"));
}

static void
test_the_working_directory(void **state)
{
	struct words words = split("here*");
	char before[PATH_MAX];

	(void)state;
	MAKE_FILES("here.pid");
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(world_folder), 0);
	assert_int_equal(clean_files(&words), 0);
	assert_int_equal(chdir(before), 0);
	assert_false(world_exists("here.pid"));
}

static void
test_a_folder_with_too_long_a_name(void **state)
{
	static char path[2 * PATH_MAX];
	char *items[] = {path, NULL};
	struct words words = {.items = items, .count = 1};

	(void)state;
	memset(path, 'x', PATH_MAX);
	path[0] = '/';
	(void)strcpy(path + PATH_MAX, "/*");
	assert_int_equal(clean_files(&words), -ENAMETOOLONG);
}

static int
clean_as_nobody(void *context)
{
	(void)context;
	if (getuid() == 0) {
		assert_int_equal(setresgid(65534, 65534, 65534), 0);
		assert_int_equal(setresuid(65534, 65534, 65534), 0);
	}
	assert_int_equal(clean("closed/x"), -EACCES);
	assert_int_equal(clean("closed/*"), -EACCES);
	assert_int_equal(clean("read-only/x"), -EACCES);
	assert_int_equal(clean("read-only/*"), -EACCES);
	return 0;
}

static void
test_a_folder_that_may_not_be_written(void **state)
{
	(void)state;
	assert_int_equal(mkdir(world_path("closed"), 0700), 0);
	assert_int_equal(mkdir(world_path("read-only"), 0700), 0);
	MAKE_FILES("closed/x", "read-only/x");
	assert_int_equal(chmod(world_path("closed"), 0000), 0);
	assert_int_equal(chmod(world_path("read-only"), 0555), 0);
	assert_int_equal(world_apart(clean_as_nobody, NULL), 0);
	assert_int_equal(chmod(world_path("closed"), 0700), 0);
	assert_int_equal(chmod(world_path("read-only"), 0700), 0);
	assert_true(world_exists("closed/x"));
	assert_true(world_exists("read-only/x"));
}

static int
clean_without_descriptors(void *context)
{
	struct rlimit none = {.rlim_cur = 0, .rlim_max = 1024};

	(void)context;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(clean("*.pid"), -EMFILE);
	assert_int_equal(clean("a.pid"), 0);
	return 0;
}

static void
test_no_descriptor_left(void **state)
{
	(void)state;
	MAKE_FILES("a.pid", "b.pid");
	assert_int_equal(world_apart(clean_without_descriptors, NULL), 0);
	assert_false(world_exists("a.pid"));
	assert_true(world_exists("b.pid"));
}

static void
test_no_descriptor_is_kept(void **state)
{
	unsigned before = world_descriptors();

	(void)state;
	MAKE_FILES("a.pid");
	assert_int_equal(mkdir(world_path("b.pid"), 0700), 0);
	(void)clean("*.pid");
	assert_int_equal(world_descriptors(), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_one_file),
	    world_test(test_nothing_to_clean_is_fine),
	    world_test(test_a_pattern),
	    world_test(test_the_other_kinds_of_pattern),
	    world_test(test_a_pattern_in_the_folder_is_a_name),
	    world_test(test_the_link_goes_and_not_what_it_means),
	    world_test(test_a_socket_and_a_fifo_go_too),
	    world_test(test_a_folder_is_not_removed),
	    world_test(test_a_file_is_no_folder),
	    world_test(test_the_first_error_is_the_last_thing),
	    world_test(test_the_working_directory),
	    world_test(test_a_folder_with_too_long_a_name),
	    world_test(test_a_folder_that_may_not_be_written),
	    world_test(test_no_descriptor_left),
	    world_test(test_no_descriptor_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
