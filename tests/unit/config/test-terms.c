/* What an http probe sends besides, and the statuses it takes for good. */
#include "config/terms.h"

#include "tests/unit/config/fixture.h"

static void
test_ranges(void **state)
{
	struct arena arena = {0};
	struct arena to = {0};
	struct value_context context = {.arena = &arena};
	struct status_ranges ranges = {0};

	(void)state;
	assert_int_equal(value_status_ranges(&context, "200-399", &ranges), 0);
	assert_int_equal(value_status_ranges(&context, " 100  404-404 599", &ranges), 0);
	settle_status_ranges(&to, &ranges);
	arena_clear(&arena);
	assert_int_equal(ranges.count, 4);
	assert_int_equal(ranges.items[0].first, 200);
	assert_int_equal(ranges.items[0].last, 399);
	assert_int_equal(ranges.items[1].first, 100);
	assert_int_equal(ranges.items[1].last, 100);
	assert_int_equal(ranges.items[2].first, 404);
	assert_int_equal(ranges.items[2].last, 404);
	assert_int_equal(ranges.items[3].last, 599);
	arena_clear(&to);
}

#define NO_STATUS                                                                        \
	" is not an HTTP status; write some from 100 to 599, such as 200 or 200-399"

static void
test_no_ranges(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} rows[] = {
	    {" ", "no HTTP status is written; write 200-399"},
	    {"99", "'99'" NO_STATUS},
	    {"600", "'600'" NO_STATUS},
	    {"2000", "'2000'" NO_STATUS},
	    {"200-", "'200-'" NO_STATUS},
	    {"200-39", "'200-39'" NO_STATUS},
	    {"2xx", "'2xx'" NO_STATUS},
	    {"200,204", "'200,204'" NO_STATUS},
	    {"204 399-200", "the range 399-200 is empty; write 200-399"},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct value_context context = {.arena = &arena};
		struct status_ranges ranges = {0};

		assert_int_equal(
		    value_status_ranges(&context, rows[i].text, &ranges), -22);
		assert_string_equal(context.error, rows[i].error);
	}
	arena_clear(&arena);
}

/* What could become a second header, or a second request. */
static void
test_headers(void **state)
{
	struct arena arena = {0};
	struct value_context context = {.arena = &arena};

	(void)state;
	assert_int_equal(value_header(&context, "X-Token_1", "a b\tc \xc3\xa9"), 0);
	assert_int_equal(value_header(&context, "Host", ""), 0);
	assert_int_equal(value_header(&context, "", "x"), -22);
	assert_string_equal(
	    context.error, "'' is not the name of a header; write one such as Accept");
	assert_int_equal(value_header(&context, "a:b", "x"), -22);
	assert_int_equal(value_header(&context, "a b", "x"), -22);
	assert_int_equal(value_header(&context, "a", "x\r\nEvil: yes"), -22);
	assert_string_equal(context.error,
	    "'x??Evil: yes' has a control character, which no header may have; leave it "
	    "out");
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ranges),
	    cmocka_unit_test(test_no_ranges),
	    cmocka_unit_test(test_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
