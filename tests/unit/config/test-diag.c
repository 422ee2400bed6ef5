/* What is wrong: its order, its form, once. */
#include "config/diag.h"

#include "tests/unit/config/fixture.h"

static void
assert_printed(struct diags *diags, const char *wanted)
{
	struct loaded l = {.diags = *diags};

	say(&l);
	assert_string_equal(l.said, wanted);
	free(l.said);
	diags_clear(diags);
}

static void
test_order_of_files_and_lines(void **state)
{
	struct diags diags = {0};

	(void)state;
	diags_add(&diags, SEVERITY_ERROR, "p.ini.d/a.ini", 1, "five");
	diags_add(&diags, SEVERITY_ERROR, "p.ini", 10, "four");
	diags_add(&diags, SEVERITY_WARNING, "p.ini", 9, "two");
	diags_add(&diags, SEVERITY_ERROR, "p.ini", 9, "three");
	diags_add(&diags, SEVERITY_ERROR, "p.ini", 0, "%s", "one");
	assert_int_equal(diags.errors, 4);
	assert_int_equal(diags.count, 5);
	assert_printed(&diags,
	    "p.ini: one\n"
	    "p.ini:9: warning: two\n"
	    "p.ini:9: three\n"
	    "p.ini:10: four\n"
	    "p.ini.d/a.ini:1: five\n");
}

static void
test_the_same_is_said_once(void **state)
{
	struct diags diags = {0};

	(void)state;
	for (int i = 0; i < 3; i++)
		diags_add(&diags, SEVERITY_ERROR, "f", 1, "same");
	diags_add(&diags, SEVERITY_ERROR, "f", 2, "same");
	diags_add(&diags, SEVERITY_ERROR, "g", 1, "same");
	assert_int_equal(diags.errors, 3);
	assert_printed(&diags, "f:1: same\nf:2: same\ng:1: same\n");
}

static void
test_control_characters_stay_out(void **state)
{
	struct diags diags = {0};

	(void)state;
	diags_add(&diags, SEVERITY_ERROR, "a\nb", 1, "x\033[31m\ty\x7f");
	assert_printed(&diags, "a?b:1: x?[31m?y?\n");
}

static void
test_too_many_are_counted(void **state)
{
	struct diags diags = {0};
	struct loaded l = {0};

	(void)state;
	for (unsigned i = 1; i <= 1500; i++)
		diags_add(&diags, SEVERITY_ERROR, "f", i, "x");
	assert_int_equal(diags.errors, 1500);
	assert_int_equal(diags.count, 1000);
	assert_int_equal(diags.left_out, 500);
	l.diags = diags;
	say(&l);
	assert_non_null(strstr(l.said, "\nf:1000: x\nand 500 more\n"));
	unload(&l);
}

static void
test_quotes(void **state)
{
	struct arena arena = {0};
	char umlauts[201] = "";

	(void)state;
	for (int i = 0; i < 50; i++)
		strcat(umlauts, "\xc3\xa4");
	assert_string_equal(diag_quote(&arena, "a\tb"), "'a?b'");
	assert_string_equal(diag_quote(&arena, ""), "''");
	/* Cut between two letters, not within one. */
	assert_int_equal(strlen(diag_quote(&arena, umlauts)), 60 + 3 + 2);
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_order_of_files_and_lines),
	    cmocka_unit_test(test_the_same_is_said_once),
	    cmocka_unit_test(test_control_characters_stay_out),
	    cmocka_unit_test(test_too_many_are_counted),
	    cmocka_unit_test(test_quotes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
