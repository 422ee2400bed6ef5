/* How a command finds proctor where it is busy. */
#include "init/client.h"

#include "config/endpoint.h"
#include "tests/unit/world.h"

#define TIMEOUT (100 * USEC_PER_MSEC)

static int listener = -1;
static int waiting = -1;
static struct endpoint endpoint;

/* Somebody listens there and does not accept, and there is no room for one more. */
static int
begin(void **state)
{
	if (world_begin(state) < 0)
		return -1;
	assert_true(endpoint_of_path(world_path("busy.sock"), &endpoint));
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	waiting = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listener, &endpoint.at.any, endpoint.length), 0);
	assert_int_equal(listen(listener, 0), 0);
	assert_int_equal(connect(waiting, &endpoint.at.any, endpoint.length), 0);
	return 0;
}

static int
end(void **state)
{
	close(listener);
	close(waiting);
	return world_end(state);
}

static void
test_nobody_is_heard(void **state)
{
	usec_t before = world_now();
	struct client client;

	(void)state;
	assert_int_equal(
	    client_connect(&client, NULL, world_path("busy.sock"), TIMEOUT), -ETIMEDOUT);
	assert_true(world_now() - before >= TIMEOUT);
	client_clear(&client);
}

static void
test_it_is_heard_in_the_end(void **state)
{
	struct client client;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		(void)poll(NULL, 0, 50);
		_exit(accept(listener, NULL, NULL) < 0);
	}
	assert_int_equal(
	    client_connect(&client, NULL, world_path("busy.sock"), USEC_NEVER), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	client_clear(&client);
}

static void
test_nobody_is_there(void **state)
{
	struct client client;

	(void)state;
	assert_int_equal(
	    client_connect(&client, NULL, world_path("none.sock"), TIMEOUT), -ENOENT);
	client_clear(&client);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_nobody_is_heard, begin, end),
	    cmocka_unit_test_setup_teardown(test_it_is_heard_in_the_end, begin, end),
	    cmocka_unit_test_setup_teardown(test_nobody_is_there, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
