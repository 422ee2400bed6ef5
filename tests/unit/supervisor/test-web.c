/* The HTTP server: what its clients get, and how many of them there may be. */
#include "tests/unit/supervisor/web-stage.h"

static void
test_a_page_is_answered(void **state)
{
	int client = client_new();

	(void)state;
	client_get(client, "/livez");
	stage_settle();
	assert_string_equal(client_heard(client),
	    "HTTP/1.1 200 OK\r\n"
	    "Date: Sun, 23 Nov 2025 05:43:57 GMT\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Length: 20\r\n"
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Connection: keep-alive\r\n"
	    "\r\n"
	    "you asked for /livez");
	close(client);
}

static void
test_one_after_the_other_on_a_connection(void **state)
{
	int client = client_new();

	(void)state;
	client_get(client, "/1");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /1");
	client_get(client, "/2");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /2");
	client_send(client, "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /3");
	assert_true(client_is_closed(client));
	close(client);
}

static void
test_head_gets_no_body(void **state)
{
	int client = client_new();
	const char *answer;

	(void)state;
	client_send(client, "HEAD /livez HTTP/1.1\r\nHost: a\r\n\r\n");
	stage_settle();
	answer = client_heard(client);
	assert_answer(answer, "200 OK", "");
	assert_non_null(strstr(answer, "\r\nContent-Length: 20\r\n"));
	client_get(client, "/2");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /2");
	close(client);
}

static void
test_only_get_and_head_are_allowed(void **state)
{
	int client = client_new();
	const char *answer;

	(void)state;
	client_send(client, "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n");
	stage_settle();
	answer = client_heard(client);
	assert_answer(answer, "405 Method Not Allowed", "405 Method Not Allowed\n");
	assert_non_null(strstr(answer, "\r\nAllow: GET, HEAD\r\n"));
	assert_int_equal(stage.answered, 0);
	close(client);
}

/* Two at once, and the beginning of a third. */
static void
test_requests_that_come_together(void **state)
{
	int client = client_new();

	(void)state;
	client_send(client,
	    "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
	    "GET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3");
	(void)stage_turn();
	(void)stage_turn();
	assert_answer(client_heard(client), "200 OK", "you asked for /1");
	(void)stage_turn();
	assert_answer(client_heard(client), "200 OK", "you asked for /2");
	stage_settle();
	client_send(client, " HTTP/1.1\r\nHost: a\r\n\r\n");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /3");
	close(client);
}

/* However many ask: the loop has other things to do. */
static void
test_one_answer_in_a_turn(void **state)
{
	int clients[10];

	(void)state;
	for (unsigned i = 0; i < LENGTH(clients); i++)
		clients[i] = client_new();
	stage_settle();
	for (unsigned i = 0; i < LENGTH(clients); i++)
		client_get(clients[i], "/");
	for (unsigned i = 0; i < LENGTH(clients); i++) {
		assert_int_equal(stage.answered, i);
		(void)stage_turn();
		assert_true(i == LENGTH(clients) - 1 || web_deadline(&stage.web) == 0);
	}
	assert_int_equal(stage.answered, LENGTH(clients));
	for (unsigned i = 0; i < LENGTH(clients); i++) {
		assert_answer(client_heard(clients[i]), "200 OK", "you asked for /");
		close(clients[i]);
	}
}

/* What it sent besides is unread, and yet it gets its answer. */
static void
test_who_is_refused_hears_why(void **state)
{
	int client = client_new();

	(void)state;
	client_send(client, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
	client_send(client, "123456789");
	stage_settle();
	client_send(client, "and more");
	stage_settle();
	assert_answer(
	    client_heard(client), "405 Method Not Allowed", "405 Method Not Allowed\n");
	assert_true(client_is_closed(client));
	stage_pass(CONNECTION_ENDING_TIME);
	assert_int_equal(send(client, "x", 1, MSG_NOSIGNAL), -1);
	assert_int_equal(errno, EPIPE);
	close(client);
}

static void
test_who_hangs_up_is_forgotten(void **state)
{
	unsigned before = world_descriptors();
	int clients[3] = {client_new(), client_new(), client_new()};

	(void)state;
	client_send(clients[1], "GET /");
	client_get(clients[2], "/");
	stage_settle();
	for (unsigned i = 0; i < LENGTH(clients); i++)
		close(clients[i]);
	stage_settle();
	assert_int_equal(world_descriptors(), before);
	assert_true(web_deadline(&stage.web) == USEC_NEVER);
}

/* -- time ---------------------------------------------------------------------- */

static void
test_a_request_has_five_seconds(void **state)
{
	int client = client_new();

	(void)state;
	stage_settle();
	client_send(client, "GET / HTTP/1.1\r\n");
	stage_settle();
	for (int second = 0; second < 4; second++) {
		stage_pass(USEC_PER_SEC);
		client_send(client, "X: y\r\n");
	}
	stage_pass(USEC_PER_SEC - 1);
	assert_string_equal(client_heard(client), "");
	assert_true(web_deadline(&stage.web) == stage.now + 1);
	stage_pass(1);
	assert_answer(
	    client_heard(client), "408 Request Timeout", "408 Request Timeout\n");
	assert_true(client_is_closed(client));
	close(client);
}

static void
test_who_says_nothing_is_left(void **state)
{
	int client = client_new();

	(void)state;
	stage_settle();
	assert_true(web_deadline(&stage.web) == stage.now + CONNECTION_REQUEST_TIME);
	stage_pass(CONNECTION_REQUEST_TIME);
	assert_true(client_is_closed(client));
	close(client);
}

static void
test_between_requests_there_is_more_time(void **state)
{
	int client = client_new();

	(void)state;
	client_get(client, "/1");
	stage_settle();
	(void)client_heard(client);
	stage_pass(CONNECTION_IDLE_TIME - 1);
	client_get(client, "/2");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /2");
	stage_pass(CONNECTION_IDLE_TIME);
	assert_true(client_is_closed(client));
	close(client);
}

/* -- sizes --------------------------------------------------------------------- */

static void
test_a_page_larger_than_the_socket_takes_at_once(void **state)
{
	int client = client_new();
	size_t length = 0;
	unsigned pieces = 0;

	(void)state;
	stage.size = (size_t)3 << 20;
	client_get(client, "/big");
	for (; length < stage.size; pieces++) {
		stage_settle();
		length += strlen(client_heard(client));
	}
	assert_true(pieces > 4);
	client_get(client, "/2");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /2");
	close(client);
}

static void
test_who_does_not_read_is_left(void **state)
{
	int client = client_new();
	unsigned before;

	(void)state;
	stage.size = (size_t)3 << 20;
	stage_settle();
	before = world_descriptors();
	client_get(client, "/big");
	stage_settle();
	stage_pass(CONNECTION_ANSWER_TIME - 1);
	assert_int_equal(world_descriptors(), before);
	stage_pass(1);
	assert_int_equal(world_descriptors(), before - 1);
	close(client);
}

static void
test_a_page_without_bounds_is_refused(void **state)
{
	int client = client_new();

	(void)state;
	stage.size = WEB_PAGE_LIMIT + 1;
	client_get(client, "/big");
	stage_settle();
	assert_answer(client_heard(client), "503 Service Unavailable", "");
	assert_true(client_is_closed(client));
	close(client);
}

/* Pages that nobody takes do not add up. */
static void
test_all_pages_together_are_bounded(void **state)
{
	int clients[4];

	(void)state;
	stage.size = (size_t)3 << 20;
	for (unsigned i = 0; i < LENGTH(clients); i++) {
		clients[i] = client_new();
		client_get(clients[i], "/big");
		stage_settle();
	}
	assert_int_equal(stage.answered, 3);
	assert_answer(client_heard(clients[3]), "503 Service Unavailable", "");
	for (unsigned i = 0; i < LENGTH(clients); i++)
		close(clients[i]);
}

static void
test_a_request_too_long(void **state)
{
	static char text[2 * REQUEST_SIZE];
	int client = client_new();

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	memcpy(text, "GET /", 5);
	client_send(client, text);
	stage_settle();
	assert_answer(client_heard(client), "414 URI Too Long", "414 URI Too Long\n");
	close(client);
}

/* -- many ---------------------------------------------------------------------- */

/* Between requests, that is: one that has just come is about to ask. */
static void
test_the_oldest_idle_one_gives_way(void **state)
{
	int clients[WEB_CONNECTIONS];
	int one_more;

	(void)state;
	for (unsigned i = 0; i < WEB_CONNECTIONS; i++) {
		clients[i] = client_new();
		stage_pass(1000);
	}
	for (unsigned i = 2; i < 4; i++) {
		client_get(clients[i], "/");
		stage_pass(1000);
		(void)client_heard(clients[i]);
	}
	client_send(clients[1], "GET /");
	stage_pass(1000);
	one_more = client_new();
	client_get(one_more, "/new");
	stage_settle();
	assert_answer(client_heard(one_more), "200 OK", "you asked for /new");
	assert_true(client_is_closed(clients[2]));
	for (unsigned i = 0; i < WEB_CONNECTIONS; i++) {
		assert_true(i == 2 || !client_is_closed(clients[i]));
		close(clients[i]);
	}
	close(one_more);
}

/* Sixty-four that never finish their request. */
static void
test_slow_requests_keep_nobody_out(void **state)
{
	int clients[WEB_CONNECTIONS];
	int one_more;

	(void)state;
	for (unsigned i = 0; i < WEB_CONNECTIONS; i++) {
		clients[i] = client_new();
		client_send(clients[i], "GET /");
		stage_pass(1000);
	}
	one_more = client_new();
	client_get(one_more, "/new");
	stage_settle();
	assert_answer(client_heard(one_more), "200 OK", "you asked for /new");
	assert_true(client_is_closed(clients[0]));
	for (unsigned i = 0; i < WEB_CONNECTIONS; i++)
		close(clients[i]);
	close(one_more);
}

/* All that is there for it now; returns how much. */
static size_t
take_all(int client)
{
	size_t length = 0;
	size_t n;

	while ((n = strlen(client_heard(client))) > 0)
		length += n;
	return length;
}

/* The server's sockets take only a few kilobytes before their client does. */
static void
narrow_all(void)
{
	static const int little = 1;

	for (unsigned slot = WEB_LISTENERS; slot < WEB_SLOTS; slot++)
		if (stage.events[slot] != 0)
			assert_int_equal(setsockopt(stage.fds[slot], SOL_SOCKET,
					     SO_SNDBUF, &little, sizeof(little)),
			    0);
}

/* Sixty-four that ask for much and take nothing; the first one just took some. */
static void
test_who_takes_nothing_keeps_nobody_out(void **state)
{
	int clients[WEB_CONNECTIONS];
	size_t length;
	int one_more;

	(void)state;
	stage.size = (size_t)100 << 10;
	for (unsigned i = 0; i < WEB_CONNECTIONS; i++) {
		clients[i] = client_new();
		stage_settle();
		narrow_all();
		client_get(clients[i], "/big");
		stage_pass(1000);
	}
	length = take_all(clients[0]);
	assert_true(length > 0 && length < stage.size);
	stage_pass(1000);
	one_more = client_new();
	client_get(one_more, "/new");
	stage_settle();
	assert_answer(client_heard(one_more), "200 OK", "you asked for /new");
	while (length < stage.size) {
		length += take_all(clients[0]);
		stage_settle();
	}
	assert_true(take_all(clients[1]) < stage.size);
	assert_true(client_is_closed(clients[1]));
	for (unsigned i = 0; i < WEB_CONNECTIONS; i++)
		close(clients[i]);
	close(one_more);
}

static void
test_too_many_at_once(void **state)
{
	int clients[WEB_CONNECTIONS];
	int one_more;

	(void)state;
	for (unsigned i = 0; i < WEB_CONNECTIONS; i++) {
		clients[i] = client_new();
		client_get(clients[i], "/");
	}
	while (stage_hand_over() > 0)
		continue;
	one_more = client_new();
	(void)stage_hand_over();
	assert_answer(client_heard(one_more), "503 Service Unavailable",
	    "503 Service Unavailable\n");
	assert_true(client_is_closed(one_more));
	stage_settle();
	assert_int_equal(stage.answered, WEB_CONNECTIONS);
	for (unsigned i = 0; i < WEB_CONNECTIONS; i++)
		close(clients[i]);
	close(one_more);
}

static void
limit_descriptors(rlim_t more)
{
	int next = dup(STDIN_FILENO);
	struct rlimit limit;

	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = more == RLIM_INFINITY ? limit.rlim_max : (rlim_t)next + more;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* A connection waits to be accepted, and cannot be: no turn of the loop for it. */
static void
test_no_descriptor_is_left(void **state)
{
	int client = client_new();

	(void)state;
	client_get(client, "/");
	limit_descriptors(0);
	stage_settle();
	assert_int_equal(stage.answered, 0);
	assert_true(web_deadline(&stage.web) == stage.now + WEB_PAUSE);
	limit_descriptors(RLIM_INFINITY);
	stage_pass(WEB_PAUSE - 1);
	assert_int_equal(stage.answered, 0);
	stage_pass(1);
	assert_answer(client_heard(client), "200 OK", "you asked for /");
	close(client);
}

static void
test_one_that_goes_makes_room(void **state)
{
	int busy = client_new();
	int client;

	(void)state;
	stage.size = (size_t)3 << 20;
	client_get(busy, "/big");
	stage_settle();
	client = client_new();
	client_get(client, "/");
	limit_descriptors(0);
	stage_settle();
	assert_int_equal(stage.answered, 1);
	close(busy);
	stage_settle();
	limit_descriptors(RLIM_INFINITY);
	assert_answer(client_heard(client), "200 OK", "you asked for /");
	close(client);
}

/* -- any way ------------------------------------------------------------------- */

static void
act(int *client, uint32_t *seed)
{
	static const char *const pieces[] = {"GET /", " HTTP/1.1\r\n", "Host: a\r\n",
	    "\r\n", "\n", "/big", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
	    "HEAD / HTTP/1.0\r\n\r\n"};

	if (*client < 0) {
		*client = client_new();
		return;
	}
	switch (world_random(seed, 4)) {
	case 0:
		close(*client);
		*client = -1;
		break;
	case 1:
		(void)client_heard(*client);
		break;
	default: {
		const char *piece = pieces[world_random(seed, LENGTH(pieces))];

		(void)send(*client, piece, strlen(piece), MSG_NOSIGNAL);
		break;
	}
	}
}

/* Clients of all manners; it never spins, and nothing is left of them. */
static void
test_clients_that_do_anything(void **state)
{
	unsigned before = world_descriptors();
	int clients[100];
	uint32_t seed = 11;

	(void)state;
	stage.size = 300000;
	memset(clients, -1, sizeof(clients));
	for (unsigned n = 0; n < 20000; n++) {
		act(&clients[world_random(&seed, LENGTH(clients))], &seed);
		stage.now += world_random(&seed, 20000);
		(void)stage_turn();
		if (n % 500 == 0)
			stage_settle();
	}
	assert_true(stage.answered > 100);
	for (unsigned i = 0; i < LENGTH(clients); i++)
		if (clients[i] >= 0)
			close(clients[i]);
	stage_pass(60 * USEC_PER_SEC);
	stage_pass(60 * USEC_PER_SEC);
	assert_int_equal(world_descriptors(), before);
	assert_true(web_deadline(&stage.web) == USEC_NEVER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    stage_test(test_a_page_is_answered),
	    stage_test(test_one_after_the_other_on_a_connection),
	    stage_test(test_head_gets_no_body),
	    stage_test(test_only_get_and_head_are_allowed),
	    stage_test(test_requests_that_come_together),
	    stage_test(test_one_answer_in_a_turn),
	    stage_test(test_who_is_refused_hears_why),
	    stage_test(test_who_hangs_up_is_forgotten),
	    stage_test(test_a_request_has_five_seconds),
	    stage_test(test_who_says_nothing_is_left),
	    stage_test(test_between_requests_there_is_more_time),
	    stage_test(test_a_page_larger_than_the_socket_takes_at_once),
	    stage_test(test_who_does_not_read_is_left),
	    stage_test(test_a_page_without_bounds_is_refused),
	    stage_test(test_all_pages_together_are_bounded),
	    stage_test(test_a_request_too_long),
	    stage_test(test_the_oldest_idle_one_gives_way),
	    stage_test(test_slow_requests_keep_nobody_out),
	    stage_test(test_who_takes_nothing_keeps_nobody_out),
	    stage_test(test_too_many_at_once),
	    stage_test(test_no_descriptor_is_left),
	    stage_test(test_one_that_goes_makes_room),
	    stage_test(test_clients_that_do_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
