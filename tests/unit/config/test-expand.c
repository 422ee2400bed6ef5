/* ${NAME} and %i, filled in once. */
#include "config/expand.h"

#include "tests/unit/config/fixture.h"

/* Names and values alike are taken as they are. */
static char *const *
environment(void)
{
	static char items[][32] = {
	    "A=1", "EMPTY=", "TRICKY=${A} $${A} %i 'x'", "AB=2", "_x9=3"};
	static char *list[LENGTH(items) + 1];

	for (size_t i = 0; i < LENGTH(items); i++)
		list[i] = items[i];
	return list;
}

struct row {
	const char *text;
	const char *result;
};

static void
assert_results(const struct row *rows, size_t count, uint32_t instance)
{
	struct arena arena = {0};

	for (size_t i = 0; i < count; i++) {
		struct value_context context = {
		    .arena = &arena, .environment = environment(), .instance = instance};
		const char *result = NULL;

		assert_int_equal(expand(&context, rows[i].text, &result), 0);
		assert_string_equal(result, rows[i].result);
	}
	arena_clear(&arena);
}

static void
test_variables(void **state)
{
	static const struct row rows[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"${A}", "1"},
	    {"x${A}y${AB}z", "x1y2z"},
	    {"${A}${A}", "11"},
	    {"${_x9}", "3"},
	    {"[${EMPTY}]", "[]"},
	    /* Nothing is looked at twice. */
	    {"${TRICKY}", "${A} $${A} %i 'x'"},
	    {"${A:-x}", "1"},
	    {"${B:-x}", "x"},
	    {"${EMPTY:-x}", "x"},
	    {"${B:-}", ""},
	    {"${B:-a b}", "a b"},
	    {"${B:-{\"a\": {}}}!", "{\"a\": {}}!"},
	    {"${B:-it's \\}", "it's \\"},
	    {"${B:-$A}", "$A"},
	    {"${B:-$${x\\}}", "${x\\}"},
	    {"${B:-:?}", ":?"},
	    {"${A:?must be there}", "1"},
	    /* Not a variable. */
	    {"$A $ $$ $1 $(x)", "$A $ $$ $1 $(x)"},
	    {"$${A}", "${A}"},
	    {"$$${A}", "$${A}"},
	    {"$", "$"},
	    {"100%", "100%"},
	    {"%i %%i", "%i %%i"},
	};

	(void)state;
	assert_results(rows, LENGTH(rows), 0);
}

static void
test_instances(void **state)
{
	static const struct row rows[] = {
	    {"%i", "12"},
	    {"a%ib%i", "a12b12"},
	    {"%%i", "%i"},
	    {"%%%i", "%%i"},
	    {"%", "%"},
	    {"%%", "%%"},
	    {"%d %I", "%d %I"},
	    {"${TRICKY}", "${A} $${A} %i 'x'"},
	    {"${B:-80%i}", "8012"},
	};

	(void)state;
	assert_results(rows, LENGTH(rows), 12);
}

static void
test_only_the_instance_for_a_shell(void **state)
{
	struct arena arena = {0};
	struct value_context context = {
	    .arena = &arena, .environment = environment(), .instance = 7};

	(void)state;
	assert_string_equal(expand_instance(&context, "echo ${A} $${A} %i %%i ; #"),
	    "echo ${A} $${A} 7 %i ; #");
	context.instance = 0;
	assert_string_equal(expand_instance(&context, "%i ${A}"), "%i ${A}");
	arena_clear(&arena);
}

static void
test_long_values(void **state)
{
	struct arena arena = {0};
	char *text = arena_alloc(&arena, 50001);
	const char *result = NULL;
	struct value_context context = {.arena = &arena, .environment = environment()};

	(void)state;
	for (int i = 0; i < 10000; i++)
		memcpy(text + 5 * i, "${AB}", 5);
	assert_int_equal(expand(&context, text, &result), 0);
	assert_int_equal(strlen(result), 10000);
	assert_int_equal(strspn(result, "2"), 10000);
	arena_clear(&arena);
}

static void
test_no_environment(void **state)
{
	struct arena arena = {0};
	struct value_context context = {.arena = &arena};
	const char *result = NULL;

	(void)state;
	assert_int_equal(expand(&context, "${A:-x}", &result), 0);
	assert_string_equal(result, "x");
	assert_int_equal(expand(&context, "${A}", &result), -22);
	arena_clear(&arena);
}

#define NOT_UNDERSTOOD                                                                   \
	" is not understood; write ${NAME}, ${NAME:-default} or ${NAME:?message}, or "   \
	"$${ for a literal ${"
#define NESTED "a default is not expanded; write $${ for a literal ${ in it"

static void
test_errors(void **state)
{
	static const struct row rows[] = {
	    {"x ${B}", "B is not set in the environment; set it, or write ${B:-default}"},
	    {"${B:?}", "B is not set in the environment; set it, or write ${B:-default}"},
	    {"${B:?the port}", "B is not set in the environment: the port"},
	    {"${EMPTY:?}",
		"EMPTY is empty in the environment; set it, or write ${EMPTY:-default}"},
	    {"${EMPTY:?the port}", "EMPTY is empty in the environment: the port"},
	    {"${", "'${'" NOT_UNDERSTOOD},
	    {"${}", "'${}'" NOT_UNDERSTOOD},
	    {"${A", "'${A'" NOT_UNDERSTOOD},
	    {"${A-x}", "'${A-x}'" NOT_UNDERSTOOD},
	    {"${A:x}", "'${A:x}'" NOT_UNDERSTOOD},
	    {"${A:+x}", "'${A:+x}'" NOT_UNDERSTOOD},
	    {"${1}", "'${1}'" NOT_UNDERSTOOD},
	    {"${:-x}", "'${:-x}'" NOT_UNDERSTOOD},
	    {"${ A}", "'${ A}'" NOT_UNDERSTOOD},
	    {"${A.B}", "'${A.B}'" NOT_UNDERSTOOD},
	    {"${A:-x",
		"${A never closes; write } behind it, and quotes around text with "
		"blanks in it"},
	    {"${A:-{x}",
		"${A never closes; write } behind it, and quotes around text with "
		"blanks in it"},
	    {"${B:-${A}}", NESTED},
	    {"${A:-${B}}", NESTED},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct value_context context = {
		    .arena = &arena, .environment = environment()};
		const char *result = "untouched";

		assert_int_equal(expand(&context, rows[i].text, &result), -22);
		assert_string_equal(context.error, rows[i].result);
		assert_string_equal(result, "untouched");
	}
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_variables),
	    cmocka_unit_test(test_instances),
	    cmocka_unit_test(test_only_the_instance_for_a_shell),
	    cmocka_unit_test(test_long_values),
	    cmocka_unit_test(test_no_environment),
	    cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
