/* What is not followed, and whose rights and which shortages there are. */
#include "tests/unit/supervisor/follow-stage.h"

#include <grp.h>
#include <sys/resource.h>

#define ANYBODY 65534

/* -- what is not followed -------------------------------------------------- */

static void
test_only_regular_files(void **state)
{
	(void)state;
	make_folder("log");
	assert_int_equal(mkfifo(world_path("fifo"), 0600), 0);
	open_log(0, "log");
	open_log(1, "fifo");
	assert_says(0, "");
	assert_trouble(0, "is no regular file, and only such are followed");
	assert_trouble(1, "is no regular file, and only such are followed");
	follow_mark(&follows, 0);
	assert_says(0, "");
	assert_no_trouble(0);
	assert_int_equal(rmdir(world_path("log")), 0);
	append("log", "one\n");
	assert_says(0, "one\n");
	assert_no_trouble(0);
}

static int
follow_own_output(void *context)
{
	int fd = writer("log");

	(void)context;
	assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
	assert_int_equal(symlink("log", world_path("link")), 0);
	open_log(0, "link");
	write_to(fd, "again and again\n");
	assert_says(0, "");
	assert_trouble(0, "is where proctor itself writes to: it is not followed");
	return 0;
}

static void
test_not_what_it_writes_itself(void **state)
{
	(void)state;
	assert_int_equal(world_apart(follow_own_output, NULL), 0);
}

/* It has a size of 0, and yet something to read. */
static void
test_a_file_of_the_kernel(void **state)
{
	(void)state;
	follow_open(&follows, 0, "/proc/version", &nobody);
	take(0, 4096);
	follow_mark(&follows, 0);
	take(0, 4096);
	assert_true(said_length < 4096);
}

static void
test_a_name_that_is_none(void **state)
{
	char path[PATH_MAX + 64];

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	follow_open(&follows, 0, path, &nobody);
	assert_says(0, "");
	assert_true(follows.items[0].trouble.error == ENAMETOOLONG);
	path[PATH_MAX] = '/';
	follow_open(&follows, 1, path, &nobody);
	assert_says(1, "");
	assert_true(follow_is_blind(&follows, 1));
	append("file", "");
	follow_open(&follows, 0, log_path("file/log"), &nobody);
	assert_trouble(0, "cannot be followed: Not a directory");
}

/* -- rights ---------------------------------------------------------------- */

static const char *
bytes_of_own_groups(void)
{
	static gid_t groups[256];

	memset(groups, 0, sizeof(groups));
	assert_true(getgroups(256, groups) >= 0);
	return (const char *)groups;
}

static int
follow_as_user(void *context)
{
	gid_t groups[] = {ANYBODY};
	struct identity user = {.uid = ANYBODY,
	    .gid = ANYBODY,
	    .groups = groups,
	    .group_count = 1,
	    .groups_set = true};
	char own_groups[256 * sizeof(gid_t)];

	(void)context;
	assert_int_equal(setgroups(1, (gid_t[]){0}), 0);
	memcpy(own_groups, bytes_of_own_groups(), sizeof(own_groups));
	append("secret", "");
	assert_int_equal(chmod(world_path("secret"), 0640), 0);
	append("secret", "secret\n");
	assert_int_equal(symlink("secret", world_path("log")), 0);
	follow_open(&follows, 0, log_path("log"), &user);
	append("secret", "more of it\n");
	follow_mark(&follows, 0);
	assert_says(0, "");
	assert_trouble(0, "cannot be followed: Permission denied");
	erase("log");
	append("log", "for all\n");
	assert_says(0, "for all\n");
	/* It is root again. */
	append("secret", "");
	assert_memory_equal(own_groups, bytes_of_own_groups(), sizeof(own_groups));
	assert_int_equal(prctl(PR_GET_DUMPABLE), 1);
	return 0;
}

static void
test_with_the_rights_of_its_user(void **state)
{
	(void)state;
	if (getuid() != 0)
		skip();
	assert_int_equal(world_apart(follow_as_user, NULL), 0);
}

/* logrotate(8) makes it, and then changes its owner. */
static int
rotate_as_root(void *context)
{
	struct identity user = {.uid = ANYBODY, .gid = ANYBODY};
	int fd;

	(void)context;
	follow_open(&follows, 0, log_path("log"), &user);
	fd = open(world_path("log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_says(0, "");
	assert_no_trouble(0);
	assert_int_equal(fchown(fd, ANYBODY, ANYBODY), 0);
	write_to(fd, "one\n");
	assert_says(0, "one\n");
	assert_no_trouble(0);
	return 0;
}

static void
test_rights_that_come_later(void **state)
{
	(void)state;
	if (getuid() != 0)
		skip();
	assert_int_equal(world_apart(rotate_as_root, NULL), 0);
}

/* What was in it when proctor started is history all the same. */
static int
open_up_later(void *context)
{
	struct identity user = {.uid = ANYBODY, .gid = ANYBODY};

	(void)context;
	append("log", "history\n");
	assert_int_equal(chmod(world_path("log"), 0600), 0);
	follow_open(&follows, 0, log_path("log"), &user);
	assert_says(0, "");
	assert_trouble(0, "cannot be followed: Permission denied");
	append("log", "new\n");
	assert_int_equal(chmod(world_path("log"), 0644), 0);
	assert_says(0, "new\n");
	return 0;
}

static void
test_a_file_that_is_opened_up(void **state)
{
	(void)state;
	if (getuid() != 0)
		skip();
	assert_int_equal(world_apart(open_up_later, NULL), 0);
}

static int
follow_without_capabilities(void *context)
{
	struct identity user = {.uid = ANYBODY, .gid = (gid_t)-1};

	(void)context;
	append("log", "old\n");
	assert_true(namespace_drop(1u << CAP_SETUID));
	follow_open(&follows, 0, log_path("log"), &user);
	assert_trouble(0, "cannot be followed: Operation not permitted");
	assert_says(0, "");
	return 0;
}

static void
test_rights_that_cannot_be_had(void **state)
{
	(void)state;
	if (getuid() != 0)
		skip();
	assert_int_equal(world_apart(follow_without_capabilities, NULL), 0);
}

/* -- shortages ------------------------------------------------------------- */

static void
limit_descriptors(rlim_t count)
{
	struct rlimit limit = {.rlim_cur = count, .rlim_max = 1024};

	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static int
follow_without_inotify(void *context)
{
	struct follows blind;
	int free_fd = dup(STDIN_FILENO);

	(void)context;
	close(free_fd);
	limit_descriptors((rlim_t)free_fd);
	assert_int_equal(follows_init(&blind, 1), 0);
	assert_int_equal(blind.fd, -1);
	limit_descriptors(1024);
	follows_clear(&follows);
	follows = blind;
	append("log", "old\n");
	open_log(0, "log");
	assert_true(follow_is_blind(&follows, 0));
	assert_trouble(0,
	    "is looked at only now and then, without news of it: Too many open files; "
	    "see /proc/sys/fs/inotify/max_user_instances");
	assert_says(0, "");
	append("log", "one\n");
	move("log", "log.1");
	append("log", "two\n");
	follows_handle(&follows);
	assert_false(follow_has_news(&follows, 0));
	follow_mark(&follows, 0);
	assert_says(0, "one\ntwo\n");
	assert_no_trouble(0);
	return 0;
}

static void
test_no_inotify(void **state)
{
	(void)state;
	assert_int_equal(world_apart(follow_without_inotify, NULL), 0);
}

static int
follow_without_descriptors(void *context)
{
	int free_fd;

	(void)context;
	append("log", "old\n");
	free_fd = dup(STDIN_FILENO);
	close(free_fd);
	limit_descriptors((rlim_t)free_fd);
	open_log(0, "log");
	assert_trouble(0, "cannot be followed: Too many open files");
	limit_descriptors(1024);
	append("log", "new\n");
	follow_mark(&follows, 0);
	assert_says(0, "new\n");
	return 0;
}

static void
test_no_descriptors(void **state)
{
	(void)state;
	assert_int_equal(world_apart(follow_without_descriptors, NULL), 0);
}

static void
test_more_events_than_the_kernel_keeps(void **state)
{
	int first = writer("first");
	int second = writer("second");

	(void)state;
	open_log(0, "first");
	open_log(1, "second");
	assert_says(0, "");
	assert_says(1, "");
	for (int i = 0; i < 20000; i++) {
		write_to(first, "1\n");
		write_to(second, "2\n");
	}
	/* Its new one is made when the queue is full. */
	move("first", "first.1");
	append("first", "new\n");
	take(0, 4096);
	assert_int_equal(said_length, 2 * 20000 + 4);
	assert_memory_equal(said + said_length - 6, "1\nnew\n", 6);
	take(1, 4096);
	assert_int_equal(said_length, 4 * 20000 + 4);
	close(first);
	close(second);
}

static int
follow_without_proc(void *context)
{
	(void)context;
	namespace_hide("/proc", 0);
	append("log", "old\n");
	open_log(0, "log");
	assert_says(0, "");
	append("log", "one\n");
	assert_true(has_event());
	assert_says(0, "one\n");
	move("log", "log.1");
	append("log", "two\n");
	assert_says(0, "two\n");
	append("log", "three\n");
	assert_says(0, "three\n");
	return 0;
}

static void
test_without_proc(void **state)
{
	(void)state;
	assert_in_namespace(follow_without_proc, NULL, 0);
}

/* In a container, a file of the image is copied up when it is written to. */
static int
follow_an_overlay(void *context)
{
	static char options[4 * PATH_MAX];

	(void)context;
	make_folder("all");
	namespace_hide(world_path("all"), 0);
	make_folder("all/lower");
	make_folder("all/upper");
	make_folder("all/work");
	make_folder("all/merged");
	append("all/lower/log", "of the image\n");
	(void)snprintf(options, sizeof(options), "lowerdir=%s,upperdir=%s,workdir=%s",
	    world_path("all/lower"), world_path("all/upper"), world_path("all/work"));
	if (mount("overlay", world_path("all/merged"), "overlay", 0, options) < 0)
		return NAMESPACE_NONE;
	open_log(0, "all/merged/log");
	assert_says(0, "");
	append("all/merged/log", "one\n");
	assert_true(has_event());
	assert_says(0, "one\n");
	append("all/merged/log", "two\n");
	assert_true(has_event());
	assert_says(0, "two\n");
	follow_mark(&follows, 0);
	assert_says(0, "");
	assert_int_equal(truncate(world_path("all/merged/log"), 0), 0);
	append("all/merged/log", "three\n");
	assert_says(0, "three\n");
	return 0;
}

static void
test_a_file_of_the_image(void **state)
{
	(void)state;
	assert_in_namespace(follow_an_overlay, NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    follow_test(test_only_regular_files),
	    follow_test(test_not_what_it_writes_itself),
	    follow_test(test_a_file_of_the_kernel),
	    follow_test(test_a_name_that_is_none),
	    follow_test(test_with_the_rights_of_its_user),
	    follow_test(test_rights_that_come_later),
	    follow_test(test_a_file_that_is_opened_up),
	    follow_test(test_rights_that_cannot_be_had),
	    follow_test(test_no_inotify),
	    follow_test(test_no_descriptors),
	    follow_test(test_more_events_than_the_kernel_keeps),
	    follow_test(test_without_proc),
	    follow_test(test_a_file_of_the_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
