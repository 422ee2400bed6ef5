/* The sockets that proctor was started with, as in sd_listen_fds(3). */
#include "init/sockets.h"

#include "tests/unit/world.h"

static struct fdstore sockets;

/* Their numbers are fixed, from 3 on: each test is in a process of its own. */
static void
give(int count)
{
	assert_int_equal(close_range(3, ~0U, 0), 0);
	for (int fd = 3; fd < 3 + count; fd++)
		assert_int_equal(open("/dev/null", O_RDWR), fd);
}

static void
say(const char *fds, const char *names)
{
	char pid[32];

	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	(void)setenv("LISTEN_PID", pid, 1);
	(void)setenv("LISTEN_FDS", fds, 1);
	if (names)
		(void)setenv("LISTEN_FDNAMES", names, 1);
	else
		(void)unsetenv("LISTEN_FDNAMES");
}

static void
adopt(size_t wanted)
{
	sockets_adopt(&sockets);
	assert_int_equal(sockets.count, wanted);
	for (size_t i = 0; i < wanted; i++) {
		assert_int_equal(sockets.items[i].fd, 3 + i);
		assert_int_equal(fcntl(sockets.items[i].fd, F_GETFD), FD_CLOEXEC);
	}
	assert_null(getenv("LISTEN_PID"));
	assert_null(getenv("LISTEN_FDS"));
	assert_null(getenv("LISTEN_FDNAMES"));
}

static int
take_named(void *context)
{
	(void)context;
	give(3);
	say("2", "http:https");
	adopt(2);
	assert_string_equal(sockets.items[0].name, "http");
	assert_string_equal(sockets.items[1].name, "https");
	/* The third is not in LISTEN_FDS, and nobody's business here. */
	assert_int_equal(fcntl(5, F_GETFD), 0);
	fdstore_clear(&sockets);
	assert_int_equal(fcntl(3, F_GETFD), -1);
	return 0;
}

static void
test_they_are_taken_with_their_names(void **state)
{
	(void)state;
	assert_int_equal(world_apart(take_named, NULL), 0);
}

static int
take_unnamed(void *context)
{
	(void)context;
	give(3);
	say("3", "http::");
	adopt(3);
	assert_string_equal(sockets.items[1].name, "");
	fdstore_clear(&sockets);
	give(2);
	say("2", "http");
	adopt(2);
	assert_string_equal(sockets.items[1].name, "unknown");
	fdstore_clear(&sockets);
	give(1);
	say("1", NULL);
	adopt(1);
	assert_string_equal(sockets.items[0].name, "unknown");
	return 0;
}

static void
test_names_that_are_missing(void **state)
{
	(void)state;
	assert_int_equal(world_apart(take_unnamed, NULL), 0);
}

static int
take_none(void *context)
{
	(void)context;
	give(2);
	adopt(0);
	say("2", "a:b");
	(void)setenv("LISTEN_PID", "1", 1);
	adopt(0);
	say("0", NULL);
	adopt(0);
	say("-1", NULL);
	adopt(0);
	say("many", NULL);
	adopt(0);
	say("2", NULL);
	(void)unsetenv("LISTEN_PID");
	adopt(0);
	assert_int_equal(fcntl(3, F_GETFD), 0);
	return 0;
}

/* Or they are for somebody else. */
static void
test_there_are_none(void **state)
{
	(void)state;
	assert_int_equal(world_apart(take_none, NULL), 0);
}

static int
take_missing(void *context)
{
	(void)context;
	give(2);
	say("99999999999999999999", "a:b");
	adopt(2);
	return 0;
}

/* It says more than there are. */
static void
test_some_that_are_not_open(void **state)
{
	(void)state;
	assert_int_equal(world_apart(take_missing, NULL), 0);
}

static int
take_many(void *context)
{
	(void)context;
	give(FDSTORE_MAX + 5);
	say("133", NULL);
	adopt(FDSTORE_MAX);
	return 0;
}

static void
test_there_is_an_end_to_it(void **state)
{
	(void)state;
	assert_int_equal(world_apart(take_many, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_they_are_taken_with_their_names),
	    world_test(test_names_that_are_missing),
	    world_test(test_there_are_none),
	    world_test(test_some_that_are_not_open),
	    world_test(test_there_is_an_end_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
