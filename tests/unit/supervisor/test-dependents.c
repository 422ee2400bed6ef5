/* What the change of one service means to those that come after it. */
#include "tests/unit/supervisor/plan-story.h"

static struct cast cast;

/* -- starting in order --------------------------------------------------------------- */

static void
test_each_starts_when_what_it_follows_is_ready(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn db, spawn log", "running: starting down starting", 30000},
	    {1, "log execed", "", "running: starting down ready", 30000},
	    {2, "db execed", "spawn web", "running: ready starting ready", NEVER},
	    {3, "web execed", "", "running: ready ready ready", NEVER},
	};
	static const struct scene other_way[] = {
	    {0, "start", "spawn db, spawn log", "running: starting down starting", 30000},
	    {1, "db execed", "", "running: ready down starting", 30000},
	    {2, "log execed", "spawn web", "running: ready starting ready", NEVER},
	};

	(void)state;
	cast_init(&cast, "db web log");
	cast_follow(&cast, "web", "db");
	cast_follow(&cast, "web", "log");
	PLAY(&cast, scenes);
	PLAY(&cast, other_way);
}

static void
test_tasks_are_done_before_those_that_name_them(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn load", "running: starting down", 30000},
	    {1, "load execed", "", "running: up down", 30000},
	    {9, "load exits 0", "spawn web", "running: done starting", NEVER},
	};

	(void)state;
	cast_init(&cast, "load web");
	cast_part(&cast, "load")->kind = KIND_TASK;
	cast_follow(&cast, "web", "load");
	PLAY(&cast, scenes);
}

static void
test_started_is_enough_where_it_is_said(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn load", "running: starting down down", 30000},
	    {1, "load execed", "spawn web", "running: up starting down", 30000},
	    {2, "web execed", "", "running: up ready down", 30000},
	    {9, "load exits 0", "spawn late", "running: done ready starting", NEVER},
	};
	static const struct scene in_one_step[] = {
	    {0, "start", "spawn load", "running: starting down down", 30000},
	    {1, "load exits 0", "spawn web, spawn late",
		"running: done starting starting", NEVER},
	};

	(void)state;
	cast_init(&cast, "load web late");
	cast_part(&cast, "load")->kind = KIND_TASK;
	cast_follow_started(&cast, "web", "load");
	cast_follow(&cast, "late", "load");
	PLAY(&cast, scenes);
	PLAY(&cast, in_one_step);
}

static void
test_a_chain_of_tasks(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn c", "running: down down starting", 30000},
	    {1, "c exits 0", "spawn b", "running: down starting done", 30000},
	    {2, "b exits 0", "spawn a", "running: starting done done", NEVER},
	};

	(void)state;
	cast_init(&cast, "a b c");
	for (size_t i = 0; i < 3; i++)
		cast.services[i].kind = KIND_TASK;
	cast_follow(&cast, "a", "b");
	cast_follow(&cast, "b", "c");
	PLAY(&cast, scenes);
}

/* The instances of a service are services, and nothing else is known of them. */
static void
test_all_instances_are_waited_for_and_wait(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn a@1, spawn a@2", "running: starting starting down down",
		30000},
	    {1, "a@2 execed", "", "running: starting ready down down", 30000},
	    {2, "a@1 execed", "spawn b@1, spawn b@2",
		"running: ready ready starting starting", NEVER},
	    {3, "b@1 exits 1", "tell-restart b@1",
		"running: ready ready backoff starting", 1003},
	    {4, "b@2 exits 1", "tell-restart b@2", "running: ready ready backoff backoff",
		1003},
	    {1003, "time", "spawn b@1", "running: ready ready starting backoff", 1004},
	};

	(void)state;
	cast_init(&cast, "a@1 a@2 b@1 b@2");
	for (size_t i = 2; i < 4; i++) {
		cast.services[i].restart = RESTART_ALWAYS;
		cast_follow(&cast, cast.names[i], "a@1");
		cast_follow(&cast, cast.names[i], "a@2");
	}
	PLAY(&cast, scenes);
}

/* -- when what one follows fails or restarts --------------------------------------------- */

static void
test_after_goes_on_when_one_that_is_not_critical_has_failed(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn opt", "running: starting down", 30000},
	    {1, "opt exits 3", "tell-failed opt, spawn web", "running: failed starting",
		NEVER},
	};

	(void)state;
	cast_init(&cast, "opt web");
	cast_part(&cast, "opt")->critical = false;
	cast_follow(&cast, "web", "opt");
	PLAY(&cast, scenes);
	assert_int_equal(cast.plan.cause.kind, CAUSE_NONE);
}

static void
test_nothing_starts_after_a_failure_that_ends_it_all(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn load", "running: starting down", 30000},
	    {1, "load exits 3", "tell-stop, sweep", "sweeping: failed down", 9001},
	    {1, "swept", "end", "ended: failed down", NEVER},
	};

	(void)state;
	cast_init(&cast, "load web");
	cast_part(&cast, "load")->kind = KIND_TASK;
	cast_follow(&cast, "web", "load");
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 3);
}

static void
test_nothing_starts_after_main_is_done(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn job", "running: starting down", 30000},
	    {1, "job exits 0", "tell-stop, sweep", "sweeping: done down", 9001},
	};

	(void)state;
	cast_init(&cast, "job web");
	cast_part(&cast, "job")->kind = KIND_MAIN;
	cast_follow(&cast, "web", "job");
	PLAY(&cast, scenes);
}

static void
test_a_restart_of_one_leaves_those_that_follow_it_alone(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn db", "running: starting down", 30000},
	    {1, "db execed", "spawn web", "running: ready starting", NEVER},
	    {2, "web execed", "", "running: ready ready", NEVER},
	    {3, "db exits 1", "tell-restart db", "running: backoff ready", 1003},
	    {1003, "time", "spawn db", "running: starting ready", NEVER},
	    {1004, "db execed", "", "running: ready ready", NEVER},
	};

	(void)state;
	cast_init(&cast, "db web");
	cast_part(&cast, "db")->restart = RESTART_ALWAYS;
	cast_require(&cast, "web", "db");
	PLAY(&cast, scenes);
}

static void
test_a_restart_waits_for_what_is_down_again(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn db", "running: starting down", 30000},
	    {1, "db execed", "spawn web", "running: ready starting", NEVER},
	    {2, "web execed", "", "running: ready ready", NEVER},
	    {10, "web exits 1", "tell-restart web", "running: ready backoff", 1010},
	    {500, "db exits 1", "tell-restart db", "running: backoff backoff", 1010},
	    {1010, "time", "", "running: backoff down", 1500},
	    {1500, "time", "spawn db", "running: starting down", 31010},
	    {1501, "db execed", "spawn web", "running: ready starting", NEVER},
	};

	(void)state;
	cast_init(&cast, "db web");
	cast_part(&cast, "db")->restart = RESTART_ALWAYS;
	cast_part(&cast, "web")->restart = RESTART_ALWAYS;
	cast_follow(&cast, "web", "db");
	PLAY(&cast, scenes);
}

static void
test_one_that_waits_stays_blocked_while_another_restarts(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn db, spawn mq", "running: starting starting down", 30000},
	    {1, "db execed", "", "running: ready starting down", 30000},
	    {2, "db exits 1", "tell-restart db", "running: backoff starting down", 1002},
	    {3, "mq execed", "", "running: backoff ready down", 1002},
	    {1002, "time", "spawn db", "running: starting ready down", 30000},
	    {1003, "db execed", "spawn web", "running: ready ready starting", NEVER},
	};

	(void)state;
	cast_init(&cast, "db mq web");
	cast_part(&cast, "db")->restart = RESTART_ALWAYS;
	cast_follow(&cast, "web", "db");
	cast_follow(&cast, "web", "mq");
	PLAY(&cast, scenes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_starts_when_what_it_follows_is_ready),
	    cmocka_unit_test(test_tasks_are_done_before_those_that_name_them),
	    cmocka_unit_test(test_started_is_enough_where_it_is_said),
	    cmocka_unit_test(test_a_chain_of_tasks),
	    cmocka_unit_test(test_all_instances_are_waited_for_and_wait),
	    cmocka_unit_test(test_after_goes_on_when_one_that_is_not_critical_has_failed),
	    cmocka_unit_test(test_nothing_starts_after_a_failure_that_ends_it_all),
	    cmocka_unit_test(test_nothing_starts_after_main_is_done),
	    cmocka_unit_test(test_a_restart_of_one_leaves_those_that_follow_it_alone),
	    cmocka_unit_test(test_a_restart_waits_for_what_is_down_again),
	    cmocka_unit_test(test_one_that_waits_stays_blocked_while_another_restarts),
	};
	int failures = cmocka_run_group_tests(tests, NULL, NULL);

	plan_clear(&cast.plan);
	return failures;
}
