/* A failure that fails those that require the one that failed. */
#include "tests/unit/supervisor/plan-story.h"

static struct cast cast;

/* opt <- a <- b, and only b is critical. */
static void
cast_chain(void)
{
	cast_init(&cast, "opt a b");
	cast_part(&cast, "opt")->critical = false;
	cast_part(&cast, "a")->critical = false;
	cast_part(&cast, "a")->restart = RESTART_ALWAYS;
	cast_part(&cast, "b")->restart = RESTART_ALWAYS;
	cast_require(&cast, "a", "opt");
	cast_require(&cast, "b", "a");
}

static void
test_a_failure_goes_down_the_chain_of_requirements(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn opt", "running: starting down down", 30000},
	    {1, "opt execed", "spawn a", "running: ready starting down", 30000},
	    {2, "a execed", "spawn b", "running: ready ready starting", NEVER},
	    {3, "b execed", "", "running: ready ready ready", NEVER},
	    {10, "opt exits 7", "tell-failed opt, signal a",
		"running: failed stopping ready", 9010},
	    {11, "a exits 0", "tell-failed a, signal b",
		"running: failed failed stopping", 9011},
	    {12, "b dies 15", "tell-stop, sweep", "sweeping: failed failed failed", 9012},
	};

	(void)state;
	cast_chain();
	PLAY(&cast, scenes);
	assert_cause(&cast, CAUSE_FAILED, "opt");
	assert_int_equal(cast.plan.cause.via, cast_index(&cast, "b"));
	assert_int_equal(plan_status(&cast.plan), 7);
}

static void
test_those_that_wait_fail_at_once_and_never_start(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn opt", "running: starting down down", 30000},
	    {1, "opt missing", "tell-failed opt, tell-failed a, tell-stop, sweep",
		"sweeping: failed failed failed", 9001},
	};

	(void)state;
	cast_chain();
	PLAY(&cast, scenes);
	assert_cause(&cast, CAUSE_FAILED, "opt");
	assert_int_equal(plan_status(&cast.plan), 127);
}

static void
test_a_required_restart_is_no_failure(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn opt", "running: starting down down", 30000},
	    {1, "opt exits 1", "tell-restart opt", "running: backoff down down", 1001},
	    {1001, "time", "spawn opt", "running: starting down down", 30000},
	    {1002, "opt execed", "spawn a", "running: ready starting down", 30000},
	};

	(void)state;
	cast_chain();
	cast_part(&cast, "opt")->restart = RESTART_ON_FAILURE;
	PLAY(&cast, scenes);
}

static void
test_a_lost_requirement_ends_a_back_off(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn opt", "running: starting down down", 30000},
	    {1, "opt execed", "spawn a", "running: ready starting down", 30000},
	    {2, "a exits 1", "tell-restart a", "running: ready backoff down", 1002},
	    {3, "opt exits 7", "tell-failed opt, tell-failed a, tell-stop, sweep",
		"sweeping: failed failed failed", 9003},
	};

	(void)state;
	cast_chain();
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 7);
}

/* It is stopped for another reason then, and would have had another life. */
static void
test_a_requirement_lost_during_a_stop_leaves_no_other_life(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn opt", "running: starting down", 30000},
	    {1, "opt execed", "spawn load", "running: ready starting", 5001},
	    {2, "load execed", "", "running: ready up", 5001},
	    {5001, "time", "signal load", "running: ready stopping", 14001},
	    {5002, "opt exits 7", "tell-failed opt", "running: failed stopping", 14001},
	    {5003, "load exits 1", "tell-stop, sweep", "sweeping: failed failed", 14003},
	};

	(void)state;
	cast_init(&cast, "opt load");
	cast_part(&cast, "opt")->critical = false;
	cast_part(&cast, "load")->kind = KIND_TASK;
	cast_part(&cast, "load")->timeout = 5000 * MS;
	cast_part(&cast, "load")->restart = RESTART_ON_FAILURE;
	cast_require(&cast, "load", "opt");
	PLAY(&cast, scenes);
	assert_cause(&cast, CAUSE_FAILED, "opt");
	assert_int_equal(plan_status(&cast.plan), 7);

	/* It had failed for good already: then its own failure came first. */
	cast_part(&cast, "load")->restart = RESTART_NEVER;
	PLAY(&cast, scenes);
	assert_cause(&cast, CAUSE_FAILED, "load");
	assert_int_equal(plan_status(&cast.plan), 69);
}

/* Two that require it; the failure of the first ends it all. */
static void
test_the_way_down_keeps_its_order_when_a_requirement_fails(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn opt, spawn slow",
		"running: starting starting down down down", 30000},
	    {1, "opt execed", "spawn b", "running: ready starting down starting down",
		30000},
	    {2, "b execed", "spawn c", "running: ready starting down ready starting",
		30000},
	    {3, "c execed", "", "running: ready starting down ready ready", 30000},
	    {9, "opt exits 7", "tell-failed opt, tell-stop, signal c",
		"stopping: failed starting failed ready stopping", 7209},
	    {10, "c dies 15", "signal b",
		"stopping: failed starting failed stopping down", 8109},
	};

	(void)state;
	cast_init(&cast, "opt slow a b c");
	cast_part(&cast, "opt")->critical = false;
	cast_follow(&cast, "a", "slow");
	cast_require(&cast, "a", "opt");
	cast_require(&cast, "b", "opt");
	cast_follow(&cast, "c", "b");
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 7);
}

static void
test_one_that_is_done_does_not_fail_with_what_it_required(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn opt, spawn web", "running: starting down starting",
		30000},
	    {1, "opt execed", "spawn load", "running: ready starting starting", NEVER},
	    {2, "load exits 0", "", "running: ready done starting", NEVER},
	    {3, "opt exits 7", "tell-failed opt", "running: failed done starting", NEVER},
	};

	(void)state;
	cast_init(&cast, "opt load web");
	cast_part(&cast, "opt")->critical = false;
	cast_part(&cast, "load")->kind = KIND_TASK;
	cast_require(&cast, "load", "opt");
	PLAY(&cast, scenes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_failure_goes_down_the_chain_of_requirements),
	    cmocka_unit_test(test_those_that_wait_fail_at_once_and_never_start),
	    cmocka_unit_test(test_a_required_restart_is_no_failure),
	    cmocka_unit_test(test_a_lost_requirement_ends_a_back_off),
	    cmocka_unit_test(test_a_requirement_lost_during_a_stop_leaves_no_other_life),
	    cmocka_unit_test(test_the_way_down_keeps_its_order_when_a_requirement_fails),
	    cmocka_unit_test(test_one_that_is_done_does_not_fail_with_what_it_required),
	};
	int failures = cmocka_run_group_tests(tests, NULL, NULL);

	plan_clear(&cast.plan);
	return failures;
}
