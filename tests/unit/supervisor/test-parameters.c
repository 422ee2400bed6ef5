/* The parameters of a request. */
#include "supervisor/parameters.h"

#include "tests/unit/supervisor/sample.h"

static struct request
request_of(const char *query, const char *form)
{
	return (struct request){
	    .query = {query, strlen(query)}, .form = {form, strlen(form)}};
}

static void
assert_text(const char *query, const char *wanted)
{
	struct request r = request_of(query, "");
	char text[8];

	assert_int_equal(parameter_text(&r, "a", text, sizeof(text)), PARAMETER_GIVEN);
	assert_string_equal(text, wanted);
}

static void
assert_wrong(const char *query)
{
	struct request r = request_of(query, "");
	char text[8];

	if (parameter_text(&r, "a", text, sizeof(text)) != PARAMETER_WRONG)
		fail_msg("'%s' should be wrong", query);
}

static void
test_texts(void **state)
{
	(void)state;
	assert_text("a=b", "b");
	assert_text("a", "");
	assert_text("a=", "");
	assert_text("&&b=c&a=d=e&a=f", "d=e");
	assert_text("aa=b&a=c", "c");
	assert_text("a=%41%2f%C3%a4", "A/\xc3\xa4");
	assert_text("a=RTMIN+3", "RTMIN+3");
	assert_text("a=1234567", "1234567");
}

static void
test_texts_that_are_none(void **state)
{
	(void)state;
	assert_wrong("a=12345678");
	assert_wrong("a=%");
	assert_wrong("a=%4");
	assert_wrong("a=%4&1");
	assert_wrong("a=%4g");
	assert_wrong("a=%g4");
	assert_wrong("a=%00");
	assert_wrong("a=%0a");
	assert_wrong("a=%7f");
	assert_wrong("a=\n");
}

static void
test_the_query_goes_before_the_form(void **state)
{
	struct request r = request_of("a=1", "a=2&b=3");
	uint64_t number;

	(void)state;
	assert_int_equal(parameter_number(&r, "a", 9, &number), PARAMETER_GIVEN);
	assert_int_equal(number, 1);
	assert_int_equal(parameter_number(&r, "b", 9, &number), PARAMETER_GIVEN);
	assert_int_equal(number, 3);
	assert_int_equal(parameter_number(&r, "c", 9, &number), PARAMETER_NONE);
}

static void
test_numbers(void **state)
{
	static const struct {
		const char *query;
		enum parameter result;
		uint64_t number;
	} cases[] = {
	    {"a=0", PARAMETER_GIVEN, 0},
	    {"a=255", PARAMETER_GIVEN, 255},
	    {"a=00007", PARAMETER_GIVEN, 7},
	    {"a=256", PARAMETER_WRONG, 0},
	    {"a=18446744073709551616", PARAMETER_WRONG, 0},
	    {"a=99999999999999999999999", PARAMETER_WRONG, 0},
	    {"a=-1", PARAMETER_WRONG, 0},
	    {"a=1x", PARAMETER_WRONG, 0},
	    {"a=", PARAMETER_WRONG, 0},
	    {"a", PARAMETER_WRONG, 0},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct request r = request_of(cases[i].query, "");
		uint64_t number = 0;

		if (parameter_number(&r, "a", 255, &number) != cases[i].result ||
		    (cases[i].result == PARAMETER_GIVEN && number != cases[i].number))
			fail_msg("'%s' is %u", cases[i].query, (unsigned)number);
	}
}

static void
test_seconds(void **state)
{
	static const struct {
		const char *query;
		enum parameter result;
		usec_t time;
	} cases[] = {
	    {"a=10", PARAMETER_GIVEN, 10000000},
	    {"a=0", PARAMETER_GIVEN, 0},
	    {"a=1.5", PARAMETER_GIVEN, 1500000},
	    {"a=0.0000019", PARAMETER_GIVEN, 1},
	    {"a=31536000", PARAMETER_GIVEN, 365 * USEC_DAY},
	    {"a=31536001", PARAMETER_WRONG, 0},
	    {"a=1.", PARAMETER_WRONG, 0},
	    {"a=.5", PARAMETER_WRONG, 0},
	    {"a=1.a", PARAMETER_WRONG, 0},
	    {"a=5s", PARAMETER_WRONG, 0},
	    {"a=-5", PARAMETER_WRONG, 0},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct request r = request_of(cases[i].query, "");
		usec_t time = 0;

		if (parameter_seconds(&r, "a", &time) != cases[i].result ||
		    (cases[i].result == PARAMETER_GIVEN && time != cases[i].time))
			fail_msg("'%s' is %u", cases[i].query, (unsigned)time);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_texts_that_are_none),
	    cmocka_unit_test(test_the_query_goes_before_the_form),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
