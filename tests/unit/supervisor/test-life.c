/* How a life begins and ends, and what follows: stories of one service. */
#include "tests/unit/supervisor/service-story.h"

#include <errno.h>

#define LIVE(rows) hero_live(&hero, rows, LENGTH(rows))
#define GO_ON(rows) hero_go_on(&hero, rows, LENGTH(rows))

static struct hero hero;

static void
assert_ending(enum ending_kind kind, int number)
{
	assert_int_equal(hero.service.ending.kind, kind);
	assert_int_equal(hero.service.ending.number, number);
}

/* Starts and ends so at 10 ms. */
static void
live_shortly(struct service_input end, enum service_state state, usec_t deadline)
{
	const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {10, end, NOTHING, state, deadline},
	};

	end.event = SERVICE_EV_EXITED;
	LIVE(rows);
}

static struct service_input
exits(struct ending ending)
{
	return (struct service_input){.event = SERVICE_EV_EXITED, .ending = ending};
}

/* -- beginnings ---------------------------------------------------------------- */

static void
test_a_service_is_ready_once_its_program_runs(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {1, EVENT(START), NOTHING, STARTING, NEVER},
	    {2, EVENT(EXECED), NOTHING, READY, NEVER},
	    {3, EVENT(START), NOTHING, READY, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	LIVE(rows);
	hero_init(&hero, KIND_MAIN);
	LIVE(rows);
}

static void
test_a_task_is_up_until_it_is_done(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {2, EVENT(EXECED), NOTHING, UP, NEVER},
	    {9, EXITED(EXIT(0)), NOTHING, DONE, NEVER},
	    {10, EVENT(START), NOTHING, DONE, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_TASK);
	LIVE(rows);
	assert_ending(ENDING_EXITED, 0);
}

static void
test_one_that_is_not_wanted_does_not_start(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(RETIRE), NOTHING, DOWN, NEVER},
	    {1, EVENT(START), NOTHING, DOWN, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	LIVE(rows);
}

/* -- ends ---------------------------------------------------------------------- */

static void
test_without_restart_every_end_of_a_service_is_final(void **state)
{
	static const struct ending ends[] = {
	    EXIT(0),
	    EXIT(1),
	    EXIT(255),
	    DEATH(SIGSEGV),
	    {ENDING_OOM, SIGKILL, STEP_EXEC},
	    {ENDING_NOT_EXECUTED, ENOENT, STEP_EXEC},
	    {ENDING_NOT_EXECUTED, EPERM, STEP_USER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	for (size_t i = 0; i < LENGTH(ends); i++) {
		live_shortly(exits(ends[i]), FAILED, NEVER);
		assert_ending(ends[i].kind, ends[i].number);
	}
}

static void
test_a_task_or_main_is_done_by_what_success_names(void **state)
{
	static const enum service_kind kinds[] = {KIND_TASK, KIND_MAIN};

	(void)state;
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		hero_init(&hero, kinds[i]);
		hero.config.restart = RESTART_ON_FAILURE;
		sample_add_success(&hero.config, 3);
		sample_add_success_signal(&hero.config, SIGTERM);
		live_shortly(exits(sample_exit(0)), DONE, NEVER);
		live_shortly(exits(sample_exit(3)), DONE, NEVER);
		live_shortly(exits(sample_death(SIGTERM)), DONE, NEVER);
		live_shortly(exits(sample_exit(4)), BACKOFF, 1010);
	}
}

static void
test_restart_policies_of_a_service(void **state)
{
	static const struct {
		enum restart_policy policy;
		struct ending ending;
		bool again;
	} rows[] = {
	    {RESTART_NEVER, EXIT(1), false},
	    {RESTART_NEVER, EXIT(0), false},
	    {RESTART_ON_FAILURE, EXIT(1), true},
	    {RESTART_ON_FAILURE, EXIT(0), false},
	    {RESTART_ON_FAILURE, EXIT(7), false}, /* success names it */
	    {RESTART_ON_FAILURE, DEATH(SIGTERM), true},
	    {RESTART_ON_FAILURE, {ENDING_OOM, SIGKILL, STEP_EXEC}, true},
	    {RESTART_ON_FAILURE, {ENDING_NOT_EXECUTED, ENOENT, STEP_EXEC}, true},
	    {RESTART_ALWAYS, EXIT(0), true},
	    {RESTART_ALWAYS, EXIT(7), true},
	    {RESTART_ALWAYS, DEATH(SIGKILL), true},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	sample_add_success(&hero.config, 7);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		hero.config.restart = rows[i].policy;
		live_shortly(exits(rows[i].ending), rows[i].again ? BACKOFF : FAILED,
		    rows[i].again ? 1010 : NEVER);
	}
}

/* -- restarts -------------------------------------------------------------------- */

static void
test_two_restarts_and_the_third_failure_is_final(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {1, EVENT(EXECED), NOTHING, READY, NEVER},
	    {5, EXITED(EXIT(3)), NOTHING, BACKOFF, 1005},
	    {6, EVENT(START), NOTHING, BACKOFF, 1005},
	    {1005, EVENT(TIMEOUT), SPAWN, STARTING, NEVER},
	    {1006, EXITED(EXIT(4)), NOTHING, BACKOFF, 2006},
	    {2006, EVENT(TIMEOUT), SPAWN, STARTING, NEVER},
	    {2007, EVENT(EXECED), NOTHING, READY, NEVER},
	    {2008, EXITED(EXIT(5)), NOTHING, FAILED, NEVER},
	    {2009, EVENT(START), NOTHING, FAILED, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero.config.restart = RESTART_ALWAYS;
	hero.config.restart_limit.count = 2;
	LIVE(rows);
	assert_ending(ENDING_EXITED, 5);
}

static void
test_a_restart_waits_while_what_it_follows_is_down(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {5, EXITED(EXIT(3)), NOTHING, BACKOFF, 1005},
	};
	static const struct row blocked[] = {
	    {1005, EVENT(TIMEOUT), NOTHING, DOWN, 31005},
	};
	static const struct row freed[] = {
	    {1500, EVENT(START), SPAWN, STARTING, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero.config.restart = RESTART_ON_FAILURE;
	LIVE(rows);
	hero.service.blockers = 1;
	GO_ON(blocked);
	hero.service.blockers = 0;
	GO_ON(freed);
}

static void
test_a_long_life_makes_the_next_delay_short_again(void **state)
{
	static const usec_t up[] = {0, 0, 0, 31000, 0};
	static const usec_t delays[] = {250, 500, 1000, 250, 500};
	usec_t now = 0;

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero.config.restart = RESTART_ALWAYS;
	hero.config.restart_limit.count = RESTARTS_UNLIMITED;
	hero.config.restart_delay = 250 * MS;
	hero.config.restart_delay_max = 30000 * MS;
	service_init(&hero.service, &hero.config, hero.moments, 1);
	(void)service_step(
	    &hero.service, &(struct service_input){.event = SERVICE_EV_START}, now);
	for (size_t i = 0; i < LENGTH(up); i++) {
		struct service_input end = exits(sample_exit(1));

		now += up[i] * MS;
		(void)service_step(&hero.service, &end, now);
		assert_in_range(hero.service.deadline - now, delays[i] * MS,
		    delays[i] * MS * 11 / 10);
		now = hero.service.deadline;
		assert_int_equal(
		    service_step(&hero.service,
			&(struct service_input){.event = SERVICE_EV_TIMEOUT}, now),
		    SPAWN);
	}
}

/* Whatever restart says: it is no fault of the service. */
static void
test_a_refused_process_is_tried_again_ten_times(void **state)
{
	static const struct ending refused = {ENDING_NO_RESOURCES, EAGAIN, STEP_FORK};
	const struct row first = {0, EVENT(START), SPAWN, STARTING, NEVER};
	usec_t at = 0;

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero_live(&hero, &first, 1);
	for (int i = 0; i < 10; i++, at += 1000) {
		const struct row rows[] = {
		    {at, exits(refused), NOTHING, BACKOFF, at + 1000},
		    {at + 1000, EVENT(TIMEOUT), SPAWN, STARTING, NEVER},
		};

		GO_ON(rows);
	}
	const struct row last = {at, exits(refused), NOTHING, FAILED, NEVER};

	hero_go_on(&hero, &last, 1);
	assert_ending(ENDING_NO_RESOURCES, EAGAIN);
}

/* A process is one, even if it was too short for its program to be seen. */
static void
test_a_process_ends_the_row_of_refusals(void **state)
{
	static const struct ending refused = {ENDING_NO_RESOURCES, EAGAIN, STEP_FORK};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero.config.restart = RESTART_ALWAYS;
	live_shortly(exits(refused), BACKOFF, 1010);
	assert_int_equal(hero.service.backoff.refusals, 1);

	const struct row rows[] = {
	    {1010, EVENT(TIMEOUT), SPAWN, STARTING, NEVER},
	    {1011, exits(sample_exit(1)), NOTHING, BACKOFF, 2011},
	};

	GO_ON(rows);
	assert_int_equal(hero.service.backoff.refusals, 0);
	assert_int_equal(hero.service.backoff.total, 1);
}

/* -- what is left of its group ----------------------------------------------------- */

static void
test_no_next_life_before_the_last_one_is_cleared(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {5, EXITED_LEAVING(EXIT(3)), NOTHING, CLEARING, 1005},
	    {6, EVENT(START), NOTHING, CLEARING, 1005},
	    {7, EXITED(EXIT(9)), NOTHING, CLEARING, 1005},
	    {8, FAULT_BY(0, END_OF(ENDING_TIMED_OUT)), NOTHING, CLEARING, 1005},
	    {20, EVENT(CLEARED), NOTHING, BACKOFF, 1020},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero.config.restart = RESTART_ON_FAILURE;
	LIVE(rows);
	assert_ending(ENDING_EXITED, 3);
}

static void
test_clearing_takes_a_second_at_most(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {5, EXITED_LEAVING(EXIT(0)), NOTHING, CLEARING, 1005},
	    {1005, EVENT(TIMEOUT), NOTHING, DONE, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_TASK);
	LIVE(rows);
}

/* -- failing without a process ------------------------------------------------------ */

static void
test_a_lost_requirement_fails_one_that_waits(void **state)
{
	static const struct row waits[] = {
	    {1, FAULT_BY(0, LOST(4)), NOTHING, FAILED, NEVER},
	    {2, EVENT(START), NOTHING, FAILED, NEVER},
	};
	static const struct row in_backoff[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {5, EXITED(EXIT(3)), NOTHING, BACKOFF, 1005},
	    {9, FAULT_BY(0, LOST(4)), NOTHING, FAILED, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero.config.restart = RESTART_ALWAYS;
	LIVE(waits);
	assert_ending(ENDING_DEPENDENCY, 4);
	LIVE(in_backoff);
	assert_ending(ENDING_DEPENDENCY, 4);
}

static void
test_one_that_was_given_up_cannot_fail(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {5, EXITED(EXIT(3)), NOTHING, BACKOFF, 1005},
	    {6, EVENT(RETIRE), NOTHING, DOWN, NEVER},
	    {7, FAULT_BY(0, LOST(4)), NOTHING, DOWN, NEVER},
	};

	(void)state;
	hero_init(&hero, KIND_SERVICE);
	hero.config.restart = RESTART_ALWAYS;
	LIVE(rows);
	assert_ending(ENDING_EXITED, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_service_is_ready_once_its_program_runs),
	    cmocka_unit_test(test_a_task_is_up_until_it_is_done),
	    cmocka_unit_test(test_one_that_is_not_wanted_does_not_start),
	    cmocka_unit_test(test_without_restart_every_end_of_a_service_is_final),
	    cmocka_unit_test(test_a_task_or_main_is_done_by_what_success_names),
	    cmocka_unit_test(test_restart_policies_of_a_service),
	    cmocka_unit_test(test_two_restarts_and_the_third_failure_is_final),
	    cmocka_unit_test(test_a_restart_waits_while_what_it_follows_is_down),
	    cmocka_unit_test(test_a_long_life_makes_the_next_delay_short_again),
	    cmocka_unit_test(test_a_refused_process_is_tried_again_ten_times),
	    cmocka_unit_test(test_a_process_ends_the_row_of_refusals),
	    cmocka_unit_test(test_no_next_life_before_the_last_one_is_cleared),
	    cmocka_unit_test(test_clearing_takes_a_second_at_most),
	    cmocka_unit_test(test_a_lost_requirement_fails_one_that_waits),
	    cmocka_unit_test(test_one_that_was_given_up_cannot_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
