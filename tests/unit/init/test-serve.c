/* Where the pages are served, and what is said where they cannot be. */
#include "init/serve.h"

#include <arpa/inet.h>

#include "tests/unit/world.h"

static struct config config;
static struct supervisor_duties duties;
static struct loop *loop;
static const char *what; /* could not be listened at */
static int signals[2]; /* nothing ever comes */

static int
begin(void **state)
{
	static struct service_config services[1];
	static const sigset_t none;
	static char *const environment[] = {NULL};

	if (world_begin(state) < 0 || pipe2(signals, O_CLOEXEC) < 0)
		return -1;
	config = (struct config){.services = services};
	duties = (struct supervisor_duties){
	    .child_mask = &none, .environment = environment, .oom_fd = -1};
	loop = loop_new(&config, &duties, signals[0]);
	return loop ? 0 : -1;
}

static int
end(void **state)
{
	loop_free(loop);
	close(signals[0]);
	close(signals[1]);
	return world_end(state);
}

#define serve_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

/* What proctor has said; nobody has written it out. */
static void
assert_said(const char *wanted)
{
	const struct output *o = &loop_supervisor(loop)->output;
	const struct sink *s = &o->sinks[o->shared ? OUTPUT_STDOUT : OUTPUT_STDERR];

	assert_int_equal(sink_pending(s), strlen(wanted));
	if (*wanted)
		assert_memory_equal(s->buffer + s->start, wanted, strlen(wanted));
}

static bool
is_served(const struct sockaddr *address, socklen_t length)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool served = connect(fd, address, length) == 0;

	close(fd);
	return served;
}

static bool
is_served_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return is_served((struct sockaddr *)&address, sizeof(address));
}

static void
test_nowhere(void **state)
{
	unsigned before = world_descriptors();

	(void)state;
	assert_int_equal(serve_open(loop, &config, NULL, &what), 0);
	assert_int_equal(world_descriptors(), before);
	assert_said("");
}

static void
test_the_runtime_directory(void **state)
{
	(void)state;
	assert_int_equal(serve_open(loop, &config, world_folder, &what), 0);
	assert_true(is_served_at(world_path("proctor.sock")));
	assert_said("");
	loop_free(loop);
	loop = NULL;
	assert_false(world_exists("proctor.sock"));
}

static void
test_a_path_of_its_own_as_well(void **state)
{
	char http[PATH_MAX + 128];

	(void)state;
	(void)snprintf(http, sizeof(http), "unix:%s", world_path("pages"));
	config.http = http;
	assert_int_equal(serve_open(loop, &config, world_folder, &what), 0);
	assert_true(is_served_at(world_path("proctor.sock")));
	assert_true(is_served_at(world_path("pages")));
}

/* Only 'proctor health' misses it. */
static void
test_no_socket_in_the_runtime_directory(void **state)
{
	char said[PATH_MAX + 256];
	char folder[PATH_MAX + 64];

	(void)state;
	(void)snprintf(folder, sizeof(folder), "%s/gone", world_folder);
	assert_int_equal(serve_open(loop, &config, folder, &what), 0);
	(void)snprintf(said, sizeof(said),
	    "proctor | no control socket: %s/proctor.sock: No such file or "
	    "directory\n",
	    folder);
	assert_said(said);
}

static void
test_a_path_that_is_too_long(void **state)
{
	char folder[200];
	char said[512];

	(void)state;
	memset(folder, 'x', sizeof(folder) - 1);
	folder[0] = '/';
	folder[sizeof(folder) - 1] = '\0';
	assert_int_equal(serve_open(loop, &config, folder, &what), 0);
	(void)snprintf(said, sizeof(said),
	    "proctor | no control socket: %s/proctor.sock: File name too "
	    "long\n",
	    folder);
	assert_said(said);
}

/* Without it nobody outside would ever see that all is well. */
static void
test_an_address_that_is_taken(void **state)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char http[64];

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	(void)snprintf(http, sizeof(http), "127.0.0.1:%d", ntohs(address.sin_port));
	config.http = http;
	assert_int_equal(serve_open(loop, &config, NULL, &what), -EADDRINUSE);
	close(fd);
	assert_int_equal(serve_open(loop, &config, NULL, &what), 0);
	assert_true(is_served((struct sockaddr *)&address, length));
}

static void
test_an_address_that_is_none(void **state)
{
	(void)state;
	config.http = "localhost";
	assert_int_equal(serve_open(loop, &config, NULL, &what), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    serve_test(test_nowhere),
	    serve_test(test_the_runtime_directory),
	    serve_test(test_a_path_of_its_own_as_well),
	    serve_test(test_no_socket_in_the_runtime_directory),
	    serve_test(test_a_path_that_is_too_long),
	    serve_test(test_an_address_that_is_taken),
	    serve_test(test_an_address_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
