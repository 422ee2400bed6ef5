/* What somebody asks for by hand. */
#include "tests/unit/supervisor/plan-story.h"

static struct cast cast;

static size_t
who(const char *name)
{
	return cast_index(&cast, name);
}

static enum plan_outcome
outcome(const char *name, enum plan_request request)
{
	return plan_asked(&cast.plan, who(name), request);
}

/* web requires db; log comes after web. */
static void
cast_required(void)
{
	cast_init(&cast, "db web log");
	cast_require(&cast, "web", "db");
	cast_follow(&cast, "log", "web");
}

#define ALL_RUN                                                                          \
	{0, "start", "spawn db", "running: starting down down", 30000},                  \
	    {1, "db execed", "spawn web", "running: ready starting down", 30000},        \
	    {1, "web execed", "spawn log", "running: ready ready starting", NEVER},      \
	{                                                                                \
		1, "log execed", "", "running: ready ready ready", NEVER                 \
	}

#define LOG_STOPS                                                                        \
	ALL_RUN,                                                                         \
	{                                                                                \
		10, "log ask-stop", "signal log", "running: ready ready stopping", 9010  \
	}

/* And web with it, before it. */
#define DB_IS_STOPPED                                                                    \
	ALL_RUN,                                                                         \
	    {10, "db ask-stop", "signal web", "running: ready stopping ready", 9010},    \
	    {20, "web exits 0", "tell-stopped web, signal db",                           \
		"running: stopping stopped ready", 9020},                                \
	{                                                                                \
		30, "db exits 0", "tell-stopped db", "running: stopped stopped ready",   \
		    NEVER                                                                \
	}

static void
test_one_that_is_stopped_stays_so_and_is_not_ready(void **state)
{
	static const struct scene scenes[] = {
	    LOG_STOPS,
	    {20, "log dies 15", "tell-stopped log", "running: ready ready stopped",
		NEVER},
	    {99999, "time", "", "running: ready ready stopped", NEVER},
	};
	static const struct scene again[] = {
	    {100000, "log ask-start", "spawn log", "running: ready ready starting",
		NEVER},
	    {100001, "log execed", "", "running: ready ready ready", NEVER},
	};

	(void)state;
	cast_required();
	cast_part(&cast, "log")->restart = RESTART_ALWAYS;
	PLAY(&cast, scenes);
	assert_int_equal(outcome("log", PLAN_ASK_STOP), PLAN_OUTCOME_DONE);
	assert_int_equal(
	    plan_ask(&cast.plan, who("log"), PLAN_ASK_STOP, 99999 * MS), -EALREADY);
	assert_false(plan_is_ready(&cast.plan));
	assert_true(plan_is_live(&cast.plan));
	play_on(&cast, again, LENGTH(again));
	assert_int_equal(outcome("log", PLAN_ASK_START), PLAN_OUTCOME_DONE);
	assert_int_equal(
	    plan_ask(&cast.plan, who("log"), PLAN_ASK_START, 100001 * MS), -EALREADY);
	assert_true(plan_is_ready(&cast.plan));
}

/* However it ends: nobody is to blame. */
static void
test_a_stop_by_hand_is_no_failure(void **state)
{
	static const struct scene scenes[] = {
	    LOG_STOPS,
	    {9010, "time", "kill log, tell-overdue log", "running: ready ready killing",
		14010},
	    {9011, "log dies 9", "tell-stopped log", "running: ready ready stopped",
		NEVER},
	    {9012, "TERM", "tell-stop, signal web", "stopping: ready stopping stopped",
		17112},
	};

	(void)state;
	cast_required();
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 0);
}

static void
test_a_restart_costs_nothing_and_is_done_when_it_is_ready(void **state)
{
	static const struct scene scenes[] = {
	    ALL_RUN,
	    {10, "log ask-restart", "signal log", "running: ready ready stopping", 9010},
	    {20, "log exits 1", "spawn log", "running: ready ready starting", NEVER},
	};
	static const struct scene end[] = {
	    {21, "log execed", "", "running: ready ready ready", NEVER},
	};

	(void)state;
	cast_required();
	cast_part(&cast, "log")->restart_limit.count = 0;
	PLAY(&cast, scenes);
	assert_int_equal(outcome("log", PLAN_ASK_RESTART), PLAN_OUTCOME_PENDING);
	play_on(&cast, end, LENGTH(end));
	assert_int_equal(outcome("log", PLAN_ASK_RESTART), PLAN_OUTCOME_DONE);
	assert_int_equal(cast.plan.services[2].backoff.total, 0);
}

/* Those that only come after it stay as they are. */
static void
test_those_that_require_it_are_stopped_first_and_come_back(void **state)
{
	static const struct scene scenes[] = {
	    DB_IS_STOPPED,
	    {40, "db ask-start", "spawn db", "running: starting down ready", 30040},
	    {50, "db execed", "spawn web", "running: ready starting ready", NEVER},
	    {60, "web execed", "", "running: ready ready ready", NEVER},
	};

	(void)state;
	cast_required();
	PLAY(&cast, scenes);
}

static void
test_a_restart_takes_those_that_require_it_along(void **state)
{
	static const struct scene scenes[] = {
	    ALL_RUN,
	    {10, "db ask-restart", "signal web", "running: ready stopping ready", 9010},
	    {20, "web exits 0", "signal db", "running: stopping down ready", 9020},
	    {30, "db exits 0", "spawn db", "running: starting down ready", 30020},
	    {40, "db execed", "spawn web", "running: ready starting ready", NEVER},
	};

	(void)state;
	cast_required();
	PLAY(&cast, scenes);
}

static void
test_a_start_starts_what_it_requires(void **state)
{
	static const struct scene scenes[] = {
	    DB_IS_STOPPED,
	    {40, "web ask-start", "spawn db", "running: starting down ready", 30040},
	};

	(void)state;
	cast_required();
	PLAY(&cast, scenes);
}

/* It is on its way down, and is to come back from there. */
static void
test_the_last_request_counts(void **state)
{
	static const struct scene scenes[] = {
	    LOG_STOPS,
	    {11, "log ask-start", "", "running: ready ready stopping", 9010},
	    {20, "log exits 0", "spawn log", "running: ready ready starting", NEVER},
	};

	(void)state;
	cast_required();
	PLAY(&cast, scenes);
	assert_int_equal(outcome("log", PLAN_ASK_STOP), PLAN_OUTCOME_FAILED);
	assert_int_equal(outcome("log", PLAN_ASK_START), PLAN_OUTCOME_PENDING);
}

static void
test_a_start_is_no_end_of_a_restart(void **state)
{
	static const struct scene scenes[] = {
	    ALL_RUN,
	    {10, "log ask-restart", "signal log", "running: ready ready stopping", 9010},
	    {11, "log ask-start", "", "running: ready ready stopping", 9010},
	};
	static const struct scene end[] = {
	    {20, "log exits 0", "spawn log", "running: ready ready starting", NEVER},
	    {21, "log execed", "", "running: ready ready ready", NEVER},
	};

	(void)state;
	cast_required();
	PLAY(&cast, scenes);
	assert_int_equal(outcome("log", PLAN_ASK_RESTART), PLAN_OUTCOME_PENDING);
	play_on(&cast, end, LENGTH(end));
	assert_int_equal(outcome("log", PLAN_ASK_RESTART), PLAN_OUTCOME_DONE);
	assert_int_equal(outcome("log", PLAN_ASK_START), PLAN_OUTCOME_DONE);
	assert_true(plan_asked_otherwise(&cast.plan, who("log"), PLAN_ASK_STOP));
}

static void
test_a_start_ends_a_back_off(void **state)
{
	static const struct scene scenes[] = {
	    ALL_RUN,
	    {10, "log exits 1", "tell-restart log", "running: ready ready backoff", 1010},
	    {20, "log ask-start", "spawn log", "running: ready ready starting", NEVER},
	    {30, "log exits 1", "tell-restart log", "running: ready ready backoff", 1030},
	};
	static const struct scene stop[] = {
	    {40, "log ask-stop", "tell-stopped log", "running: ready ready stopped",
		NEVER},
	};

	(void)state;
	cast_required();
	cast_part(&cast, "log")->restart = RESTART_ALWAYS;
	PLAY(&cast, scenes);
	assert_int_equal(outcome("log", PLAN_ASK_START), PLAN_OUTCOME_FAILED);
	play_on(&cast, stop, LENGTH(stop));
}

/* With its budget whole again. */
static void
test_a_start_revives_one_that_has_failed(void **state)
{
	static const struct scene scenes[] = {
	    ALL_RUN,
	    {10, "log exits 1", "tell-restart log", "running: ready ready backoff", 1010},
	    {1010, "time", "spawn log", "running: ready ready starting", NEVER},
	    {1020, "log exits 1", "tell-failed log", "running: ready ready failed",
		NEVER},
	    {1030, "log ask-start", "spawn log", "running: ready ready starting", NEVER},
	    {1040, "log exits 1", "tell-restart log", "running: ready ready backoff",
		2040},
	};

	(void)state;
	cast_required();
	cast_part(&cast, "log")->critical = false;
	cast_part(&cast, "log")->restart = RESTART_ALWAYS;
	cast_part(&cast, "log")->restart_limit.count = 1;
	PLAY(&cast, scenes);
}

/* Two processes of one service would be worse. */
static void
test_one_whose_process_does_not_end_cannot_start(void **state)
{
	static const struct scene scenes[] = {
	    LOG_STOPS,
	    {9010, "time", "kill log, tell-overdue log", "running: ready ready killing",
		14010},
	    {14010, "time", "tell-failed log", "running: ready ready failed", NEVER},
	};
	static const struct scene gone[] = {
	    {15000, "log dies 9", "", "running: ready ready failed", NEVER},
	    {15001, "log ask-start", "spawn log", "running: ready ready starting", NEVER},
	};

	(void)state;
	cast_required();
	cast_part(&cast, "log")->critical = false;
	PLAY(&cast, scenes);
	assert_int_equal(outcome("log", PLAN_ASK_STOP), PLAN_OUTCOME_FAILED);
	assert_int_equal(
	    plan_ask(&cast.plan, who("log"), PLAN_ASK_START, 14011 * MS), -EBUSY);
	play_on(&cast, gone, LENGTH(gone));
}

static void
test_nothing_can_be_asked_on_the_way_down(void **state)
{
	static const struct scene scenes[] = {
	    ALL_RUN,
	    {10, "db ask-stop", "signal web", "running: ready stopping ready", 9010},
	    {11, "TERM", "tell-stop, signal log", "stopping: ready stopping stopping",
		7211},
	    {12, "log exits 0", "", "stopping: ready stopping down", 8111},
	    {13, "web exits 0", "signal db", "stopping: stopping down down", 9011},
	};

	(void)state;
	cast_required();
	PLAY(&cast, scenes);
	assert_int_equal(
	    plan_ask(&cast.plan, who("log"), PLAN_ASK_START, 14 * MS), -ESHUTDOWN);
}

static void
test_a_stop_from_inside_has_its_status(void **state)
{
	static const struct scene scenes[] = {ALL_RUN};

	(void)state;
	cast_required();
	PLAY(&cast, scenes);
	plan_shutdown(&cast.plan, 3, 5 * MS);
	assert_int_equal(cast.plan.phase, PLAN_STOPPING);
	assert_int_equal(plan_status(&cast.plan), 3);
	assert_true(plan_is_live(&cast.plan));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_that_is_stopped_stays_so_and_is_not_ready),
	    cmocka_unit_test(test_a_stop_by_hand_is_no_failure),
	    cmocka_unit_test(test_a_restart_costs_nothing_and_is_done_when_it_is_ready),
	    cmocka_unit_test(test_those_that_require_it_are_stopped_first_and_come_back),
	    cmocka_unit_test(test_a_restart_takes_those_that_require_it_along),
	    cmocka_unit_test(test_a_start_starts_what_it_requires),
	    cmocka_unit_test(test_the_last_request_counts),
	    cmocka_unit_test(test_a_start_is_no_end_of_a_restart),
	    cmocka_unit_test(test_a_start_ends_a_back_off),
	    cmocka_unit_test(test_a_start_revives_one_that_has_failed),
	    cmocka_unit_test(test_one_whose_process_does_not_end_cannot_start),
	    cmocka_unit_test(test_nothing_can_be_asked_on_the_way_down),
	    cmocka_unit_test(test_a_stop_from_inside_has_its_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
