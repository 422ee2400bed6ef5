/* What the table says to people. */
#include "config/help.h"

#include "config/keys.h"
#include "tests/unit/config/fixture.h"

struct explained {
	int result;
	char *out;
	char *errors;
};

static struct explained
explain(const char *name)
{
	struct explained e;
	size_t length;
	FILE *out = open_memstream(&e.out, &length);
	FILE *errors = open_memstream(&e.errors, &length);

	e.result = keys_explain(out, errors, name);
	fclose(out);
	fclose(errors);
	return e;
}

static void
forget(struct explained *e)
{
	free(e->out);
	free(e->errors);
}

static void
test_explain(void **state)
{
	static const char *const parts[] = {"restart_limit = COUNT/TIME\n",
	    "default: 5/60s\n", "in:      [service], [task] and [main]\n"};
	struct explained e = explain("restart_limit");

	(void)state;
	assert_int_equal(e.result, 0);
	assert_string_equal(e.errors, "");
	for (size_t i = 0; i < LENGTH(parts); i++)
		assert_non_null(strstr(e.out, parts[i]));
	forget(&e);
}

static void
test_a_family_by_any_name(void **state)
{
	static const char *const names[] = {"env", "env.", "env.PATH"};

	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++) {
		struct explained e = explain(names[i]);

		assert_int_equal(e.result, 0);
		assert_int_equal(strncmp(e.out, "env.NAME = TEXT\n", 16), 0);
		forget(&e);
	}
}

/* What a word means depends on the section. */
static void
test_a_name_that_two_keys_have(void **state)
{
	struct explained e = explain("timeout");
	const char *second;

	(void)state;
	assert_int_equal(e.result, 0);
	second = strstr(e.out, "\n\ntimeout = TIME\n");
	assert_non_null(second);
	assert_true(strstr(e.out, "in:      [task]\n") < second);
	assert_non_null(strstr(second, "in:      [check]\n"));
	assert_null(strstr(second, "[task]"));
	forget(&e);
}

static void
test_keys_of_checks(void **state)
{
	static const char *const starts[][2] = {
	    {"probe", "probe = PROBE\n"},
	    {"kind", "kind = readiness | liveness | startup\n"},
	    {"header.Host", "header.NAME = TEXT\n"},
	    {"expect_status", "expect_status = STATUS | FROM-TO ...\n"},
	    {"ready", "ready = started | notify | fd:N | check\n"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(starts); i++) {
		struct explained e = explain(starts[i][0]);

		assert_int_equal(e.result, 0);
		assert_int_equal(strncmp(e.out, starts[i][1], strlen(starts[i][1])), 0);
		forget(&e);
	}
}

static void
test_choices_are_listed(void **state)
{
	struct explained e = explain("restart");

	(void)state;
	assert_int_equal(
	    strncmp(e.out, "restart = never | on-failure | always\n", 38), 0);
	forget(&e);
}

static void
test_an_unknown_name(void **state)
{
	struct explained e = explain("restart_limt");

	(void)state;
	assert_int_equal(e.result, -2);
	assert_string_equal(e.out, "");
	assert_string_equal(
	    e.errors, "unknown key 'restart_limt'; did you mean 'restart_limit'?\n");
	forget(&e);
	e = explain("intervall");
	assert_string_equal(
	    e.errors, "unknown key 'intervall'; did you mean 'interval'?\n");
	forget(&e);
}

static void
test_every_key_is_explained_within_80_columns(void **state)
{
	(void)state;
	for (size_t i = 0; i < keys_count(); i++) {
		struct explained e = explain(keys_at(i)->name);

		assert_int_equal(e.result, 0);
		for (const char *line = e.out; *line != '\0';) {
			size_t length = strcspn(line, "\n");

			assert_true(length <= 80);
			line += length + 1;
		}
		forget(&e);
	}
}

static void
test_the_manual_has_every_key(void **state)
{
	struct arena arena = {0};
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	keys_print_manual(out);
	fclose(out);
	assert_int_equal(strncmp(text, ".Sh KEYS\n", 9), 0);
	for (size_t i = 0; i < keys_count(); i++) {
		const char *item = arena_format(&arena, "\n.It Ic %s%s ",
		    keys_at(i)->name, key_is_family(keys_at(i)) ? "NAME" : "");

		assert_non_null(strstr(text, item));
	}
	assert_non_null(strstr(text, "Only in [service] and [task].\n"));
	free(text);
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_explain),
	    cmocka_unit_test(test_a_family_by_any_name),
	    cmocka_unit_test(test_a_name_that_two_keys_have),
	    cmocka_unit_test(test_keys_of_checks),
	    cmocka_unit_test(test_choices_are_listed),
	    cmocka_unit_test(test_an_unknown_name),
	    cmocka_unit_test(test_every_key_is_explained_within_80_columns),
	    cmocka_unit_test(test_the_manual_has_every_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
