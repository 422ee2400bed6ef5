/* The HTTP server: answers that take their time, and those that have no end. */
#include "tests/unit/supervisor/web-stage.h"

static void
test_an_answer_that_comes_later(void **state)
{
	int client = client_new();
	int other = client_new();

	(void)state;
	client_get(client, "/later");
	stage_settle();
	assert_string_equal(client_heard(client), "");
	assert_int_equal(web_deadline(&stage.web), stage.now + USEC_PER_SEC);
	client_get(other, "/now");
	stage_settle();
	assert_answer(client_heard(other), "200 OK", "you asked for /now");
	stage.go = true;
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /later");
	client_get(client, "/2");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /2");
	close(client);
	close(other);
}

static void
test_it_is_asked_again_in_time(void **state)
{
	int client = client_new();

	(void)state;
	client_get(client, "/later");
	stage_settle();
	stage_pass(USEC_PER_SEC - 1);
	assert_string_equal(client_heard(client), "");
	stage_pass(1);
	assert_answer(client_heard(client), "200 OK", "you asked for /later");
	close(client);
}

static void
test_who_goes_is_not_waited_for(void **state)
{
	int client = client_new();
	unsigned asked;

	(void)state;
	client_get(client, "/later");
	stage_settle();
	assert_int_equal(stage.web.used, 1);
	close(client);
	stage_settle();
	assert_int_equal(stage.web.used, 0);
	asked = stage.answered;
	stage.go = true;
	stage_settle();
	assert_int_equal(stage.answered, asked);
}

static void
test_the_next_request_waits(void **state)
{
	int client = client_new();

	(void)state;
	client_get(client, "/later");
	stage_settle();
	client_get(client, "/2");
	stage_settle();
	assert_string_equal(client_heard(client), "");
	stage.go = true;
	(void)stage_turn();
	assert_answer(client_heard(client), "200 OK", "you asked for /later");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /2");
	close(client);
}

/* More than the buffer of a request holds. */
static void
test_who_sends_on_and_on_is_left(void **state)
{
	static char much[REQUEST_SIZE + 1];
	int client = client_new();

	(void)state;
	client_get(client, "/later");
	stage_settle();
	memset(much, 'x', REQUEST_SIZE);
	client_send(client, much);
	stage_settle();
	assert_int_equal(stage.web.used, 0);
	close(client);
}

/* Those who wait do not keep out those who do not. */
static void
test_not_all_may_wait(void **state)
{
	int clients[WEB_CONNECTIONS + 8];
	unsigned waiting = 0;
	int one_more;

	(void)state;
	for (unsigned i = 0; i < LENGTH(clients); i++) {
		clients[i] = client_new();
		client_get(clients[i], "/later");
		stage_settle();
		waiting +=
		    *client_heard(clients[i]) == '\0' && !client_is_closed(clients[i]);
	}
	assert_int_equal(waiting, WEB_WAITING_READERS);
	one_more = client_new();
	client_get(one_more, "/now");
	stage_settle();
	assert_answer(client_heard(one_more), "200 OK", "you asked for /now");
	stage.go = true;
	stage_settle();
	assert_answer(client_heard(clients[0]), "200 OK", "you asked for /later");
	for (unsigned i = 0; i < LENGTH(clients); i++)
		close(clients[i]);
	close(one_more);
}

/* -- streams ------------------------------------------------------------------- */

static int
begin_stream(void)
{
	int client = client_new();

	client_get(client, "/stream");
	stage_settle();
	return client;
}

/* Once. */
static void
add(const char *piece)
{
	stage.piece = piece;
	(void)stage_turn();
	stage.piece = NULL;
	stage_settle();
}

static void
test_a_stream(void **state)
{
	int client = begin_stream();

	(void)state;
	assert_answer(client_heard(client), "200 OK", "");
	assert_int_equal(web_deadline(&stage.web), USEC_NEVER);
	add("hello, world\n");
	assert_string_equal(client_heard(client), "0000000d\r\nhello, world\n\r\n");
	stage_pass(USEC_DAY);
	add("more\n");
	assert_string_equal(client_heard(client), "00000005\r\nmore\n\r\n");
	add(".");
	assert_string_equal(client_heard(client), "0\r\n\r\n");
	client_get(client, "/2");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /2");
	close(client);
}

static void
test_the_head_of_a_stream(void **state)
{
	int client = client_new();

	(void)state;
	client_send(client, "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n");
	stage_settle();
	assert_string_equal(client_heard(client),
	    "HTTP/1.1 200 OK\r\n"
	    "Date: Sun, 23 Nov 2025 05:43:57 GMT\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Transfer-Encoding: chunked\r\n"
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Connection: keep-alive\r\n"
	    "\r\n");
	client_get(client, "/2");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /2");
	close(client);
}

static void
test_a_stream_of_old(void **state)
{
	int client = client_new();

	(void)state;
	client_send(client, "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	stage_settle();
	assert_null(strstr(client_heard(client), "chunked"));
	add("hello\n");
	assert_string_equal(client_heard(client), "hello\n");
	add(".");
	assert_true(client_is_closed(client));
	close(client);
}

static void
test_who_leaves_a_stream_is_forgotten(void **state)
{
	int client = begin_stream();

	(void)state;
	close(client);
	stage_settle();
	assert_int_equal(stage.web.used, 0);
}

/* What it does not take is no more than a piece, and it is not kept for ever. */
static void
test_who_does_not_take_a_stream_is_left(void **state)
{
	static char much[64 * 1024 + 1];
	int client = begin_stream();

	(void)state;
	memset(much, 'x', sizeof(much) - 1);
	stage.piece = much;
	for (unsigned i = 0; i < 1000; i++)
		(void)stage_turn();
	assert_true(stage.web.connections[0].page.body.capacity < 2 * sizeof(much));
	stage.now += CONNECTION_ANSWER_TIME - 1;
	(void)stage_turn();
	assert_int_equal(stage.web.used, 1);
	stage.now += 1;
	(void)stage_turn();
	assert_int_equal(stage.web.used, 0);
	close(client);
}

/* -- what nobody takes ----------------------------------------------------------- */

/* As much as may be pending, and more. */
static void
ask_for_much(int clients[3])
{
	stage.size = (size_t)3 << 20;
	for (unsigned i = 0; i < 3; i++) {
		clients[i] = client_new();
		client_get(clients[i], "/big");
		stage_settle();
	}
}

static void
test_who_waited_has_its_answer_in_any_case(void **state)
{
	int client = client_new();
	int clients[3];

	(void)state;
	client_get(client, "/later");
	stage_settle();
	ask_for_much(clients);
	stage.go = true;
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /later");
	for (unsigned i = 0; i < LENGTH(clients); i++)
		close(clients[i]);
	close(client);
}

/* It goes on when there is room, and does not spin meanwhile. */
static void
test_no_piece_while_too_much_is_pending(void **state)
{
	int client = begin_stream();
	int clients[3];

	(void)state;
	assert_answer(client_heard(client), "200 OK", "");
	ask_for_much(clients);
	add("not yet\n");
	assert_string_equal(client_heard(client), "");
	for (unsigned i = 0; i < LENGTH(clients); i++)
		close(clients[i]);
	stage_settle();
	add("now\n");
	assert_string_equal(client_heard(client), "00000004\r\nnow\n\r\n");
	close(client);
}

/* -- who may ------------------------------------------------------------------- */

static int
client_at(const char *name)
{
	struct endpoint e = stage_endpoint(name);

	return client_of(&e.at.any, e.length);
}

static void
test_who_is_not_known(void **state)
{
	struct endpoint e = stage_endpoint("control.sock");
	const char *answer;
	int client;

	(void)state;
	assert_int_equal(web_listen(&stage.web, &e, WEB_KNOWN), 0);
	client = client_at("control.sock");
	stage_settle();
	answer = client_heard(client);
	assert_answer(answer, "403 Forbidden",
	    "{\"error\":{\"code\":\"forbidden\",\"message\":\"only root, the user that "
	    "proctor runs as and control_group may ask\"}}\n");
	assert_non_null(strstr(answer, "\r\nContent-Type: application/json\r\n"));
	/* Its request may still be on its way. */
	client_get(client, "/1");
	stage_settle();
	assert_int_equal(stage.answered, 0);
	assert_true(client_is_closed(client));
	close(client);
	stage_settle();
	assert_int_equal(stage.web.used, 0);
}

static void
test_who_is_known(void **state)
{
	struct endpoint e = stage_endpoint("control.sock");
	int client;

	(void)state;
	stage.access = ACCESS_READ;
	assert_int_equal(web_listen(&stage.web, &e, WEB_KNOWN), 0);
	client = client_at("control.sock");
	client_get(client, "/1");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /1");
	client_send(client, "PUT /1 HTTP/1.1\r\nHost: a\r\n\r\n");
	stage_settle();
	assert_answer(client_heard(client), "405 Method Not Allowed",
	    "{\"error\":{\"code\":\"method-not-allowed\",\"message\":\"Method Not "
	    "Allowed\"}}\n");
	stage.size = 2 * WEB_PAGE_LIMIT;
	client_get(client, "/big");
	stage_settle();
	assert_answer(client_heard(client), "503 Service Unavailable",
	    "{\"error\":{\"code\":\"busy\",\"message\":\"there is no memory for the "
	    "answer\"}}\n");
	close(client);
}

/* Another configuration may take away what it could when it connected. */
static void
test_who_is_not_known_any_more(void **state)
{
	struct endpoint e = stage_endpoint("control.sock");
	int client;

	(void)state;
	stage.access = ACCESS_MANAGE;
	assert_int_equal(web_listen(&stage.web, &e, WEB_KNOWN), 0);
	client = client_at("control.sock");
	client_get(client, "/1");
	stage_settle();
	assert_answer(client_heard(client), "200 OK", "you asked for /1");
	stage.access = ACCESS_NONE;
	client_get(client, "/2");
	stage_settle();
	assert_answer(client_heard(client), "403 Forbidden",
	    "{\"error\":{\"code\":\"forbidden\",\"message\":\"Forbidden\"}}\n");
	assert_int_equal(stage.answered, 1);
	assert_true(client_is_closed(client));
	close(client);
}

/* So it does from those who wait or follow, and from nobody else. */
static void
test_who_is_not_known_any_more_hears_no_more(void **state)
{
	struct endpoint e = stage_endpoint("control.sock");
	int follower;
	int waiting;
	int guest;

	(void)state;
	stage.access = ACCESS_READ;
	assert_int_equal(web_listen(&stage.web, &e, WEB_KNOWN), 0);
	follower = client_at("control.sock");
	waiting = client_at("control.sock");
	guest = begin_stream();
	client_get(follower, "/stream");
	client_get(waiting, "/later");
	stage_settle();
	assert_non_null(strstr(client_heard(follower), "200 OK"));
	web_admit_again(&stage.web);
	add("one\n");
	assert_non_null(strstr(client_heard(follower), "one\n"));
	stage.access = ACCESS_NONE;
	web_admit_again(&stage.web);
	stage_settle();
	assert_true(client_is_closed(follower));
	assert_answer(client_heard(waiting), "403 Forbidden",
	    "{\"error\":{\"code\":\"forbidden\",\"message\":\"Forbidden\"}}\n");
	assert_false(client_is_closed(guest));
	close(follower);
	close(waiting);
	close(guest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    stage_test(test_an_answer_that_comes_later),
	    stage_test(test_it_is_asked_again_in_time),
	    stage_test(test_who_goes_is_not_waited_for),
	    stage_test(test_the_next_request_waits),
	    stage_test(test_who_sends_on_and_on_is_left),
	    stage_test(test_not_all_may_wait),
	    stage_test(test_a_stream),
	    stage_test(test_the_head_of_a_stream),
	    stage_test(test_a_stream_of_old),
	    stage_test(test_who_leaves_a_stream_is_forgotten),
	    stage_test(test_who_does_not_take_a_stream_is_left),
	    stage_test(test_who_waited_has_its_answer_in_any_case),
	    stage_test(test_no_piece_while_too_much_is_pending),
	    stage_test(test_who_is_not_known),
	    stage_test(test_who_is_known),
	    stage_test(test_who_is_not_known_any_more),
	    stage_test(test_who_is_not_known_any_more_hears_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
