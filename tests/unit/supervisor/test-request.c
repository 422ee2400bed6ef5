/* What is a request, what is none, and what is to be answered then. */
#include <stdio.h>

#include "supervisor/request.h"

#include "tests/unit/supervisor/sample.h"

#define HOST "Host: a\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"

static struct request
read_whole(const char *text)
{
	struct request_reader reader = {.seen = 0};
	struct request r;

	if (request_read(&reader, text, strlen(text), &r) != REQUEST_WHOLE)
		fail_msg("there is more to come of '%s'", text);
	return r;
}

static void
assert_status(const char *text, unsigned status)
{
	struct request r = read_whole(text);

	if (r.status != status)
		fail_msg("'%s' is answered by %u, not %u", text, r.status, status);
}

static void
assert_slice(struct slice s, const char *text)
{
	if (!slice_is(s, text))
		fail_msg("'%.*s' is not '%s'", (int)s.length, s.bytes, text);
}

static void
test_a_request_of_a_probe(void **state)
{
	struct request r = read_whole("GET /readyz?verbose HTTP/1.1\r\n"
				      "Host: 10.0.0.1:9180\r\n"
				      "User-Agent: kube-probe/1.31\r\n"
				      "Accept: */*\r\n"
				      "Connection: close\r\n\r\n");

	(void)state;
	assert_int_equal(r.status, 0);
	assert_slice(r.path, "/readyz");
	assert_slice(r.query, "verbose");
	assert_false(r.head);
	assert_false(r.keep_alive);
	assert_false(r.openmetrics);
}

static void
test_head_is_like_get(void **state)
{
	struct request r = read_whole("HEAD / HTTP/1.1\r\n" HOST "\r\n");

	(void)state;
	assert_int_equal(r.status, 0);
	assert_true(r.head);
	assert_true(r.keep_alive);
}

static void
test_keep_alive(void **state)
{
	static const struct {
		const char *text;
		bool kept;
	} cases[] = {
	    {GET("/"), true},
	    {"GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", false},
	    {"GET / HTTP/1.1\r\n" HOST "connection: x,\tCLOSE ,y\r\n\r\n", false},
	    {"GET / HTTP/1.1\r\n" HOST "Connection: close, keep-alive\r\n\r\n", false},
	    {"GET / HTTP/1.1\r\n" HOST "Connection: closed\r\n\r\n", true},
	    {"GET / HTTP/1.0\r\n\r\n", false},
	    {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
	    {"GET / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n",
		false},
	    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", true},
	    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\na=b&", true},
	    {"PUT / HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\n", false},
	    {"GET / HTTP/1.1\r\n\r\n", false},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		if (read_whole(cases[i].text).keep_alive != cases[i].kept)
			fail_msg("'%s' keeps the connection, or not", cases[i].text);
}

static void
test_the_forms_of_a_target(void **state)
{
	struct request r = read_whole(GET("http://a:80/livez?x#"));

	(void)state;
	assert_int_equal(r.status, 400);
	r = read_whole(GET("http://a:80/livez?x=1&verbose=0"));
	assert_int_equal(r.status, 0);
	assert_slice(r.path, "/livez");
	assert_true(request_asks(&r, "verbose"));
	assert_true(request_asks(&r, "x"));
	assert_false(request_asks(&r, "verb"));
	r = read_whole(GET("HTTP://[::1]:80"));
	assert_int_equal(r.status, 0);
	assert_slice(r.path, "/");
	r = read_whole(GET("http://a?verbose"));
	assert_slice(r.path, "/");
	assert_true(request_asks(&r, "verbose"));
	assert_status(GET("http:///livez"), 400);
	assert_status(GET("http://a\\livez"), 400);
	assert_status(GET("https://a/"), 400);
	assert_status(GET("livez"), 400);
	assert_status(GET("*"), 400);
	assert_status(GET("a:80"), 400);
	assert_status("OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 405);
	assert_status("CONNECT a:80 HTTP/1.1\r\n" HOST "\r\n", 405);
}

static void
test_the_request_line(void **state)
{
	(void)state;
	assert_status("GET  / HTTP/1.1\r\n" HOST "\r\n", 400);
	assert_status("GET /  HTTP/1.1\r\n" HOST "\r\n", 400);
	assert_status(" GET / HTTP/1.1\r\n" HOST "\r\n", 400);
	assert_status("GET / HTTP/1.1 \r\n" HOST "\r\n", 400);
	assert_status("GET\t/ HTTP/1.1\r\n" HOST "\r\n", 400);
	assert_status("GET /\r\n" HOST "\r\n", 400);
	assert_status("GET\r\n\r\n", 400);
	assert_status("G(T / HTTP/1.1\r\n" HOST "\r\n", 400);
	assert_status("GET /\x80 HTTP/1.1\r\n" HOST "\r\n", 400);
	assert_status("GET / http/1.1\r\n" HOST "\r\n", 400);
	assert_status("GET / HTTP/1.10\r\n" HOST "\r\n", 400);
	assert_status("GET / HTTP/11\r\n" HOST "\r\n", 400);
	assert_status("get / HTTP/1.1\r\n" HOST "\r\n", 405);
	assert_status("GET / HTTP/2.0\r\n" HOST "\r\n", 505);
	assert_status("PRI * HTTP/2.0\r\n\r\n", 505);
	assert_status("GET / HTTP/0.9\r\n" HOST "\r\n", 505);
	assert_status("GET / HTTP/1.2\r\n" HOST "\r\n", 0);
}

static void
test_only_get_head_and_post(void **state)
{
	static const char *const methods[] = {
	    "PUT", "DELETE", "PATCH", "TRACE", "X", "POSTS", "post"};

	(void)state;
	for (size_t i = 0; i < LENGTH(methods); i++) {
		char text[64];

		(void)snprintf(
		    text, sizeof(text), "%s / HTTP/1.1\r\n" HOST "\r\n", methods[i]);
		assert_status(text, 405);
	}
}

static void
test_host(void **state)
{
	(void)state;
	assert_status("GET / HTTP/1.1\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400);
	assert_status("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\nHost:\r\n\r\n", 0);
	assert_status("GET / HTTP/1.1\r\nhOST:[::1]:80 \t\r\n\r\n", 0);
	assert_status("GET / HTTP/1.0\r\n\r\n", 0);
	assert_status("GET / HTTP/1.0\r\n" HOST HOST "\r\n", 400);
}

static void
test_no_bodies(void **state)
{
	(void)state;
	assert_status("GET / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 0);
	assert_status("GET / HTTP/1.1\r\n" HOST "Content-Length: 00\r\n\r\n", 0);
	assert_status("GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n", 413);
	assert_status("GET / HTTP/1.1\r\n" HOST
		      "Content-Length: 99999999999999999999999999\r\n\r\n",
	    413);
	assert_status("GET / HTTP/1.1\r\n" HOST "Content-Length: -0\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\n" HOST "Content-Length: 0x1\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\n" HOST "Content-Length: 0, 0\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\n" HOST
		      "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
	    400);
	assert_status(
	    "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n", 413);
	assert_status("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n", 501);
	assert_status("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n", 400);
	assert_status("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
	assert_status("POST / HTTP/1.1\r\n" HOST
		      "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
	    400);
}

static void
test_a_form(void **state)
{
	struct request r = read_whole("POST /a?b HTTP/1.1\r\n" HOST
				      "Content-Type: application/x-www-form-urlencoded;"
				      " charset=utf-8\r\n"
				      "Content-Length: 8\r\n\r\nc=d&\n\r%00GET");

	(void)state;
	assert_int_equal(r.status, 0);
	assert_true(r.post);
	assert_slice(r.path, "/a");
	assert_slice(r.query, "b");
	assert_slice(r.form, "c=d&\n\r%0");
	assert_true(request_asks(&r, "b"));
	assert_true(request_asks(&r, "c"));
	assert_false(request_asks(&r, "d"));
}

/* A byte at a time, and what follows is not its own. */
static void
test_a_form_in_pieces(void **state)
{
	static const char text[] =
	    "\r\nPOST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabcGET /";
	size_t whole = strlen(text) - strlen("GET /");
	struct request_reader reader = {.seen = 0};
	struct request r;

	(void)state;
	for (size_t i = 1; i < whole; i++)
		assert_int_equal(request_read(&reader, text, i, &r), REQUEST_MORE);
	assert_int_equal(request_read(&reader, text, strlen(text), &r), REQUEST_WHOLE);
	assert_int_equal(reader.seen, whole);
	assert_slice(r.form, "abc");
}

static void
test_bodies_that_are_no_form(void **state)
{
	(void)state;
	assert_status("POST / HTTP/1.1\r\n" HOST "Content-Type: application/json\r\n"
		      "Content-Length: 2\r\n\r\n",
	    415);
	assert_status(
	    "POST / HTTP/1.1\r\n" HOST "Content-Type: application/json\r\n\r\n", 0);
	assert_status(
	    "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", 411);
	assert_status("POST / HTTP/1.1\r\n" HOST "Content-Length: 8192\r\n\r\n", 413);
	assert_false(read_whole("POST / HTTP/1.1\r\n" HOST "Content-Length: 8192\r\n\r\n")
			 .keep_alive);
}

static void
test_header_fields(void **state)
{
	(void)state;
	assert_status("GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\n" HOST "X: a\r\n\tb\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\n " HOST "\r\n", 400);
	assert_status("GET / HTTP/1.1\r\n" HOST "X : a\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\n" HOST ": a\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\n" HOST "X\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\n" HOST "X(: a\r\n\r\n", 400);
	assert_status("GET / HTTP/1.1\r\n" HOST "X: \xc3\xa4 \x80\t!\r\n\r\n", 0);
	assert_status("POST / HTTP/1.1\r\n" HOST "X\r\n\r\n", 400);
}

/* As soon as they are there: whoever sends them is not waited for. */
static void
test_bytes_that_are_no_text(void **state)
{
	(void)state;
	assert_status("GET / HTTP/1.1\n", 400);
	assert_status("GET / HTTP/1.1\rX", 400);
	assert_status("GET / HTTP/1.1\r\nX: a\r\r", 400);
	assert_status("\x16\x03\x01", 400);
	assert_status("GET / HTTP/1.1\r\nX: \x1b", 400);
}

static void
test_nul_is_no_text(void **state)
{
	static const char text[] = "GET /\0";
	struct request_reader reader = {.seen = 0};
	struct request r;

	(void)state;
	assert_int_equal(
	    request_read(&reader, text, sizeof(text) - 1, &r), REQUEST_WHOLE);
	assert_int_equal(r.status, 400);
}

static void
test_empty_lines_before_it(void **state)
{
	struct request r = read_whole("\r\n\r\n" GET("/livez"));

	(void)state;
	assert_int_equal(r.status, 0);
	assert_slice(r.path, "/livez");
}

static void
test_who_takes_openmetrics(void **state)
{
	static const struct {
		const char *accept;
		bool taken;
	} cases[] = {
	    {"application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2", true},
	    {"text/plain, Application/OpenMetrics-Text", true},
	    {"text/plain;version=0.0.4", false},
	    {"*/*", false},
	    {"text/plain;x=application/openmetrics-text", false},
	    {"application/openmetrics-text2", false},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[256];

		(void)snprintf(text, sizeof(text),
		    "GET / HTTP/1.1\r\n" HOST "Accept: %s\r\n\r\n", cases[i].accept);
		assert_int_equal(read_whole(text).openmetrics, cases[i].taken);
	}
}

/* -- in pieces ----------------------------------------------------------------- */

static void
test_in_pieces_of_any_size(void **state)
{
	static const char text[] =
	    "\r\nGET /readyz?verbose HTTP/1.1\r\n" HOST "Connection: close\r\n\r\nGET";

	(void)state;
	for (size_t step = 1; step < sizeof(text); step++) {
		struct request_reader reader = {.seen = 0};
		struct request r = {.status = 1};
		size_t length = 0;

		do
			length =
			    length + step < strlen(text) ? length + step : strlen(text);
		while (request_read(&reader, text, length, &r) == REQUEST_MORE);
		assert_int_equal(r.status, 0);
		assert_slice(r.path, "/readyz");
		assert_false(r.keep_alive);
		assert_string_equal(text + reader.seen, "GET");
	}
}

static void
test_too_long(void **state)
{
	static char text[REQUEST_SIZE];
	struct request_reader reader = {.seen = 0};
	struct request r;

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "GET /", 5);
	assert_int_equal(request_read(&reader, text, sizeof(text) - 1, &r), REQUEST_MORE);
	assert_int_equal(request_read(&reader, text, sizeof(text), &r), REQUEST_WHOLE);
	assert_int_equal(r.status, 414);

	memcpy(text, "GET / HTTP/1.1\r\nX: ", 19);
	reader = (struct request_reader){.seen = 0};
	assert_int_equal(request_read(&reader, text, sizeof(text), &r), REQUEST_WHOLE);
	assert_int_equal(r.status, 431);
	assert_false(r.keep_alive);
}

static void
test_just_not_too_long(void **state)
{
	static char text[REQUEST_SIZE];
	struct request_reader reader = {.seen = 0};
	struct request r;

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "GET / HTTP/1.0\r\nX: ", 19);
	memcpy(text + sizeof(text) - 4, "\r\n\r\n", 4);
	assert_int_equal(request_read(&reader, text, sizeof(text), &r), REQUEST_WHOLE);
	assert_int_equal(r.status, 0);
	assert_int_equal(reader.seen, REQUEST_SIZE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_request_of_a_probe),
	    cmocka_unit_test(test_head_is_like_get),
	    cmocka_unit_test(test_keep_alive),
	    cmocka_unit_test(test_the_forms_of_a_target),
	    cmocka_unit_test(test_the_request_line),
	    cmocka_unit_test(test_only_get_head_and_post),
	    cmocka_unit_test(test_host),
	    cmocka_unit_test(test_no_bodies),
	    cmocka_unit_test(test_a_form),
	    cmocka_unit_test(test_a_form_in_pieces),
	    cmocka_unit_test(test_bodies_that_are_no_form),
	    cmocka_unit_test(test_header_fields),
	    cmocka_unit_test(test_bytes_that_are_no_text),
	    cmocka_unit_test(test_nul_is_no_text),
	    cmocka_unit_test(test_empty_lines_before_it),
	    cmocka_unit_test(test_who_takes_openmetrics),
	    cmocka_unit_test(test_in_pieces_of_any_size),
	    cmocka_unit_test(test_too_long),
	    cmocka_unit_test(test_just_not_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
