/* Quotes, comments and words. */
#include "config/words.h"

#include "tests/unit/config/fixture.h"

static void
test_comments(void **state)
{
	static const struct {
		const char *text;
		const char *kept;
	} rows[] = {
	    {"a b", "a b"},
	    {"a ; b", "a "},
	    {"a\t;b", "a\t"},
	    {"a;b", "a;b"},
	    {"; a", ""},
	    {"", ""},
	    {"a # b", "a # b"},
	    {"'a ; b' ; c", "'a ; b' "},
	    {"\"a ; b\" ; c", "\"a ; b\" "},
	    {"\"a \\\" ; b\" ; c", "\"a \\\" ; b\" "},
	    {"'a \\' ; b", "'a \\' "},
	    {"it's fine ; note", "it's fine "},
	    {"say \"hi ; note", "say \"hi "},
	    {"find . -exec rm {} \\; ; note", "find . -exec rm {} \\; "},
	    {"a \\; b", "a \\; b"},
	    {"a\\ ;b", "a\\ ;b"},
	    {"'it''s ; x' ;", "'it''s ; x' "},
	    {"\"it's\" ; x's", "\"it's\" "},
	    {"\\' ; x'", "\\' "},
	    {"a \\", "a \\"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_int_equal(words_comment_start(rows[i].text), strlen(rows[i].kept));
}

static void
test_unquoting(void **state)
{
	static const struct {
		const char *text;
		const char *plain;
	} rows[] = {
	    {"'a b'", "a b"},
	    {"\"a b\"", "a b"},
	    {"\"a \\\"b\\\" \\\\ \\$x \\` \\n\"", "a \"b\" \\ $x ` \\n"},
	    {"'a \\n \"b\"'", "a \\n \"b\""},
	    {"\"\"", ""},
	    {"''", ""},
	    {"\"\\${A}\"", "$${A}"},
	    /* Not as a whole one quoted string. */
	    {"a", "a"},
	    {"", ""},
	    {"'", "'"},
	    {"'a' 'b'", "'a' 'b'"},
	    {"'a'b", "'a'b"},
	    {"a'b'", "a'b'"},
	    {"'a", "'a"},
	    {"\"a\\\"", "\"a\\\""},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_string_equal(words_unquote(&arena, rows[i].text), rows[i].plain);
	arena_clear(&arena);
}

static void
test_splitting(void **state)
{
	static const struct {
		const char *text;
		const char *words[5];
	} rows[] = {
	    {"", {NULL}},
	    {"  \t ", {NULL}},
	    {"a", {"a", NULL}},
	    {" a  b\tc ", {"a", "b", "c", NULL}},
	    {"nginx -g \"daemon off;\"", {"nginx", "-g", "daemon off;", NULL}},
	    {"a 'b c' d", {"a", "b c", "d", NULL}},
	    {"a'b c'd", {"ab cd", NULL}},
	    {"'' \"\"", {"", "", NULL}},
	    {"a\\ b \\' \\\"", {"a b", "'", "\"", NULL}},
	    {"\"a \\\" \\\\ \\x\"", {"a \" \\ \\x", NULL}},
	    {"'a \\'", {"a \\", NULL}},
	    {"a=b:c=d", {"a=b:c=d", NULL}},
	    {"a#b 'x'# \\#c '#d'", {"a#b", "x#", "#c", "#d", NULL}},
	    {"\\${A} \"\\${A}\" '${A}' \\$A", {"$${A}", "$${A}", "${A}", "$A", NULL}},
	    {"\xc3\xa4 \xff", {"\xc3\xa4", "\xff", NULL}},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct value_context context = {.arena = &arena};
		struct words words;

		assert_int_equal(words_split(&context, rows[i].text, &words), 0);
		assert_words(&words, rows[i].words);
	}
	arena_clear(&arena);
}

static void
test_what_cannot_be_split(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} rows[] = {
	    {"a 'b", "the quote in ''b' never closes; write \\' for a literal one"},
	    {"it's", "the quote in ''s' never closes; write \\' for a literal one"},
	    {"a \"b\\\"",
		"the quote in '\"b\\\"' never closes; write \\\" for a literal one"},
	    {"'", "the quote in ''' never closes; write \\' for a literal one"},
	    {"a \\",
		"a lone backslash stands at the end; write \\\\ for a backslash, or "
		"nothing behind it to go on in the next line"},
	    {"a # b",
		"'# b' is not a comment here; write ; in front of a comment, or quote "
		"the word"},
	    {"#",
		"'#' is not a comment here; write ; in front of a comment, or quote the "
		"word"},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct value_context context = {.arena = &arena};
		struct words words = {NULL, 77};

		assert_int_equal(words_split(&context, rows[i].text, &words), -22);
		assert_string_equal(context.error, rows[i].error);
		assert_int_equal(words.count, 77);
	}
	arena_clear(&arena);
}

static void
test_plain_words(void **state)
{
	struct arena arena = {0};
	struct words words = words_split_plain(&arena, " a 'b c'\t#d ");

	(void)state;
	ASSERT_WORDS(&words, "a", "'b", "c'", "#d");
	words = words_split_plain(&arena, " ");
	assert_int_equal(words.count, 0);
	assert_null(words.items[0]);
	arena_clear(&arena);
}

static void
test_many_words(void **state)
{
	struct arena arena = {0};
	struct words words = words_none(&arena);

	(void)state;
	assert_null(words.items[0]);
	for (size_t i = 0; i < 1000; i++) {
		words_add(&arena, &words, arena_format(&arena, "%zu", i));
		assert_null(words.items[i + 1]);
	}
	assert_string_equal(words.items[0], "0");
	assert_string_equal(words.items[999], "999");
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_comments),
	    cmocka_unit_test(test_unquoting),
	    cmocka_unit_test(test_splitting),
	    cmocka_unit_test(test_what_cannot_be_split),
	    cmocka_unit_test(test_plain_words),
	    cmocka_unit_test(test_many_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
