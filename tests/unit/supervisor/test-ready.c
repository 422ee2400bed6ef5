/* When a service is ready, and what it owes then: stories of one service. */
#include "tests/unit/supervisor/service-story.h"

#include <limits.h>

#define LIVE(rows) hero_live(&hero, rows, LENGTH(rows))
#define GO_ON(rows) hero_go_on(&hero, rows, LENGTH(rows))

static struct hero hero;

/* One that has to say itself, or by its checks, that it is ready. */
static void
init(enum ready_kind kind)
{
	hero_init(&hero, KIND_SERVICE);
	hero.config.ready.kind = kind;
}

static void
assert_ending(enum ending_kind kind)
{
	assert_int_equal(hero.service.ending.kind, kind);
	assert_int_equal(ending_status(&hero.service.ending), 69);
}

/* -- ready ------------------------------------------------------------------------- */

static void
test_it_is_up_until_it_is_ready(void **state)
{
	static const enum ready_kind kinds[] = {READY_NOTIFY, READY_FD, READY_CHECK};
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {2, EVENT(EXECED), NOTHING, UP, NEVER},
	    {500, EVENT(READY), NOTHING, READY, NEVER},
	    {501, EVENT(READY), NOTHING, READY, NEVER},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		init(kinds[i]);
		LIVE(rows);
	}
}

static void
test_its_next_life_has_to_become_ready_again(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {2, EVENT(EXECED), NOTHING, UP, NEVER},
	    {5, EVENT(READY), NOTHING, READY, NEVER},
	    {9, EXITED(EXIT(1)), NOTHING, BACKOFF, 1009},
	    {1009, EVENT(TIMEOUT), SPAWN, STARTING, NEVER},
	    {1010, EVENT(READY), NOTHING, STARTING, NEVER},
	    {1011, EVENT(EXECED), NOTHING, UP, NEVER},
	};

	(void)state;
	init(READY_NOTIFY);
	hero.config.restart = RESTART_ALWAYS;
	LIVE(rows);
}

/* The time runs from its start, and is over once it is ready. */
static void
test_ready_in_time(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, 5000},
	    {100, EVENT(EXECED), NOTHING, UP, 5000},
	    {4999, EVENT(READY), NOTHING, READY, NEVER},
	};

	(void)state;
	init(READY_NOTIFY);
	hero.config.ready_timeout = 5000 * MS;
	LIVE(rows);
}

static void
test_one_that_is_not_ready_in_time_has_failed(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, 5000},
	    {100, EVENT(EXECED), NOTHING, UP, 5000},
	    {5000, TIMEOUT_BY(14000), SEND_SIGNAL, STOPPING, 14000},
	    {5001, EVENT(READY), NOTHING, STOPPING, 14000},
	    {5010, EXITED(EXIT(0)), NOTHING, BACKOFF, 6010},
	    {6010, EVENT(TIMEOUT), SPAWN, STARTING, 11010},
	    {11010, TIMEOUT_BY(20010), SEND_SIGNAL, STOPPING, 20010},
	    {11020, EXITED(DEATH(SIGTERM)), NOTHING, FAILED, NEVER},
	};

	(void)state;
	init(READY_NOTIFY);
	hero.config.ready_timeout = 5000 * MS;
	hero.config.restart = RESTART_ON_FAILURE;
	hero.config.restart_limit.count = 1;
	LIVE(rows);
	assert_ending(ENDING_NOT_READY);
}

static void
test_it_may_ask_for_more_time_to_become_ready(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, 5000},
	    {1, EXTEND_TO(6000), NOTHING, STARTING, 6000},
	    {2, EVENT(EXECED), NOTHING, UP, 6000},
	    {3, EXTEND_TO(7000), NOTHING, UP, 7000},
	    {4, EXTEND_TO(100), NOTHING, UP, 7000},
	    {5, EVENT(READY), NOTHING, READY, NEVER},
	    {6, EXTEND_TO(8000), NOTHING, READY, NEVER},
	};

	(void)state;
	init(READY_NOTIFY);
	hero.config.ready_timeout = 5000 * MS;
	LIVE(rows);
}

/* Who has all the time there is, has it still. */
static void
test_more_than_all_time_is_not_less(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {2, EVENT(EXECED), NOTHING, UP, NEVER},
	    {3, EXTEND_TO(100), NOTHING, UP, NEVER},
	};

	(void)state;
	init(READY_NOTIFY);
	LIVE(rows);
}

/* -- the watchdog ---------------------------------------------------------------------- */

static void
test_it_has_to_ping_once_it_is_ready(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {1, EVENT(EXECED), NOTHING, UP, NEVER},
	    {2, EVENT(PING), NOTHING, UP, NEVER},
	    {1000, EVENT(READY), NOTHING, READY, 4000},
	    {2000, EVENT(PING), NOTHING, READY, 5000},
	    {4999, EVENT(PING), NOTHING, READY, 7999},
	    {7999, TIMEOUT_BY(16000), SEND_SIGNAL, STOPPING, 16000},
	    {8000, EVENT(PING), NOTHING, STOPPING, 16000},
	    {16000, EVENT(TIMEOUT), SEND_KILL, KILLING, 21000},
	    {16001, EXITED(DEATH(SIGKILL)), NOTHING, FAILED, NEVER},
	};

	(void)state;
	init(READY_NOTIFY);
	hero.config.watchdog = 3000 * MS;
	LIVE(rows);
	assert_ending(ENDING_WATCHDOG);
}

static void
test_a_service_that_is_ready_at_once_has_to_ping_at_once(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {1, EVENT(EXECED), NOTHING, READY, 3001},
	    {9, EXITED(EXIT(1)), NOTHING, BACKOFF, 1009},
	    {1009, EVENT(TIMEOUT), SPAWN, STARTING, NEVER},
	    {1010, EVENT(EXECED), NOTHING, READY, 4010},
	};

	(void)state;
	init(READY_STARTED);
	hero.config.watchdog = 3000 * MS;
	hero.config.restart = RESTART_ALWAYS;
	LIVE(rows);
}

/* What it says of its watchdog is for this life only. */
static void
test_it_may_change_its_watchdog(void **state)
{
	static const struct row starts[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {1, EVENT(EXECED), NOTHING, READY, 3001},
	};
	static const struct row longer[] = {
	    {10, EVENT(PING), NOTHING, READY, 9010},
	};
	static const struct row off[] = {
	    {20, EVENT(PING), NOTHING, READY, NEVER},
	    {30, EXITED(EXIT(1)), NOTHING, BACKOFF, 1030},
	    {1030, EVENT(TIMEOUT), SPAWN, STARTING, NEVER},
	    {1031, EVENT(EXECED), NOTHING, READY, 4031},
	};

	(void)state;
	init(READY_STARTED);
	hero.config.watchdog = 3000 * MS;
	hero.config.restart = RESTART_ALWAYS;
	LIVE(starts);
	hero.service.watchdog = 9000 * MS;
	GO_ON(longer);
	hero.service.watchdog = NEVER;
	GO_ON(off);
}

/* In ms; 0 is for one that pulled the trigger itself. */
static void
test_what_it_missed_is_told(void **state)
{
	static const struct {
		usec_t watchdog;
		int number;
	} rows[] = {{3000 * MS, 3000}, {999, 1}, {1, 1}, {USEC_NEVER / 2, INT_MAX}};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct service_input timeout = EVENT(TIMEOUT);

		init(READY_STARTED);
		service_init(&hero.service, &hero.config, hero.moments, 1);
		hero.service.state = READY;
		hero.service.watchdog = rows[i].watchdog;
		(void)service_step(&hero.service, &timeout, 0);
		assert_int_equal(hero.service.fault.kind, ENDING_WATCHDOG);
		assert_int_equal(hero.service.fault.number, rows[i].number);
	}
}

/* -- waiting for others ------------------------------------------------------------------ */

static void
test_a_long_wait_is_told_once(void **state)
{
	static const struct row rows[] = {
	    {0, EVENT(WAIT), NOTHING, DOWN, 30000},
	    {30000, EVENT(TIMEOUT), TELL_WAITING, DOWN, NEVER},
	    {90000, EVENT(START), SPAWN, STARTING, NEVER},
	};

	(void)state;
	init(READY_STARTED);
	LIVE(rows);
}

static void
test_a_short_wait_is_not_told(void **state)
{
	static const struct row starts[] = {
	    {0, EVENT(WAIT), NOTHING, DOWN, 30000},
	    {29999, EVENT(START), SPAWN, STARTING, NEVER},
	    {30001, EVENT(WAIT), NOTHING, STARTING, NEVER},
	};
	static const struct row given_up[] = {
	    {0, EVENT(WAIT), NOTHING, DOWN, 30000},
	    {1, EVENT(RETIRE), NOTHING, DOWN, 30000},
	    {30000, EVENT(TIMEOUT), NOTHING, DOWN, NEVER},
	};

	(void)state;
	init(READY_STARTED);
	LIVE(starts);
	LIVE(given_up);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_it_is_up_until_it_is_ready),
	    cmocka_unit_test(test_its_next_life_has_to_become_ready_again),
	    cmocka_unit_test(test_ready_in_time),
	    cmocka_unit_test(test_one_that_is_not_ready_in_time_has_failed),
	    cmocka_unit_test(test_it_may_ask_for_more_time_to_become_ready),
	    cmocka_unit_test(test_more_than_all_time_is_not_less),
	    cmocka_unit_test(test_it_has_to_ping_once_it_is_ready),
	    cmocka_unit_test(test_a_service_that_is_ready_at_once_has_to_ping_at_once),
	    cmocka_unit_test(test_it_may_change_its_watchdog),
	    cmocka_unit_test(test_what_it_missed_is_told),
	    cmocka_unit_test(test_a_long_wait_is_told_once),
	    cmocka_unit_test(test_a_short_wait_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
