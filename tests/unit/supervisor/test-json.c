/* Texts that grow, numbers and dates in them, and JSON. */
#include "supervisor/json.h"

#include <time.h>

#include "tests/unit/supervisor/sample.h"

static struct text text;

static int
begin(void **state)
{
	(void)state;
	text_init(&text, 1 << 20);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	text_clear(&text);
	return 0;
}

#define text_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

static void
assert_text(const char *wanted)
{
	assert_false(text.failed);
	text_add_bytes(&text, "", 1);
	assert_string_equal(text.bytes, wanted);
	text_clear(&text);
}

static void
test_text_grows(void **state)
{
	size_t length = 0;

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		text_add(&text, "0123456789");
		length += 10;
		assert_int_equal(text.length, length);
	}
	assert_memory_equal(text.bytes + length - 10, "0123456789", 10);
}

/* A part of something is not written, and nothing after it. */
static void
test_text_has_a_limit(void **state)
{
	(void)state;
	text_init(&text, 10);
	text_add(&text, "0123456");
	text_add(&text, "789a");
	assert_true(text.failed);
	text_add(&text, "7");
	assert_int_equal(text.length, 7);
	text_clear(&text);
	text_add(&text, "0123456789");
	assert_false(text.failed);
}

static void
test_a_long_format(void **state)
{
	char wanted[1001];

	(void)state;
	memset(wanted, 'x', 1000);
	wanted[1000] = '\0';
	text_format(&text, "%s", wanted);
	assert_text(wanted);
}

static void
test_numbers_and_seconds(void **state)
{
	(void)state;
	text_add_number(&text, 0);
	text_add(&text, " ");
	text_add_number(&text, UINT64_MAX);
	assert_text("0 18446744073709551615");
	text_add_seconds(&text, 0);
	text_add(&text, " ");
	text_add_seconds(&text, 1);
	text_add(&text, " ");
	text_add_seconds(&text, 1500 * MS);
	text_add(&text, " ");
	text_add_seconds(&text, 60 * USEC_PER_SEC);
	text_add(&text, " ");
	text_add_seconds(&text, 1000100);
	assert_text("0 0.000001 1.5 60 1.0001");
}

static void
assert_time(uint64_t seconds, const char *time, const char *http)
{
	text_add_time(&text, seconds * USEC_PER_SEC + 7999);
	assert_text(time);
	text_add_http_time(&text, seconds * USEC_PER_SEC);
	assert_text(http);
}

static void
test_dates(void **state)
{
	(void)state;
	assert_time(0, "1970-01-01T00:00:00.007Z", "Thu, 01 Jan 1970 00:00:00 GMT");
	assert_time(
	    951782400, "2000-02-29T00:00:00.007Z", "Tue, 29 Feb 2000 00:00:00 GMT");
	assert_time(
	    1763876637, "2025-11-23T05:43:57.007Z", "Sun, 23 Nov 2025 05:43:57 GMT");
	assert_time(
	    1735689599, "2024-12-31T23:59:59.007Z", "Tue, 31 Dec 2024 23:59:59 GMT");
	assert_time(
	    4107542400, "2100-03-01T00:00:00.007Z", "Mon, 01 Mar 2100 00:00:00 GMT");
}

/* Every day of four hundred years, against the C library. */
static void
test_all_days(void **state)
{
	(void)state;
	for (time_t day = 0; day < 146097; day++) {
		time_t moment = day * 86400 + 3661;
		char wanted[64];
		struct tm tm;

		(void)gmtime_r(&moment, &tm);
		(void)strftime(wanted, sizeof(wanted), "%a, %d %b %Y %H:%M:%S GMT", &tm);
		text.length = 0;
		text_add_http_time(&text, (usec_t)moment * USEC_PER_SEC);
		assert_int_equal(text.length, strlen(wanted));
		assert_memory_equal(text.bytes, wanted, text.length);
	}
}

/* -- JSON ---------------------------------------------------------------------- */

static void
test_json(void **state)
{
	(void)state;
	json_begin_object(&text, NULL);
	json_string(&text, "name", "web");
	json_null(&text, "none");
	json_string(&text, "nothing", NULL);
	json_begin_array(&text, "empty");
	json_end_array(&text);
	json_begin_object(&text, "inner");
	json_end_object(&text);
	json_begin_array(&text, "list");
	json_number(&text, NULL, 1);
	json_bool(&text, NULL, true);
	json_bool(&text, NULL, false);
	json_begin_object(&text, NULL);
	json_seconds(&text, "seconds", 1500 * MS);
	json_time(&text, "time", 0);
	json_end_object(&text);
	json_end_array(&text);
	json_end_object(&text);
	assert_text("{\"name\":\"web\",\"none\":null,\"nothing\":null,\"empty\":[],"
		    "\"inner\":{},\"list\":[1,true,false,"
		    "{\"seconds\":1.5,\"time\":\"1970-01-01T00:00:00.000Z\"}]}");
}

static void
assert_string(const char *value, const char *wanted)
{
	json_string(&text, NULL, value);
	assert_text(wanted);
}

static void
test_strings(void **state)
{
	(void)state;
	assert_string("", "\"\"");
	assert_string("\"\\/", "\"\\\"\\\\/\"");
	assert_string("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"");
	assert_string("\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\"");
	assert_string("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
	    "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
	assert_string("[", "\"[\"");
}

#define LOST "\xef\xbf\xbd"

/* A byte each; a character that is cut off at the end as well. */
static void
test_invalid_bytes_become_the_replacement_character(void **state)
{
	(void)state;
	assert_string("a\xff"
		      "b",
	    "\"a" LOST "b\"");
	assert_string("\xc3", "\"" LOST "\"");
	assert_string("\xe2\x82", "\"" LOST LOST "\"");
	assert_string("\xc0\x80", "\"" LOST LOST "\"");
	assert_string("\xed\xa0\x80", "\"" LOST LOST LOST "\"");
	assert_string("\xf4\x90\x80\x80", "\"" LOST LOST LOST LOST "\"");
	assert_string("\xc3\"", "\"" LOST "\\\"\"");
}

/* As many whole characters as there is room for, and not a byte more. */
static void
assert_escape(size_t room, const char *from, size_t taken, const char *wanted)
{
	char to[128];
	size_t written = 0;

	memset(to, '#', sizeof(to));
	assert_int_equal(json_escape(to, room, from, strlen(from), &written), taken);
	assert_int_equal(written, strlen(wanted));
	assert_memory_equal(to, wanted, written);
	assert_int_equal(to[written], '#');
}

static void
test_escapes_within_a_room(void **state)
{
	static const char plain[] = "0123456789012345678901234567890123456789";

	(void)state;
	assert_escape(0, "a", 0, "");
	assert_escape(9, "", 0, "");
	assert_escape(2, "abc", 2, "ab");
	assert_escape(3, "abc", 3, "abc");
	assert_escape(33, plain, 33, "012345678901234567890123456789012");
	assert_escape(2, "a\"b", 1, "a");
	assert_escape(3, "a\"b", 2, "a\\\"");
	assert_escape(5, "\x01", 0, "");
	assert_escape(6, "\x01", 1, "\\u0001");
	assert_escape(3, "\xf0\x9f\x98\x80", 0, "");
	assert_escape(4, "\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80");
	assert_escape(2, "\xff", 0, "");
	assert_escape(5, "\xff\xff", 1, LOST);
	assert_escape(6, "\xff\xff", 2, LOST LOST);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    text_test(test_text_grows),
	    text_test(test_text_has_a_limit),
	    text_test(test_a_long_format),
	    text_test(test_numbers_and_seconds),
	    text_test(test_dates),
	    text_test(test_all_days),
	    text_test(test_json),
	    text_test(test_strings),
	    text_test(test_invalid_bytes_become_the_replacement_character),
	    text_test(test_escapes_within_a_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
