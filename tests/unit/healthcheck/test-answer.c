/* Answers of HTTP servers, whole and in every way they can be cut. */
#include "healthcheck/answer.h"

#include <stdlib.h>

#include "tests/unit/world.h"

struct row {
	const char *text;
	const char *wanted;
	enum answer_state state; /* after all of it */
	enum answer_state ended; /* and once the connection is closed */
	int status;
	const char *reason;
	const char *location;
	bool found;
};

static const struct row rows[] = {
    {"HTTP/1.1 200 OK\r\n\r\n", NULL, ANSWER_BODY, ANSWER_DONE, 200, "OK", "", false},
    {"HTTP/1.0 200\r\n\r\n", NULL, ANSWER_BODY, ANSWER_DONE, 200, "", "", false},
    {"HTTP/1.1 404 Not Found\nA: b\n\nx", NULL, ANSWER_BODY, ANSWER_DONE, 404,
	"Not Found", "", false},
    {"HTTP/1.1 999 \r\n", NULL, ANSWER_HEADERS, ANSWER_BROKEN, 999, "", "", false},
    {"HTTP/1.1 204 No Content\r\n\r\n", NULL, ANSWER_DONE, ANSWER_DONE, 204, "No Content",
	"", false},
    {"HTTP/1.1 302 Found\r\nlocation: \t/x y \t\r\nContent-Length: 0\r\n\r\n", NULL,
	ANSWER_DONE, ANSWER_DONE, 302, "Found", "/x y", false},
    {"HTTP/1.1 100 Continue\r\nLocation: /no\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", NULL,
	ANSWER_BODY, ANSWER_DONE, 200, "OK", "", false},
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more", "hello", ANSWER_DONE,
	ANSWER_DONE, 200, "OK", "", true},
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "hello", ANSWER_BODY,
	ANSWER_BROKEN, 200, "OK", "", false},
    {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhello", "hello", ANSWER_DONE,
	ANSWER_DONE, 200, "OK", "", false},
    {"HTTP/1.1 200 OK\r\nhello: hello\r\n\r\nhelhell", "hello", ANSWER_BODY, ANSWER_DONE,
	200, "OK", "", false},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"
     "3\r\nhel\r\n000A;x=\"y\"\r\nlo, hello!\r\n0\r\nTrailer: x\r\n\r\n",
	"hello, hello!", ANSWER_DONE, ANSWER_DONE, 200, "OK", "", true},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"
     "2\r\nab\r\n0\r\n\r\n",
	"ab", ANSWER_DONE, ANSWER_DONE, 200, "OK", "", true},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc", "abc",
	ANSWER_CHUNK_END, ANSWER_BROKEN, 200, "OK", "", true},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX", "x", ANSWER_BROKEN,
	ANSWER_BROKEN, 200, "OK", "", false},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", "x", ANSWER_BROKEN,
	ANSWER_BROKEN, 200, "OK", "", false},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", "x", ANSWER_BROKEN,
	ANSWER_BROKEN, 200, "OK", "", false},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "x",
	ANSWER_BROKEN, ANSWER_BROKEN, 200, "OK", "", false},
    {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n", NULL, ANSWER_BROKEN, ANSWER_BROKEN, 200,
	"OK", "", false},
    {"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n", NULL, ANSWER_BROKEN,
	ANSWER_BROKEN, 200, "OK", "", false},
    {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n", NULL, ANSWER_BROKEN,
	ANSWER_BROKEN, 200, "OK", "", false},
    {"", NULL, ANSWER_STATUS, ANSWER_BROKEN, 0, "", "", false},
    {"HTTP/1.1 2", NULL, ANSWER_STATUS, ANSWER_BROKEN, 0, "", "", false},
    {"HTTP/1.1 20 OK\r\n", NULL, ANSWER_BROKEN, ANSWER_BROKEN, 0, "", "", false},
    {"HTTP/1.1 2000 OK\r\n", NULL, ANSWER_BROKEN, ANSWER_BROKEN, 0, "", "", false},
    {"HTTP/1.1 099 OK\r\n", NULL, ANSWER_BROKEN, ANSWER_BROKEN, 0, "", "", false},
    {"HTTP/2 200 OK\r\n", NULL, ANSWER_BROKEN, ANSWER_BROKEN, 0, "", "", false},
    {"\r\nHTTP/1.1 200 OK\r\n", NULL, ANSWER_BROKEN, ANSWER_BROKEN, 0, "", "", false},
    {"SSH-2.0-", NULL, ANSWER_BROKEN, ANSWER_BROKEN, 0, "", "", false},
    {"H\n", NULL, ANSWER_BROKEN, ANSWER_BROKEN, 0, "", "", false},
};

static void
assert_answer(const struct row *row, size_t step)
{
	size_t length = strlen(row->text);
	struct answer a;

	answer_init(&a, row->wanted);
	for (size_t i = 0; i < length; i += step)
		answer_feed(&a, row->text + i, length - i < step ? length - i : step);
	if (a.state != row->state || a.status != row->status || a.found != row->found)
		fail_msg("in steps of %zu, %s: state %d, status %d, found %d", step,
		    row->text, (int)a.state, a.status, a.found);
	assert_string_equal(a.reason, row->reason);
	assert_string_equal(a.location, row->location);
	answer_end(&a);
	assert_int_equal(a.state, row->ended);
	assert_true((a.state == ANSWER_BROKEN) == (a.fault != NULL));
}

static void
test_in_pieces_of_all_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t step = 1; step <= strlen(rows[i].text) + 1; step++)
			assert_answer(&rows[i], step);
	}
}

static void
test_faults(void **state)
{
	struct answer a;

	(void)state;
	answer_init(&a, NULL);
	answer_end(&a);
	assert_string_equal(a.fault, "the connection was closed without an answer");
	answer_init(&a, NULL);
	answer_feed(&a, "HTTP/1.1 200", 12);
	answer_end(&a);
	assert_string_equal(a.fault, "the answer is not complete");
	answer_init(&a, NULL);
	answer_feed(&a, "220 mail", 8);
	assert_string_equal(a.fault, "the answer is not HTTP");
}

/* Feeds this again and again until it is broken; returns how often. */
static size_t
feed_for_ever(struct answer *a, const char *start, const char *text)
{
	size_t i;

	answer_init(a, "x");
	answer_feed(a, start, strlen(start));
	for (i = 0; i < 1000000 && a->state != ANSWER_BROKEN; i++)
		answer_feed(a, text, strlen(text));
	return i * strlen(text);
}

static void
test_heads_that_never_end(void **state)
{
	static const char chunked[] =
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
	static const struct {
		const char *start;
		const char *text;
	} bombs[] = {
	    {"HTTP/1.1 200 ", "a"},
	    {"HTTP/1.1 200 OK\r\n", "Header: value\r\n"},
	    {"HTTP/1.1 200 OK\r\nHeader: ", "value"},
	    {"", "HTTP/1.1 100 Continue\r\n\r\n"},
	    {chunked, "1;"},
	    {chunked, "0"},
	};
	char trailer[128];
	struct answer a;

	(void)state;
	for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
		size_t taken = feed_for_ever(&a, bombs[i].start, bombs[i].text);

		assert_int_equal(a.state, ANSWER_BROKEN);
		assert_true(taken <= ANSWER_HEAD_MAX + 64);
	}
	snprintf(trailer, sizeof(trailer), "%s0\r\n", chunked);
	assert_true(feed_for_ever(&a, trailer, "a: b\r\n") <= ANSWER_HEAD_MAX + 128);
}

/* What is looked for is found wherever pieces and chunks are cut. */
static void
test_search(void **state)
{
	char wanted[ANSWER_WANTED_MAX + 2];
	char noise[3000];
	struct answer a;

	(void)state;
	memset(wanted, 'a', sizeof(wanted));
	wanted[ANSWER_WANTED_MAX - 1] = 'b';
	wanted[ANSWER_WANTED_MAX] = '\0';
	memset(noise, 'a', sizeof(noise));
	for (size_t before = 0; before < sizeof(noise); before += 7) {
		answer_init(&a, wanted);
		answer_feed(&a, "HTTP/1.1 200 OK\n\n", 17);
		answer_feed(&a, noise, before);
		answer_feed(&a, wanted, ANSWER_WANTED_MAX - 1);
		assert_false(a.found);
		answer_feed(&a, "b", 1);
		assert_true(a.found);
	}
	wanted[ANSWER_WANTED_MAX] = 'c';
	wanted[ANSWER_WANTED_MAX + 1] = '\0';
	answer_init(&a, wanted);
	assert_int_equal(a.state, ANSWER_BROKEN);
	assert_true(sizeof(a) <= 8 * 1024);
}

static void
test_long_locations(void **state)
{
	char text[8000];
	struct answer a;

	(void)state;
	for (size_t length = 2040; length < 6000; length += 1) {
		int n = snprintf(text, sizeof(text),
		    "HTTP/1.1 302 Found\nLocation: %0*d\n\n", (int)length, 7);

		answer_init(&a, NULL);
		answer_feed(&a, text, (size_t)n);
		assert_true(a.has_head);
		assert_int_equal(a.location_cut, length >= ANSWER_LOCATION_SIZE);
		assert_int_equal(strlen(a.location),
		    length < ANSWER_LOCATION_SIZE ? length : ANSWER_LOCATION_SIZE - 1);
	}
}

/* So many blanks in front of it that it is not even seen: it must not be forgotten. */
static void
test_a_location_out_of_sight(void **state)
{
	char text[8000];
	struct answer a;
	int n = snprintf(
	    text, sizeof(text), "HTTP/1.1 302 Found\nLocation:%*s/\n\n", 5000, "");

	(void)state;
	answer_init(&a, NULL);
	answer_feed(&a, text, (size_t)n);
	assert_true(a.has_head);
	assert_string_equal(a.location, "");
	assert_true(a.location_cut);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_in_pieces_of_all_sizes),
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_heads_that_never_end),
	    cmocka_unit_test(test_search),
	    cmocka_unit_test(test_long_locations),
	    cmocka_unit_test(test_a_location_out_of_sight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
