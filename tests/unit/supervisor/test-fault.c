/* A service that is stopped since it has failed, and one that cannot be killed. */
#include "tests/unit/supervisor/hook-story.h"

/* -- faults -------------------------------------------------------------------- */

static void
test_a_task_that_takes_too_long_has_failed(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, 5000},
	    {1, EVENT(EXECED), NOTHING, UP, 5000},
	    {5000, TIMEOUT_BY(7000), RUN_HOOK, PRE_STOP, 6800},
	    {5100, EVENT(HOOK), SEND_SIGNAL, STOPPING, 7000},
	    {5200, EXITED(EXIT(0)), NOTHING, FAILED, NEVER},
	};

	(void)state;
	init_with_hook(KIND_TASK);
	hero.config.timeout = 5000 * MS;
	LIVE(rows);
	assert_ending(ENDING_TIMED_OUT, 0);
}

static void
test_a_timeout_during_the_start_and_another_life(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, 5000},
	    {5000, TIMEOUT_BY(7000), SEND_SIGNAL, STOPPING, 7000},
	    {5200, EXITED(DEATH(SIGTERM)), NOTHING, BACKOFF, 6200},
	    {6200, EVENT(TIMEOUT), SPAWN, STARTING, 11200},
	    {6201, EVENT(EXECED), NOTHING, UP, 11200},
	    {6300, EXITED(EXIT(0)), NOTHING, DONE, NEVER},
	};

	(void)state;
	init_with_hook(KIND_TASK);
	hero.config.restart = RESTART_ON_FAILURE;
	hero.config.timeout = 5000 * MS;
	LIVE(rows);
	assert_ending(ENDING_EXITED, 0);
	assert_int_equal(hero.service.sent, 0);
}

static void
test_a_lost_requirement_stops_it_for_good(void **state)
{
	static const struct row rows[] = {
	    {100, FAULT_BY(900, LOST(4)), SEND_SIGNAL, STOPPING, 900},
	    {200, EXITED(EXIT(0)), NOTHING, FAILED, NEVER},
	};
	static const struct row early[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {1, FAULT_BY(900, LOST(4)), SEND_SIGNAL, STOPPING, 900},
	    {2, EXITED(DEATH(SIGTERM)), NOTHING, FAILED, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero.config.restart = RESTART_ALWAYS;
	run();
	GO_ON(rows);
	assert_ending(ENDING_DEPENDENCY, 4);
	LIVE(early);
	assert_ending(ENDING_DEPENDENCY, 4);
}

static void
test_the_first_fault_counts(void **state)
{
	static const struct row rows[] = {
	    {100, FAULT_BY(900, END_OF(ENDING_TIMED_OUT)), SEND_SIGNAL, STOPPING, 900},
	    {110, FAULT_BY(200, LOST(4)), NOTHING, STOPPING, 900},
	    {120, EXITED(EXIT(0)), NOTHING, FAILED, NEVER},
	};
	static const struct row asked_first[] = {
	    {100, STOP_BY(900), SEND_SIGNAL, STOPPING, 900},
	    {110, FAULT_BY(200, END_OF(ENDING_TIMED_OUT)), NOTHING, STOPPING, 900},
	    {120, EXITED(EXIT(0)), NOTHING, DOWN, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	run();
	GO_ON(rows);
	assert_ending(ENDING_TIMED_OUT, 0);
	run();
	GO_ON(asked_first);
	assert_ending(ENDING_TIMED_OUT, 0);
}

static void
test_a_fault_does_not_reach_into_the_next_life(void **state)
{
	static const struct row rows[] = {
	    {100, FAULT_BY(900, END_OF(ENDING_TIMED_OUT)), SEND_SIGNAL, STOPPING, 900},
	    {900, EVENT(TIMEOUT), SEND_KILL, KILLING, 5900},
	    {910, EXITED(DEATH(SIGKILL)), NOTHING, BACKOFF, 1910},
	    {1910, EVENT(TIMEOUT), SPAWN, STARTING, NEVER},
	    {1911, EVENT(EXECED), NOTHING, READY, NEVER},
	};
	static const struct row end[] = {
	    {2000, EXITED(EXIT(7)), NOTHING, BACKOFF, 3000},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero.config.restart = RESTART_ALWAYS;
	run();
	GO_ON(rows);
	assert_int_equal(hero.service.sent, 0);
	assert_false(hero.service.overdue);
	assert_int_equal(hero.service.fault.kind, ENDING_NONE);
	GO_ON(end);
	assert_ending(ENDING_EXITED, 7);
}

/* -- what does not die of SIGKILL ---------------------------------------------------- */

static void
die_not(const struct ending *fault)
{
	const struct row rows[] = {
	    {100, FAULT_BY(900, *fault), SEND_SIGNAL, STOPPING, 900},
	    {900, EVENT(TIMEOUT), SEND_KILL, KILLING, 5900},
	    {5900, EVENT(TIMEOUT), NOTHING, FAILED, NEVER},
	    {9999, EXITED(DEATH(SIGKILL)), NOTHING, FAILED, NEVER},
	};

	run();
	GO_ON(rows);
}

static void
test_an_unkillable_one_has_failed_and_the_first_cause_is_told(void **state)
{
	static const struct ending timed_out = END_OF(ENDING_TIMED_OUT);
	static const struct ending dependency = LOST(4);

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	die_not(&timed_out);
	assert_ending(ENDING_TIMED_OUT, 0);
	hero.config.restart = RESTART_ALWAYS;
	die_not(&dependency);
	assert_ending(ENDING_DEPENDENCY, 4);
	die_not(&timed_out); /* it would have had another life */
	assert_ending(ENDING_UNKILLABLE, 0);
}

static void
test_an_unkillable_one_on_request_has_failed(void **state)
{
	static const struct row rows[] = {
	    {100, EVENT(KILL), SEND_KILL, KILLING, 5100},
	    {5100, EVENT(TIMEOUT), NOTHING, FAILED, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	run();
	GO_ON(rows);
	assert_ending(ENDING_UNKILLABLE, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_task_that_takes_too_long_has_failed),
	    cmocka_unit_test(test_a_timeout_during_the_start_and_another_life),
	    cmocka_unit_test(test_a_lost_requirement_stops_it_for_good),
	    cmocka_unit_test(test_the_first_fault_counts),
	    cmocka_unit_test(test_a_fault_does_not_reach_into_the_next_life),
	    cmocka_unit_test(
		test_an_unkillable_one_has_failed_and_the_first_cause_is_told),
	    cmocka_unit_test(test_an_unkillable_one_on_request_has_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
