/* Levels, and who comes after whom, from small graphs. */
#include "supervisor/order.h"

#include <errno.h>

#include "tests/unit/supervisor/sample.h"

#define COUNT_MAX 8

/* A graph as text: for each service, by its index, the digits it comes after. */
struct graph {
	struct service_config services[COUNT_MAX];
	struct dependency dependencies[COUNT_MAX][COUNT_MAX];
	struct config config;
};

static void
graph_init(struct graph *g, const char *const *after, size_t count)
{
	memset(g, 0, sizeof(*g));
	g->config.services = g->services;
	g->config.count = count;
	for (size_t i = 0; i < count; i++) {
		struct service_config *c = &g->services[i];

		*c = sample_service(KIND_SERVICE);
		c->dependencies.items = g->dependencies[i];
		for (const char *digit = after[i]; *digit; digit++)
			g->dependencies[i][c->dependencies.count++].service =
			    (size_t)(*digit - '0');
	}
}

static void
test_level_is_the_longest_chain(void **state)
{
	static const struct {
		const char *after[COUNT_MAX];
		const char *levels;
		unsigned level_count;
	} rows[] = {
	    {{""}, "0", 1}, {{"", "", ""}, "000", 1}, {{"", "0", "1", "2"}, "0123", 4},
	    {{"1", "2", "3", ""}, "3210", 4}, {{"", "0", "0", "12"}, "0112", 3},
	    {{"", "0", "1", "02"}, "0123", 4}, {{"", "0", "1", "20"}, "0123", 4},
	    {{"12", "2", "", ""}, "2100", 3}, {{"", "", "01", "2", "1"}, "00121", 3},
	    {{"", "00", "10"}, "012", 3}, /* named twice */
	};
	struct graph g;
	struct order o;

	(void)state;
	for (size_t row = 0; row < LENGTH(rows); row++) {
		graph_init(&g, rows[row].after, strlen(rows[row].levels));
		assert_int_equal(order_init(&o, &g.config), 0);
		assert_int_equal(o.level_count, rows[row].level_count);
		for (size_t i = 0; i < g.config.count; i++)
			assert_int_equal(o.levels[i], rows[row].levels[i] - '0');
		order_clear(&o);
	}
}

static void
test_dependents_are_the_dependencies_turned_round(void **state)
{
	static const char *const after[] = {"", "0", "01", "", "0321"};
	static const char *const dependents[] = {"124", "24", "4", "4", ""};
	struct graph g;
	struct order o;

	(void)state;
	graph_init(&g, after, LENGTH(after));
	assert_int_equal(order_init(&o, &g.config), 0);
	assert_int_equal(o.first[0], 0);
	for (size_t i = 0; i < g.config.count; i++) {
		assert_int_equal(o.first[i + 1] - o.first[i], strlen(dependents[i]));
		for (size_t j = o.first[i]; j < o.first[i + 1]; j++)
			assert_int_equal(
			    o.dependents[j].service, dependents[i][j - o.first[i]] - '0');
	}
	order_clear(&o);
}

static void
test_dependents_keep_their_terms(void **state)
{
	static const char *const after[] = {"", "0", "0", "0"};
	struct graph g;
	struct order o;

	(void)state;
	graph_init(&g, after, LENGTH(after));
	g.dependencies[1][0].started = true;
	g.dependencies[3][0].required = true;
	assert_int_equal(order_init(&o, &g.config), 0);
	assert_true(o.dependents[0].started && !o.dependents[0].required);
	assert_true(!o.dependents[1].started && !o.dependents[1].required);
	assert_true(!o.dependents[2].started && o.dependents[2].required);
	order_clear(&o);
}

static void
test_clear_can_be_called_again(void **state)
{
	static const char *const after[] = {"", "0"};
	struct graph g;
	struct order o;

	(void)state;
	graph_init(&g, after, LENGTH(after));
	assert_int_equal(order_init(&o, &g.config), 0);
	order_clear(&o);
	order_clear(&o);
	assert_null(o.levels);
}

/* More dependencies than memory can hold; they are not looked at. */
static void
test_no_memory_is_an_error_and_leaves_nothing(void **state)
{
	static const char *const after[] = {""};
	struct graph g;
	struct order o;

	(void)state;
	graph_init(&g, after, LENGTH(after));
	g.services[0].dependencies.count = SIZE_MAX / 2;
	assert_int_equal(order_init(&o, &g.config), -ENOMEM);
	assert_null(o.levels);
	assert_null(o.first);
	assert_null(o.dependents);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_level_is_the_longest_chain),
	    cmocka_unit_test(test_dependents_are_the_dependencies_turned_round),
	    cmocka_unit_test(test_dependents_keep_their_terms),
	    cmocka_unit_test(test_clear_can_be_called_again),
	    cmocka_unit_test(test_no_memory_is_an_error_and_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
