/* Patterns of file names, the same as fnmatch(3) understands them. */
#include "config/pattern.h"

#include <fnmatch.h>

#include "tests/unit/world.h"

static void
assert_same(const char *pattern, const char *name)
{
	bool wanted = fnmatch(pattern, name, FNM_PERIOD) == 0;

	if (pattern_matches(pattern, name) != wanted)
		fail_msg("'%s' and '%s': %s", pattern, name, wanted ? "yes" : "no");
}

static void
test_what_it_means(void **state)
{
	(void)state;
	assert_true(pattern_matches("*.pid", "a.pid"));
	assert_true(pattern_matches("*", ""));
	assert_false(pattern_matches("*.pid", ".pid"));
	assert_true(pattern_matches("a*b*c", "aXbXbXc"));
	assert_false(pattern_matches("a*b*c", "aXbXbX"));
	assert_true(pattern_matches("[!a-c]?", "dx"));
	assert_true(pattern_matches("[[:digit:]_]", "_"));
	assert_true(pattern_matches("[]]", "]"));
	assert_true(pattern_matches("[a", "[a"));
	assert_true(pattern_matches("\\*", "*"));
}

static void
test_as_the_library(void **state)
{
	static const char *const patterns[] = {"", "*", "?", "[a]", "[", "[]", "[!]",
	    "[]a]", "[!]a]", "[a-]", "[-a]", "[a-c]", "[c-a]", "[\\]a]", "[a\\-c]", "\\a",
	    "a\\*", "**", "*?*", "a*a*a", "[[:alpha:]]", "[![:space:]x]", "[[:digit:]-z]",
	    ".*", "\\.*", "[.]a", "?a", "[^a]"};
	static const char *const names[] = {"", "a", "b", "-", "]", "[", "!", "^", ".",
	    ".a", "aa", "aaa", "a*", "ab", "[a", "[]", "a.b", " ", "7", "\\", "\xc3\xa9",
	    "aXaYa"};

	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++)
			assert_same(patterns[i], names[n]);
}

/* Short ones of these; but no sets without an end, and no collating symbols. */
static void
test_many(void **state)
{
	static const char bytes[] = "a*?.b[]!-";
	unsigned seed = 1;

	(void)state;
	for (unsigned i = 0; i < 300000; i++) {
		char pattern[10] = ""; /* what is looked at behind a [ is there */
		char name[6] = "";

		for (size_t n = 0; n < 7; n++) {
			seed = seed * 1103515245 + 12345;
			pattern[n] = bytes[seed >> 16 & 7];
		}
		for (size_t n = 0; n < sizeof(name) - 1; n++) {
			seed = seed * 1103515245 + 12345;
			name[n] = bytes[(seed >> 16) % 5];
		}
		pattern[seed >> 8 & 7] = '\0';
		name[(seed >> 12) % 5] = '\0';
		if (!strchr(pattern, '[') ||
		    (!strstr(pattern, "[[") && !strstr(pattern, "[.") &&
			strchr(strchr(pattern, '[') + 2, ']')))
			assert_same(pattern, name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_it_means),
	    cmocka_unit_test(test_as_the_library),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
