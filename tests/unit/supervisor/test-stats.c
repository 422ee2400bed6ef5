/* What is counted, and what of it a new life begins without. */
#include "supervisor/stats.h"

#include "tests/unit/supervisor/sample.h"

static void
test_all_begins_with_nothing(void **state)
{
	struct config config = {.count = 2, .check_count = 1};
	struct stats stats;

	(void)state;
	memset(&stats, 0xff, sizeof(stats));
	assert_int_equal(stats_init(&stats, &config), 0);
	assert_int_equal(stats.orphans, 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(stats.services[i].starts, 0);
		assert_int_equal(stats.services[i].last.kind, ENDING_NONE);
		assert_null(stats.services[i].status);
	}
	assert_null(stats.checks[0].answer);
	stats_clear(&stats, &config);
	stats_clear(&stats, &config);
}

/* Without a single service or check. */
static void
test_nothing_to_count(void **state)
{
	struct config config = {0};
	struct stats stats;

	(void)state;
	assert_int_equal(stats_init(&stats, &config), 0);
	stats_clear(&stats, &config);
}

static void
test_a_new_life_has_said_nothing_yet(void **state)
{
	struct service_stats stats = {
	    .starts = 1,
	    .oom_kills = 1,
	    .log_lines = {7, 8},
	    .last = {.kind = ENDING_KILLED},
	    .status = strdup("on fire"),
	    .error = 5,
	    .exit_status = 6,
	    .reloading = true,
	};

	(void)state;
	stats_begin_life(&stats, 42);
	assert_int_equal(stats.starts, 2);
	assert_int_equal(stats.started, 42);
	assert_null(stats.status);
	assert_int_equal(stats.error, 0);
	assert_int_equal(stats.exit_status, 0);
	assert_false(stats.reloading);
	/* These are of all lives. */
	assert_int_equal(stats.oom_kills, 1);
	assert_int_equal(stats.log_lines[1], 8);
	assert_int_equal(stats.last.kind, ENDING_KILLED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_begins_with_nothing),
	    cmocka_unit_test(test_nothing_to_count),
	    cmocka_unit_test(test_a_new_life_has_said_nothing_yet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
