/* The answers a client reads, however they come in pieces. */
#include "init/client.h"

#include <sys/socket.h>

#include "config/clock.h"
#include "tests/unit/world.h"

static struct client client;
static int server;

static int
begin(void **state)
{
	int ends[2];

	if (world_begin(state) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) < 0)
		return -1;
	client = (struct client){.fd = ends[0], .deadline = USEC_NEVER};
	text_init(&client.body, 1 << 20);
	server = ends[1];
	return 0;
}

static int
end(void **state)
{
	client_clear(&client);
	if (server >= 0)
		close(server);
	return world_end(state);
}

#define exchange_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

/* Another process, that writes so many bytes at a time and goes away. */
static void
serve(const char *answer, size_t piece)
{
	size_t length = strlen(answer);
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0) {
		close(server);
		server = -1;
		return;
	}
	close(client.fd);
	for (size_t at = 0; at < length; at += piece) {
		size_t left = length - at;

		(void)!write(server, answer + at, left < piece ? left : piece);
		if (piece < length)
			(void)usleep(200);
	}
	_exit(0);
}

static int
request(struct client_answer *answer)
{
	int r = client_request(&client, "GET", "/x", answer);

	(void)wait(NULL);
	return r;
}

static void
assert_answer(const char *answer, unsigned status, const char *body)
{
	static const size_t pieces[] = {1, 7, 100000};

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct client_answer got;
		void *state = NULL;

		serve(answer, pieces[i]);
		assert_int_equal(request(&got), 0);
		assert_int_equal(got.status, status);
		assert_int_equal(got.length, strlen(body));
		assert_string_equal(got.body, body);
		assert_int_equal(end(&state), 0);
		assert_int_equal(begin(&state), 0);
	}
}

static void
assert_no_answer(const char *answer)
{
	struct client_answer got;
	void *state = NULL;

	serve(answer, 100000);
	if (request(&got) != -EBADMSG)
		fail_msg("'%s' is no answer", answer);
	assert_int_equal(end(&state), 0);
	assert_int_equal(begin(&state), 0);
}

static void
test_with_a_length(void **state)
{
	(void)state;
	assert_answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n", 200, "ok\n");
	assert_answer("HTTP/1.1 503 No\r\nA: b\r\ncontent-length:  0\r\n\r\n", 503, "");
	/* Whatever is behind it is not read. */
	assert_answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\n", 200, "ok");
}

static void
test_in_chunks(void **state)
{
	(void)state;
	assert_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		      "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
	    200, "abc0123456789");
	assert_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		      "0\r\nTrailer: x\r\n\r\n",
	    200, "");
}

static void
test_what_is_none(void **state)
{
	(void)state;
	assert_no_answer("");
	assert_no_answer("HTTP/1.1 200");
	assert_no_answer("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_no_answer("HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n");
	assert_no_answer("HTTP/1.1 200 OK\r\n\r\nok");
	assert_no_answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok");
	assert_no_answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
			 "Transfer-Encoding: chunked\r\n\r\nok\n");
	assert_no_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
			 "3\r\nabc\r\n");
	assert_no_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
			 "3\r\nabcd\r\n0\r\n\r\n");
	assert_no_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n");
	assert_no_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
			 "3\r\nabc\r\n0\r\n");
}

static void
test_a_head_that_never_ends(void **state)
{
	struct client_answer got;
	char *head = malloc(100001);

	(void)state;
	assert_non_null(head);
	memset(head, 'a', 100000);
	head[100000] = '\0';
	memcpy(head, "HTTP/1.1 200 OK\r\n", 17);
	serve(head, 100000);
	assert_int_equal(client_request(&client, "GET", "/x", &got), -EBADMSG);
	free(head);
}

static void
test_a_long_body(void **state)
{
	size_t length = 300000;
	char *answer = malloc(length + 100);
	struct client_answer got;
	int n;

	(void)state;
	assert_non_null(answer);
	n = snprintf(
	    answer, 100, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", length);
	memset(answer + n, 'x', length);
	answer[(size_t)n + length] = '\0';
	assert_int_equal(fcntl(server, F_SETFL, fcntl(server, F_GETFL) & ~O_NONBLOCK), 0);
	serve(answer, SIZE_MAX / 2);
	assert_int_equal(request(&got), 0);
	assert_int_equal(got.length, length);
	assert_int_equal(strspn(got.body, "x"), length);
	free(answer);
}

static void
test_nobody_answers(void **state)
{
	struct client_answer got;

	(void)state;
	client.deadline = clock_now() + 20 * USEC_PER_MSEC;
	assert_int_equal(client_request(&client, "GET", "/x", &got), -ETIMEDOUT);
}

static void
test_what_is_sent(void **state)
{
	char sent[512] = "";
	char *longest = malloc(9001);

	(void)state;
	assert_int_equal(client_send(&client, "GET", "/v1?a=b"), 0);
	assert_true(read(server, sent, sizeof(sent) - 1) > 0);
	assert_string_equal(
	    sent, "GET /v1?a=b HTTP/1.1\r\nHost: proctor\r\nConnection: close\r\n\r\n");
	assert_int_equal(client_send(&client, "POST", "/"), 0);
	assert_true(read(server, sent, sizeof(sent) - 1) > 0);
	assert_non_null(strstr(sent, "\r\nContent-Length: 0\r\n\r\n"));
	assert_non_null(longest);
	memset(longest, 'a', 9000);
	longest[9000] = '\0';
	assert_int_equal(client_send(&client, "GET", longest), -E2BIG);
	free(longest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    exchange_test(test_with_a_length),
	    exchange_test(test_in_chunks),
	    exchange_test(test_what_is_none),
	    exchange_test(test_a_head_that_never_ends),
	    exchange_test(test_a_long_body),
	    exchange_test(test_nobody_answers),
	    exchange_test(test_what_is_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
