/* JSON, read where it lies. */
#include "supervisor/reader.h"

#include "tests/unit/world.h"

static struct slice
opened(const char *json)
{
	struct slice value = {.bytes = NULL};

	if (!reader_open(json, strlen(json), &value))
		fail_msg("'%s' is JSON", json);
	return value;
}

static void
assert_refused(const char *bytes, size_t length)
{
	/* A copy of the exact size, so that a sanitizer sees who reads on. */
	char *copy = malloc(length + 1);
	struct slice value;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	if (reader_open(copy, length, &value))
		fail_msg("'%s' is no JSON", bytes);
	free(copy);
}

static void
assert_says(struct slice string, const char *wanted)
{
	struct text said;

	text_init(&said, 4096);
	assert_true(reader_string(string, &said));
	text_add_bytes(&said, "", 1);
	assert_string_equal(said.bytes, wanted);
	assert_true(reader_is(string, wanted));
	text_clear(&said);
}

static void
test_what_is_json(void **state)
{
	static const char *const good[] = {"null", "true", "false", "0", "-0", "-1.5e+3",
	    "10", "1E5", "0.5", "\"\"", "\"a\\\"b\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "[]",
	    "[1]", "[[],{}]", "{}", " { \"a\" : [ 1 , 2 ] , \"b\":null } \r\n\t"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		(void)opened(good[i]);
}

static void
test_what_is_none(void **state)
{
	static const char *const bad[] = {"", " ", "nul", "nullx", "True", "01", "-",
	    "1.", ".5", "1e", "1e+", "+1", "0x1", "\"", "\"a", "\"\\", "\"\\x\"",
	    "\"\\u12\"", "\"\\u123g\"", "\"\n\"", "[", "[1", "[1,", "[1,]", "[,]",
	    "[1 2]", "]", "{", "{a:1}", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}",
	    "{1:2}", "{]", "[}", "1 2", "[] []", "'a'"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_refused(bad[i], strlen(bad[i]));
	assert_refused("\0", 1);
	assert_refused("[1]\0", 4);
}

static void
test_it_is_not_nested_for_ever(void **state)
{
	char deep[200];

	(void)state;
	memset(deep, '[', 100);
	memset(deep + 100, ']', 100);
	assert_refused(deep, sizeof(deep));
	assert_refused(deep, 100);
	assert_true(reader_open(deep + 90, 20, &(struct slice){.bytes = NULL}));
}

static void
test_members(void **state)
{
	struct slice all = opened(
	    " {\"a\":{\"name\":\"inner\"}, \"b\":[{}], \"name\" : \"outer\" ,\"n\":12} ");

	(void)state;
	assert_says(reader_member(all, "name"), "outer");
	assert_says(reader_member(reader_member(all, "a"), "name"), "inner");
	assert_int_equal(reader_number(reader_member(all, "n")), 12);
	assert_null(reader_member(all, "nam").bytes);
	assert_null(reader_member(all, "").bytes);
	assert_null(reader_member(reader_member(all, "b"), "name").bytes);
	assert_null(reader_member(reader_member(all, "none"), "name").bytes);
	assert_null(reader_member(opened("{}"), "name").bytes);
	assert_says(reader_member(opened("{\"\\u0061\":\"x\"}"), "a"), "x");
}

static void
test_items(void **state)
{
	struct slice item = {.bytes = NULL};
	struct slice all = opened("[ 1, \"a,]\" ,[2,3], {\"b\":4}]");

	(void)state;
	assert_true(reader_next(all, &item));
	assert_int_equal(reader_number(item), 1);
	assert_true(reader_next(all, &item));
	assert_says(item, "a,]");
	assert_true(reader_next(all, &item));
	assert_true(slice_is(item, "[2,3]"));
	assert_true(reader_next(all, &item));
	assert_int_equal(reader_number(reader_member(item, "b")), 4);
	assert_false(reader_next(all, &item));
	item.bytes = NULL;
	assert_false(reader_next(opened("[ ]"), &item));
	assert_false(reader_next(opened("{\"a\":1}"), &item));
	assert_false(reader_next((struct slice){.bytes = NULL}, &item));
}

static void
test_strings(void **state)
{
	(void)state;
	assert_says(opened("\"\""), "");
	assert_says(opened("\"a\\\"b\\\\\\/\\b\\f\\n\\r\\t\""), "a\"b\\/\b\f\n\r\t");
	assert_says(opened("\"\\u0041\\u00e9\\u20AC\""), "A\xc3\xa9\xe2\x82\xac");
	assert_says(opened("\"\\ud83d\\ude00!\""), "\xf0\x9f\x98\x80!");
	assert_says(opened("\"\\ud83d\""), "\xef\xbf\xbd");
	assert_says(opened("\"\\ud83dx\""), "\xef\xbf\xbdx");
	assert_says(opened("\"\\ud83d\\u0041\""),
	    "\xef\xbf\xbd"
	    "A");
	assert_says(opened("\"\\ude00\""), "\xef\xbf\xbd");
	assert_false(reader_is(opened("\"ab\""), "a"));
	assert_false(reader_is(opened("\"a\""), "ab"));
	assert_false(reader_is(opened("null"), "ul"));
	assert_false(reader_is((struct slice){.bytes = NULL}, "a"));
}

static void
test_numbers_and_truth(void **state)
{
	(void)state;
	assert_int_equal(reader_number(opened("12.75")), 12);
	assert_int_equal(reader_number(opened("-3")), 0);
	assert_int_equal(reader_number(opened("null")), 0);
	assert_true(reader_number(opened("18446744073709551615")) == UINT64_MAX);
	assert_true(reader_number(opened("18446744073709551616")) == UINT64_MAX);
	assert_true(reader_is_true(opened("true")));
	assert_false(reader_is_true(opened("false")));
	assert_false(reader_is_true((struct slice){.bytes = NULL}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_is_json),
	    cmocka_unit_test(test_what_is_none),
	    cmocka_unit_test(test_it_is_not_nested_for_ever),
	    cmocka_unit_test(test_members),
	    cmocka_unit_test(test_items),
	    cmocka_unit_test(test_strings),
	    cmocka_unit_test(test_numbers_and_truth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
