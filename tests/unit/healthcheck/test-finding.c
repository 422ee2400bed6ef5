/* One line of text, whatever was in it. */
#include "healthcheck/finding.h"

#include "tests/unit/world.h"

static void
test_clean(void **state)
{
	static const struct {
		const char *text;
		const char *line;
	} rows[] = {
	    {"as it is", "as it is"},
	    {"  blanks around\r\n", "blanks around"},
	    {"\n \t", ""},
	    {"two\nlines\tand a tab", "two lines and a tab"},
	    {"\x1b[31mred\x7f\x01", "?[31mred??"},
	    {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
		"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"},
	    {"\xff\xc0\x80 \xed\xa0\x80", "??? ???"},
	    {"C1 \xc2\x9b is out, \xc2\xa0 is not", "C1 ?? is out, \xc2\xa0 is not"},
	    {"cut \xe2\x82", "cut ??"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[64];

		strcpy(text, rows[i].text);
		finding_clean(text);
		assert_string_equal(text, rows[i].line);
	}
}

static void
test_what_does_not_fit_is_cut(void **state)
{
	char text[8] = "1234567";
	const struct finding f = {.text = text, .size = sizeof(text)};
	const struct finding none = {.text = NULL, .size = 0};

	(void)state;
	assert_false(finding_bad(&f, "HTTP %d %s", 503, "Service Unavailable"));
	assert_string_equal(text, "HTTP 50");
	assert_true(finding_good(&f, "\n"));
	assert_string_equal(text, "");
	assert_true(finding_good(&none, "x"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_clean),
	    cmocka_unit_test(test_what_does_not_fit_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
