/* What is found in a configuration. */
#include "config/config.h"

#include "tests/unit/config/fixture.h"

static struct service_config services[] = {{.name = "db"}, {.name = "web"}};
static const struct config config = {.services = services, .count = 2};

static void
test_a_service_by_its_name(void **state)
{
	(void)state;
	assert_int_equal(config_find(&config, "db"), 0);
	assert_int_equal(config_find(&config, "web"), 1);
	assert_int_equal(config_find(&config, "we"), SERVICE_NONE);
	assert_int_equal(config_find(&(struct config){0}, "web"), SERVICE_NONE);
}

static void
test_where_it_was_or_elsewhere(void **state)
{
	(void)state;
	assert_int_equal(config_find_again(&config, "web", 1), 1);
	assert_int_equal(config_find_again(&config, "web", 0), 1);
	assert_int_equal(config_find_again(&config, "web", SERVICE_NONE), 1);
	assert_int_equal(config_find_again(&config, "gone", 1), SERVICE_NONE);
}

static void
test_lists_of_words(void **state)
{
	char a[] = "a";
	char b[] = "b";
	char *items[] = {a, b, a, NULL};
	const struct words ab = {items, 2};
	const struct words ba = {items + 1, 2};
	const struct words aba = {items, 3};
	const struct words none = {0};

	(void)state;
	assert_true(words_are_same(&ab, &ab));
	assert_true(words_are_same(&none, &none));
	assert_false(words_are_same(&ab, &ba));
	assert_false(words_are_same(&ab, &aba));
	assert_false(words_are_same(&ab, &none));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_service_by_its_name),
	    cmocka_unit_test(test_where_it_was_or_elsewhere),
	    cmocka_unit_test(test_lists_of_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
