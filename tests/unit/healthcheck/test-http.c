/* http probes and servers of every kind of malice. */
#include "tests/unit/healthcheck/server.h"

#include <sys/resource.h>

#define OK "HTTP/1.1 200 OK\r\n\r\n"

static const struct http_terms *
expects(const char *body, int first, int last)
{
	static struct status_range range;
	static struct http_terms terms;

	range = (struct status_range){first, last};
	terms = (struct http_terms){.body = body};
	if (first != 0)
		terms.statuses = (struct status_ranges){&range, 1};
	return &terms;
}

static void
test_verdicts(void **state)
{
	static const struct {
		const char *answer;
		const char *body;
		int first;
		int last;
		const char *line;
	} rows[] = {
	    {OK, NULL, 0, 0, "+HTTP 200 OK"},
	    {"HTTP/1.1 399 Why Not\r\n\r\n", NULL, 0, 0, "+HTTP 399 Why Not"},
	    {"HTTP/1.1 304\r\n\r\n", NULL, 0, 0, "+HTTP 304"},
	    {"HTTP/1.1 302 Found\r\n\r\n", NULL, 0, 0, "+HTTP 302 Found"},
	    {"HTTP/1.1 400 Bad\x1b\xff\r\n\r\n", NULL, 0, 0, "-HTTP 400 Bad??"},
	    {"HTTP/1.1 199 No\r\n\r\n" OK, NULL, 0, 0, "+HTTP 200 OK"},
	    {"HTTP/1.1 101 Switching\r\n\r\n", NULL, 0, 0, "-HTTP 101 Switching"},
	    {OK, NULL, 204, 204, "-HTTP 200 OK"},
	    {"HTTP/1.1 404 Not Found\r\n\r\n", NULL, 404, 404, "+HTTP 404 Not Found"},
	    {"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", NULL, 302, 302,
		"+HTTP 302 Found"},
	    {OK "all is well", "is well", 0, 0, "+HTTP 200 OK"},
	    {OK "all is well", "is ill", 0, 0,
		"-HTTP 200 OK, but its body has no 'is ill'"},
	    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nall is\r\n5\r\n "
	     "well",
		"is well", 0, 0, "+HTTP 200 OK"},
	    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nall is well", "well",
		0, 0, "-HTTP 200 OK, but the answer's chunks make no sense"},
	    {"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nall", "well", 0, 0,
		"-HTTP 200 OK, but the answer is not complete"},
	    {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", NULL, 0, 0, "+HTTP 200 OK"},
	    {"HTTP/1.1 302 Found\r\nContent-Length: x\r\n\r\n", NULL, 0, 0,
		"-HTTP 302 Found, but the answer's Content-Length makes no sense"},
	    {"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n\r\n", NULL, 0, 0,
		"+HTTP 302, not followed to another host: http://elsewhere/"},
	    {"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n\r\n", NULL, 200, 299,
		"-HTTP 302 Found"},
	    {"HTTP/1.1 302 Found\r\nLocation: http://:x\r\n\r\n", NULL, 0, 0,
		"-HTTP 302, but it leads nowhere: http://:x"},
	    {"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", NULL, 0, 0,
		"-more than 10 redirects"},
	    {"", NULL, 0, 0, "-the connection was closed without an answer"},
	    {"HTTP/1.1 200", NULL, 0, 0, "-the answer is not complete"},
	    {"220 mail.example ESMTP\r\n", NULL, 0, 0, "-the answer is not HTTP"},
	    {"\x15\x03\x01", NULL, 0, 0, "-the answer is not HTTP"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct server s = server_start(AF_INET, server_say, rows[i].answer);

		assert_string_equal(
		    ask_http(&s, "/", expects(rows[i].body, rows[i].first, rows[i].last)),
		    rows[i].line);
		server_end(&s);
	}
}

/* -- what is sent --------------------------------------------------------------------- */

/* Answers well if the request is the argument. */
static void
serve_exact(int fd, const char *request, const char *argument)
{
	server_say(
	    fd, request, strcmp(request, argument) == 0 ? OK : "HTTP/1.1 400 No\r\n\r\n");
}

static void
test_request(void **state)
{
	static struct variable headers[] = {
	    {"x-token", "a b"}, {"HOST", "web.example"}, {"Accept", "text/plain"}};
	static const struct http_terms terms = {.headers = {headers, 3}};
	static const char wanted[] = "GET /a%20b?c=d HTTP/1.1\r\n"
				     "User-Agent: proctor/" PROCTOR_VERSION "\r\n"
				     "Connection: close\r\n"
				     "x-token: a b\r\n"
				     "HOST: web.example\r\n"
				     "Accept: text/plain\r\n"
				     "\r\n";
	struct server s = server_start(AF_INET, serve_exact, wanted);

	(void)state;
	assert_string_equal(ask_http(&s, "/a%20b?c=d", &terms), "+HTTP 200 OK");
	assert_string_equal(ask_http(&s, "/", &terms), "-HTTP 400 No");
	server_end(&s);
}

/* Answers well if the headers are those of every request, to [::1] or 127.0.0.1. */
static void
serve_usual(int fd, const char *request, const char *argument)
{
	static const char rest[] = "\r\nUser-Agent: proctor/" PROCTOR_VERSION
				   "\r\nAccept: */*\r\nConnection: close\r\n\r\n";
	const char *start = strstr(request, argument);
	const char *end = start ? start + strlen(argument) : "";

	end += strspn(end, "0123456789");
	server_say(fd, request, strcmp(end, rest) == 0 ? OK : "HTTP/1.1 400 No\r\n\r\n");
}

static void
test_both_families(void **state)
{
	struct server v4 =
	    server_start(AF_INET, serve_usual, "GET / HTTP/1.1\r\nHost: 127.0.0.1:");
	struct server v6 =
	    server_start(AF_INET6, serve_usual, "GET / HTTP/1.1\r\nHost: [::1]:");
	struct probe probe = {
	    .kind = PROBE_HTTP, .host = "::1", .port = v6.port, .path = "/"};

	(void)state;
	assert_string_equal(ask_http(&v4, "/", NULL), "+HTTP 200 OK");
	assert_string_equal(ask(&probe, NULL), "+HTTP 200 OK");
	server_end(&v4);
	server_end(&v6);
}

/* Whatever else the name stands for, one of its addresses answers. */
static void
test_names(void **state)
{
	struct server s = server_start(AF_INET, server_say, OK);
	struct probe probe = {
	    .kind = PROBE_HTTP, .host = "localhost", .port = s.port, .path = "/"};

	(void)state;
	assert_string_equal(ask(&probe, NULL), "+HTTP 200 OK");
	probe.host = "nobody.invalid";
	assert_memory_equal(ask(&probe, NULL), "-nobody.invalid: ", 17);
	server_end(&s);
}

/* -- redirects -------------------------------------------------------------------------- */

/* /9 leads to /8, and so on; /0 is well. */
static void
serve_stairs(int fd, const char *request, const char *argument)
{
	int n = atoi(request + strlen("GET /"));
	char text[128];

	(void)argument;
	snprintf(text, sizeof(text), "HTTP/1.1 307 Down\r\nLocation: %d\r\n\r\n", n - 1);
	server_say(fd, request, n == 0 ? OK "the ground" : text);
}

static void
test_ten_redirects(void **state)
{
	struct server s = server_start(AF_INET, serve_stairs, NULL);

	(void)state;
	assert_string_equal(ask_http(&s, "/10", expects("ground", 0, 0)), "+HTTP 200 OK");
	assert_string_equal(
	    ask_http(&s, "/11", expects("ground", 0, 0)), "-more than 10 redirects");
	assert_string_equal(
	    ask_http(&s, "/1", expects(NULL, 307, 307)), "+HTTP 307 Down");
	server_end(&s);
}

/* -- malice ------------------------------------------------------------------------------- */

static void
serve_drops(int fd, const char *request, const char *argument)
{
	const struct timespec wait = {.tv_nsec = 1000 * 1000};

	(void)request;
	for (; *argument; argument++) {
		(void)!write(fd, argument, 1);
		(void)nanosleep(&wait, NULL);
	}
}

static void
test_one_byte_at_a_time(void **state)
{
	struct server s = server_start(AF_INET, serve_drops,
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
	    "chunked\r\n\r\n4\r\nwell\r\n0\r\n\r\n");

	(void)state;
	assert_string_equal(ask_http(&s, "/", expects("well", 0, 0)), "+HTTP 200 OK");
	server_end(&s);
}

/* The argument, and then a gigabyte, or what the other side takes of it. */
static void
serve_gigabyte(int fd, const char *request, const char *argument)
{
	static char zeros[64 * 1024];

	server_say(fd, request, argument);
	for (size_t i = 0; i < 1024 * 1024 * 1024; i += sizeof(zeros)) {
		if (write(fd, zeros, sizeof(zeros)) < 0)
			return;
	}
}

static long
memory(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	return usage.ru_maxrss;
}

static void
test_a_gigabyte(void **state)
{
	struct server s = server_start(AF_INET, serve_gigabyte, OK "it is well");
	struct server sized = server_start(AF_INET, serve_gigabyte,
	    "HTTP/1.1 200 OK\r\nContent-Length: 30000000\r\n\r\n");
	long before;

	(void)state;
	assert_string_equal(ask_http(&s, "/", NULL), "+HTTP 200 OK");
	assert_string_equal(ask_http(&s, "/", expects("well", 0, 0)), "+HTTP 200 OK");
	before = memory();
	assert_string_equal(ask_http(&sized, "/", expects("well", 0, 0)),
	    "-HTTP 200 OK, but its body has no 'well'");
	/* In KiB; the sanitizers need some for themselves. */
	assert_true(memory() - before < 1024);
	server_end(&s);
	server_end(&sized);
}

static void
serve_bomb(int fd, const char *request, const char *argument)
{
	(void)request;
	server_say(fd, request, "HTTP/1.1 302 Found\r\n");
	while (write(fd, argument, strlen(argument)) > 0)
		continue;
}

static void
test_header_bombs(void **state)
{
	static const char *const bombs[] = {"Header: value\r\n", "a", "\xff", ": : :\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
		struct server s = server_start(AF_INET, serve_bomb, bombs[i]);

		assert_string_equal(ask_http(&s, "/", NULL),
		    "-HTTP 302 Found, but the answer has more than 64 KiB of headers");
		server_end(&s);
	}
}

static void
serve_reset(int fd, const char *request, const char *argument)
{
	const struct linger now = {.l_onoff = 1};

	server_say(fd, request, argument);
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

static void
test_reset(void **state)
{
	struct server s = server_start(AF_INET, serve_reset, "");

	(void)state;
	assert_string_equal(
	    ask_http(&s, "/", NULL), "-no answer: Connection reset by peer");
	server_end(&s);
}

static void
test_refused(void **state)
{
	struct server s = server_start(AF_INET, server_say, OK);
	char wanted[128];

	(void)state;
	server_end(&s);
	snprintf(wanted, sizeof(wanted), "-connect to 127.0.0.1:%s: Connection refused",
	    s.port);
	assert_string_equal(ask_http(&s, "/", NULL), wanted);
}

/* Takes the connection and says what it said before, and never a word more. */
static void
serve_hang(int fd, const char *request, const char *argument)
{
	server_say(fd, request, argument);
	(void)pause();
}

/* The verdict does not wait for the end of a body that is still open. */
static void
test_known_verdicts_do_not_wait(void **state)
{
	static const char *const answers[] = {
	    "HTTP/1.1 200 OK\r\n", OK, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx"};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct server s = server_start(AF_INET, serve_hang, answers[i]);

		(void)alarm(20);
		assert_string_equal(ask_http(&s, "/", NULL), "+HTTP 200 OK");
		server_end(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_verdicts),
	    world_test(test_request),
	    world_test(test_both_families),
	    world_test(test_names),
	    world_test(test_ten_redirects),
	    world_test(test_one_byte_at_a_time),
	    world_test(test_a_gigabyte),
	    world_test(test_header_bombs),
	    world_test(test_reset),
	    world_test(test_refused),
	    world_test(test_known_verdicts_do_not_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
