/* What a misspelt name was meant to be. */
#include "config/nearest.h"

#include "tests/unit/config/fixture.h"

static const char *
nearest(const char *wanted, const char *const *candidates, size_t count)
{
	struct nearest n = nearest_to(wanted);

	for (size_t i = 0; i < count; i++)
		nearest_offer(&n, candidates[i]);
	return n.best == NULL ? "-" : n.best;
}

static void
test_nearest(void **state)
{
	static const char *const names[] = {"command", "restart", "restart_delay",
	    "restart_delay_max", "user", "db", "web"};
	static const struct {
		const char *wanted;
		const char *best;
	} rows[] = {
	    {"comand", "command"},
	    {"commnad", "command"},
	    {"commandd", "command"},
	    {"COMMAND", "command"},
	    {"restart-delay", "restart_delay"},
	    {"restart_dealy_max", "restart_delay_max"},
	    {"restarts", "restart"},
	    {"usr", "user"},
	    {"uesr", "user"},
	    {"bd", "db"},
	    {"d", "db"},
	    {"wbe", "web"},
	    /* Too far away, or nothing left of it. */
	    {"x", "-"},
	    {"xy", "-"},
	    {"foo", "-"},
	    {"", "-"},
	    {"environment", "-"},
	};
	char wide[100] = "";

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_string_equal(
		    nearest(rows[i].wanted, names, LENGTH(names)), rows[i].best);
	memset(wide, 'x', 99);
	assert_string_equal(nearest(wide, names, LENGTH(names)), "-");
	assert_string_equal(nearest("x", (const char *const[]){wide}, 1), "-");
}

static void
test_the_first_of_two_equals(void **state)
{
	static const char *const names[] = {"web1", "web2"};

	(void)state;
	assert_string_equal(nearest("web3", names, LENGTH(names)), "web1");
	assert_string_equal(nearest("web2", names, LENGTH(names)), "web2");
}

static void
test_hint(void **state)
{
	struct arena arena = {0};
	struct nearest n = nearest_to("usr");

	(void)state;
	assert_string_equal(nearest_hint(&n, &arena), "");
	nearest_offer(&n, "user");
	assert_string_equal(nearest_hint(&n, &arena), "; did you mean 'user'?");
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_nearest),
	    cmocka_unit_test(test_the_first_of_two_equals),
	    cmocka_unit_test(test_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
