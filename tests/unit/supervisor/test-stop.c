/* The way of a service from a request to stop to the last SIGKILL. */
#include "tests/unit/supervisor/hook-story.h"

/* -- a request to stop ------------------------------------------------------------- */

static void
test_it_obeys_its_stop_signal(void **state)
{
	static const struct row rows[] = {
	    {100, STOP_BY(9000), SEND_SIGNAL, STOPPING, 9000},
	    {110, EXITED(DEATH(SIGQUIT)), NOTHING, DOWN, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero.config.restart = RESTART_ALWAYS;
	hero.config.stop_signal = SIGQUIT;
	run();
	assert_int_equal(hero.service.sent, 0);
	GO_ON(rows);
	assert_int_equal(hero.service.sent, SIGQUIT);
	assert_false(hero.service.overdue);
	assert_ending(ENDING_KILLED, SIGQUIT);
}

static void
test_it_is_killed_when_its_time_is_up(void **state)
{
	static const struct row rows[] = {
	    {100, STOP_BY(9000), SEND_SIGNAL, STOPPING, 9000},
	    {9000, EVENT(TIMEOUT), SEND_KILL, KILLING, 14000},
	    {9001, EXITED(DEATH(SIGKILL)), NOTHING, DOWN, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	run();
	GO_ON(rows);
	assert_true(hero.service.overdue);
}

static void
test_a_second_request_can_only_shorten_its_time(void **state)
{
	static const struct row rows[] = {
	    {100, STOP_BY(9000), SEND_SIGNAL, STOPPING, 9000},
	    {200, STOP_BY(9001), NOTHING, STOPPING, 9000},
	    {300, STOP_BY(400), NOTHING, STOPPING, 400},
	    {400, EVENT(TIMEOUT), SEND_KILL, KILLING, 5400},
	    {500, STOP_BY(450), NOTHING, KILLING, 5400},
	    {500, EVENT(KILL), NOTHING, KILLING, 5400},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	run();
	GO_ON(rows);
}

static void
test_at_once_means_at_once(void **state)
{
	static const struct row rows[] = {
	    {100, EVENT(KILL), SEND_KILL, KILLING, 5100},
	};
	static const struct row early[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {1, EVENT(KILL), SEND_KILL, KILLING, 5001},
	    {2, EXITED(DEATH(SIGKILL)), NOTHING, DOWN, NEVER},
	};

	(void)state;
	init_with_hook(KIND_SERVICE);
	run();
	GO_ON(rows);
	assert_true(hero.service.overdue);
	LIVE(early);
}

static void
test_stopped_during_its_start_it_needs_no_hook(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {1, STOP_BY(9000), SEND_SIGNAL, STOPPING, 9000},
	    {2, EVENT(EXECED), NOTHING, STOPPING, 9000},
	    {3, EVENT(READY), NOTHING, STOPPING, 9000},
	    {4, EXITED(DEATH(SIGTERM)), NOTHING, DOWN, NEVER},
	};

	(void)state;
	init_with_hook(KIND_SERVICE);
	LIVE(rows);
}

static void
test_stopped_in_back_off_it_is_down(void **state)
{
	static const enum service_event requests[] = {
	    SERVICE_EV_STOP, SERVICE_EV_KILL, SERVICE_EV_RETIRE};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero.config.restart = RESTART_ALWAYS;
	for (size_t i = 0; i < LENGTH(requests); i++) {
		const struct row rows[] = {
		    {50, EXITED(EXIT(3)), NOTHING, BACKOFF, 1050},
		    {60, {.event = requests[i]}, NOTHING, DOWN, NEVER},
		    {1050, EVENT(TIMEOUT), NOTHING, DOWN, NEVER},
		};

		run();
		GO_ON(rows);
	}
}

static void
test_retired_it_runs_on_and_has_no_other_life(void **state)
{
	static const struct row rows[] = {
	    {50, EVENT(RETIRE), NOTHING, READY, NEVER},
	    {60, EXITED(EXIT(3)), NOTHING, DOWN, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero.config.restart = RESTART_ALWAYS;
	run();
	GO_ON(rows);
	assert_ending(ENDING_EXITED, 3);
	assert_int_equal(hero.service.sent, 0);
}

/* -- pre_stop -------------------------------------------------------------------------- */

static void
test_the_hook_comes_before_the_signal_within_the_same_time(void **state)
{
	static const struct row rows[] = {
	    {100, STOP_BY(1100), RUN_HOOK, PRE_STOP, 1000},
	    {400, EVENT(HOOK), SEND_SIGNAL, STOPPING, 1100},
	    {410, EVENT(HOOK), NOTHING, STOPPING, 1100},
	    {1100, EVENT(TIMEOUT), SEND_KILL, KILLING, 6100},
	};

	(void)state;
	init_with_hook(KIND_SERVICE);
	run();
	GO_ON(rows);
}

static void
test_a_hook_that_hangs_does_not_cost_it_its_signal(void **state)
{
	static const struct row rows[] = {
	    {100, STOP_BY(1100), RUN_HOOK, PRE_STOP, 1000},
	    {1000, EVENT(TIMEOUT), CUT_HOOK, STOPPING, 1100},
	    {1050, EVENT(HOOK), NOTHING, STOPPING, 1100},
	    {1060, EXITED(DEATH(SIGTERM)), NOTHING, DOWN, NEVER},
	};

	(void)state;
	init_with_hook(KIND_SERVICE);
	run();
	GO_ON(rows);
	assert_false(hero.service.overdue);
}

static void
test_the_hook_gets_less_time_with_the_service(void **state)
{
	static const struct row rows[] = {
	    {100, STOP_BY(2100), RUN_HOOK, PRE_STOP, 1900},
	    {150, STOP_BY(2200), NOTHING, PRE_STOP, 1900},
	    {200, STOP_BY(700), NOTHING, PRE_STOP, 650},
	    {650, EVENT(TIMEOUT), CUT_HOOK, STOPPING, 700},
	};
	static const struct row late[] = {
	    {100, STOP_BY(2100), RUN_HOOK, PRE_STOP, 1900},
	    {200, STOP_BY(200), NOTHING, PRE_STOP, 200},
	    {200, EVENT(TIMEOUT), CUT_HOOK, STOPPING, 200},
	    {200, EVENT(TIMEOUT), SEND_KILL, KILLING, 5200},
	};

	(void)state;
	init_with_hook(KIND_SERVICE);
	run();
	GO_ON(rows);
	run();
	GO_ON(late);
}

static void
test_it_may_end_or_be_killed_during_the_hook(void **state)
{
	static const struct row ends[] = {
	    {100, STOP_BY(1100), RUN_HOOK, PRE_STOP, 1000},
	    {200, EXITED(EXIT(0)), NOTHING, DOWN, NEVER},
	};
	static const struct row killed[] = {
	    {100, STOP_BY(1100), RUN_HOOK, PRE_STOP, 1000},
	    {200, EVENT(KILL), SEND_KILL, KILLING, 5200},
	    {201, EVENT(HOOK), NOTHING, KILLING, 5200},
	};

	(void)state;
	init_with_hook(KIND_SERVICE);
	run();
	GO_ON(ends);
	assert_int_equal(hero.service.sent, 0);
	run();
	GO_ON(killed);
}

/* -- it stops by itself ---------------------------------------------------------------- */

static void
test_one_that_stops_by_itself_gets_no_signal(void **state)
{
	static const struct row rows[] = {
	    {100, LEAVING_BY(9100), NOTHING, STOPPING, 9100},
	    {110, LEAVING_BY(9110), NOTHING, STOPPING, 9100},
	    {200, STOP_BY(9000), NOTHING, STOPPING, 9000},
	    {300, EXITED(EXIT(0)), NOTHING, DOWN, NEVER},
	};

	(void)state;
	init_with_hook(KIND_SERVICE);
	run();
	GO_ON(rows);
	assert_int_equal(hero.service.sent, 0);
}

/* Nobody has asked it to: that is an end like any other. */
static void
test_after_that_it_has_ended_unasked(void **state)
{
	static const struct row rows[] = {
	    {100, LEAVING_BY(9100), NOTHING, STOPPING, 9100},
	    {300, EXITED(EXIT(0)), NOTHING, BACKOFF, 1300},
	    {1300, EVENT(TIMEOUT), SPAWN, STARTING, NEVER},
	    {1301, LEAVING_BY(9000), NOTHING, STARTING, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero.config.restart = RESTART_ALWAYS;
	run();
	GO_ON(rows);
}

static void
test_one_that_does_not_leave_after_all_is_killed(void **state)
{
	static const struct row rows[] = {
	    {100, LEAVING_BY(9100), NOTHING, STOPPING, 9100},
	    {9100, EVENT(TIMEOUT), SEND_KILL, KILLING, 14100},
	    {9101, EXITED(DEATH(SIGKILL)), NOTHING, FAILED, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	run();
	GO_ON(rows);
	assert_true(hero.service.overdue);
	assert_ending(ENDING_KILLED, SIGKILL);
}

static void
test_a_fault_on_its_way_out_still_counts(void **state)
{
	static const struct row rows[] = {
	    {100, LEAVING_BY(9100), NOTHING, STOPPING, 9100},
	    {200, FAULT_BY(9200, LOST(4)), NOTHING, STOPPING, 9100},
	    {300, EXITED(EXIT(0)), NOTHING, FAILED, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	run();
	GO_ON(rows);
	assert_ending(ENDING_DEPENDENCY, 4);
}

/* -- it needs more time ----------------------------------------------------------------- */

static void
test_it_can_put_off_its_end(void **state)
{
	static const struct row rows[] = {
	    {100, STOP_BY(2000), SEND_SIGNAL, STOPPING, 2000},
	    {200, EXTEND_TO(3000), NOTHING, STOPPING, 3000},
	    {300, EXTEND_TO(1000), NOTHING, STOPPING, 3000},
	    {400, STOP_BY(2500), NOTHING, STOPPING, 2500},
	    {2500, EVENT(TIMEOUT), SEND_KILL, KILLING, 7500},
	    {2600, EXTEND_TO(9000), NOTHING, KILLING, 7500},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	run();
	GO_ON(rows);
}

/* However often it asks: a tenth of the time is for the signal. */
static void
test_it_can_put_off_the_end_of_its_hook(void **state)
{
	static const struct row rows[] = {
	    {100, STOP_BY(1100), RUN_HOOK, PRE_STOP, 1000},
	    {200, EXTEND_TO(1100), NOTHING, PRE_STOP, 1000},
	    {900, EXTEND_TO(1000), NOTHING, PRE_STOP, 1000},
	    {900, EXTEND_TO(1900), NOTHING, PRE_STOP, 1800},
	    {1700, EXTEND_TO(1900), NOTHING, PRE_STOP, 1800},
	    {1800, EVENT(TIMEOUT), CUT_HOOK, STOPPING, 1900},
	};

	(void)state;
	init_with_hook(KIND_SERVICE);
	run();
	GO_ON(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_it_obeys_its_stop_signal),
	    cmocka_unit_test(test_it_is_killed_when_its_time_is_up),
	    cmocka_unit_test(test_a_second_request_can_only_shorten_its_time),
	    cmocka_unit_test(test_at_once_means_at_once),
	    cmocka_unit_test(test_stopped_during_its_start_it_needs_no_hook),
	    cmocka_unit_test(test_stopped_in_back_off_it_is_down),
	    cmocka_unit_test(test_retired_it_runs_on_and_has_no_other_life),
	    cmocka_unit_test(test_the_hook_comes_before_the_signal_within_the_same_time),
	    cmocka_unit_test(test_a_hook_that_hangs_does_not_cost_it_its_signal),
	    cmocka_unit_test(test_the_hook_gets_less_time_with_the_service),
	    cmocka_unit_test(test_it_may_end_or_be_killed_during_the_hook),
	    cmocka_unit_test(test_one_that_stops_by_itself_gets_no_signal),
	    cmocka_unit_test(test_after_that_it_has_ended_unasked),
	    cmocka_unit_test(test_one_that_does_not_leave_after_all_is_killed),
	    cmocka_unit_test(test_a_fault_on_its_way_out_still_counts),
	    cmocka_unit_test(test_it_can_put_off_its_end),
	    cmocka_unit_test(test_it_can_put_off_the_end_of_its_hook),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
