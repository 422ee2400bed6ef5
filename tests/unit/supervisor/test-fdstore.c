/* Descriptors that are kept under names. */
#include "supervisor/fdstore.h"

#include "tests/unit/world.h"

static struct fdstore store;

static int
end(void **state)
{
	fdstore_clear(&store);
	return world_end(state);
}

#define fdstore_test(test) cmocka_unit_test_setup_teardown(test, world_begin, end)

static int
some_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void
test_what_is_added_is_there(void **state)
{
	char name[] = "one";
	int first = some_fd();
	int second = some_fd();

	(void)state;
	assert_int_equal(fdstore_add(&store, first, name), 0);
	assert_int_equal(fdstore_add(&store, second, "two"), 0);
	/* The name is the store's own. */
	name[0] = 'x';
	assert_true(fdstore_has(&store, "one"));
	assert_true(fdstore_has(&store, "two"));
	assert_false(fdstore_has(&store, "three"));
	assert_int_equal(store.count, 2);
	assert_int_equal(store.items[0].fd, first);
	assert_int_equal(store.items[1].fd, second);
}

/* All of that name, and the others stay in their order. */
static void
test_a_name_is_removed(void **state)
{
	static const char *const names[] = {"a", "b", "a", "c", "a"};
	int fds[5];

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		fds[i] = some_fd();
		assert_int_equal(fdstore_add(&store, fds[i], names[i]), 0);
	}
	fdstore_remove(&store, "none");
	assert_int_equal(store.count, 5);
	fdstore_remove(&store, "a");
	assert_int_equal(store.count, 2);
	assert_int_equal(store.items[0].fd, fds[1]);
	assert_int_equal(store.items[1].fd, fds[3]);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(is_open(fds[i]), i == 1 || i == 3);
	assert_false(fdstore_has(&store, "a"));
}

static void
test_there_is_an_end_to_it(void **state)
{
	int last;

	(void)state;
	for (int i = 0; i < FDSTORE_MAX; i++)
		assert_int_equal(fdstore_add(&store, some_fd(), "x"), 0);
	last = some_fd();
	assert_int_equal(fdstore_add(&store, last, "x"), -ENOSPC);
	assert_false(is_open(last));
	assert_int_equal(store.count, FDSTORE_MAX);
	fdstore_remove(&store, "x");
	assert_int_equal(store.count, 0);
	assert_int_equal(fdstore_add(&store, some_fd(), "y"), 0);
}

static void
test_the_end_leaves_nothing_open(void **state)
{
	unsigned before = world_descriptors();

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(fdstore_add(&store, some_fd(), "x"), 0);
	assert_int_equal(world_descriptors(), before + 3);
	fdstore_clear(&store);
	assert_int_equal(world_descriptors(), before);
	assert_int_equal(store.count, 0);
	fdstore_clear(&store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    fdstore_test(test_what_is_added_is_there),
	    fdstore_test(test_a_name_is_removed),
	    fdstore_test(test_there_is_an_end_to_it),
	    fdstore_test(test_the_end_leaves_nothing_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
