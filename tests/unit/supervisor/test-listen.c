/* Sockets that others connect to: which addresses, whose paths, which guests. */
#include "supervisor/listen.h"

#include "tests/unit/supervisor/web-stage.h"

static int
stage_begin_closed(void **state)
{
	if (world_begin(state) != 0)
		return -1;
	stage_open();
	return 0;
}

#define listen_test(test)                                                                \
	cmocka_unit_test_setup_teardown(test, stage_begin_closed, stage_end)

static void
assert_page(int client)
{
	client_get(client, "/a");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /a");
	close(client);
}

/* -- addresses ------------------------------------------------------------------- */

/* At a port that is free; what is listened at. */
static struct endpoint
listen_at_some_port(const char *text)
{
	struct endpoint e;

	assert_null(endpoint_parse(text, &e));
	if (e.at.any.sa_family == AF_INET6)
		e.at.v6.sin6_port = 0;
	else
		e.at.v4.sin_port = 0;
	assert_int_equal(web_listen(&stage.web, &e, WEB_EVERYBODY), 0);
	e.length = sizeof(e.at);
	assert_int_equal(getsockname(stage.web.listeners[0].fd, &e.at.any, &e.length), 0);
	return e;
}

static void
test_an_address(void **state)
{
	struct endpoint e = listen_at_some_port("127.0.0.1:1");

	(void)state;
	assert_page(client_of(&e.at.any, e.length));
}

/* IPv6 may be missing, in a container. */
static void
test_all_addresses_of_both_families(void **state)
{
	struct endpoint e = listen_at_some_port("*:1");
	struct sockaddr_in6 v6 = e.at.v6;
	struct sockaddr_in v4 = {
	    .sin_family = AF_INET,
	    .sin_port = v6.sin6_port,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	(void)state;
	if (e.at.any.sa_family == AF_INET6) {
		v6.sin6_addr = in6addr_loopback;
		assert_page(client_of((const struct sockaddr *)&v6, sizeof(v6)));
	}
	assert_page(client_of((const struct sockaddr *)&v4, sizeof(v4)));
}

static void
test_a_port_that_is_taken(void **state)
{
	struct endpoint e = listen_at_some_port("127.0.0.1:1");

	(void)state;
	assert_int_equal(web_listen(&stage.web, &e, WEB_EVERYBODY), -EADDRINUSE);
	assert_page(client_of(&e.at.any, e.length));
}

static void
test_two_listeners(void **state)
{
	struct endpoint e = listen_at_some_port("127.0.0.1:1");
	struct endpoint web = stage_endpoint("web.sock");
	struct endpoint third = stage_endpoint("third.sock");

	(void)state;
	assert_int_equal(web_listen(&stage.web, &web, WEB_EVERYBODY), 0);
	assert_int_equal(web_listen(&stage.web, &third, WEB_EVERYBODY), -ENOSPC);
	assert_page(client_of(&e.at.any, e.length));
	assert_page(client_new());
}

/* -- paths --------------------------------------------------------------------- */

static void
test_the_path_is_removed_at_the_end(void **state)
{
	struct endpoint e = stage_endpoint("web.sock");
	struct stat st;

	(void)state;
	assert_int_equal(web_listen(&stage.web, &e, WEB_EVERYBODY), 0);
	assert_int_equal(lstat(world_path("web.sock"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0666);
	assert_page(client_new());
	web_clear(&stage.web);
	assert_false(world_exists("web.sock"));
}

static void
test_a_socket_that_nobody_answers_at_is_replaced(void **state)
{
	struct endpoint e = stage_endpoint("web.sock");
	int fd = listen_at(&e);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_true(world_exists("web.sock"));
	assert_int_equal(web_listen(&stage.web, &e, WEB_EVERYBODY), 0);
	assert_page(client_new());
}

static void
test_a_socket_that_somebody_answers_at_stays(void **state)
{
	struct endpoint e = stage_endpoint("web.sock");
	int fd = listen_at(&e);
	struct stat before;
	struct stat after;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(lstat(world_path("web.sock"), &before), 0);
	assert_int_equal(web_listen(&stage.web, &e, WEB_EVERYBODY), -EADDRINUSE);
	assert_int_equal(lstat(world_path("web.sock"), &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	close(fd);
}

static void
test_a_file_stays(void **state)
{
	struct endpoint e = stage_endpoint("web.sock");

	(void)state;
	(void)world_file("web.sock", "precious");
	assert_int_equal(web_listen(&stage.web, &e, WEB_EVERYBODY), -EEXIST);
	assert_string_equal(world_text(world_path("web.sock")), "precious");
}

static void
test_no_such_folder(void **state)
{
	struct endpoint e = stage_endpoint("no/web.sock");

	(void)state;
	assert_int_equal(web_listen(&stage.web, &e, WEB_EVERYBODY), -ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    listen_test(test_an_address),
	    listen_test(test_all_addresses_of_both_families),
	    listen_test(test_a_port_that_is_taken),
	    listen_test(test_two_listeners),
	    listen_test(test_the_path_is_removed_at_the_end),
	    listen_test(test_a_socket_that_nobody_answers_at_is_replaced),
	    listen_test(test_a_socket_that_somebody_answers_at_stays),
	    listen_test(test_a_file_stays),
	    listen_test(test_no_such_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
