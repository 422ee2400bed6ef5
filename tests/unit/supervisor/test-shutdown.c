/* The way down: levels in reverse, within grace, and its exit status. */
#include "tests/unit/supervisor/plan-story.h"

static struct cast cast;

/* -- the time there is ---------------------------------------------------------------------- */

static void
test_stop_time(void **state)
{
	static const struct {
		usec_t timeout;
		usec_t left;
		unsigned below;
		usec_t time;
	} rows[] = {
	    {NEVER, 10000, 0, 10000},
	    {NEVER, 10000, 1, 9000},
	    {NEVER, 10000, 4, 6000},
	    {NEVER, 10000, 5, 5000},
	    {NEVER, 10000, 9, 5000}, /* never more than half is kept back */
	    {NEVER, 3000, 1, 2000},
	    {NEVER, 1000, 1, 500},
	    {NEVER, 0, 3, 0},
	    {2000, 10000, 0, 2000},
	    {2000, 10000, 9, 2000},
	    {2000, 500, 0, 500},
	    {0, 10000, 0, 0},
	};
	struct service_config service = sample_service(KIND_SERVICE);
	struct config config = {.grace = 10000};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		service.stop_timeout = rows[i].timeout;
		assert_int_equal(
		    plan_stop_time(&config, &service, rows[i].left, rows[i].below),
		    rows[i].time);
	}
}

/* -- in good order ------------------------------------------------------------------------- */

static void
test_levels_stop_in_reverse_all_of_one_at_once(void **state)
{
	static const struct scene scenes[] = {
	    ALL_THREE_RUN,
	    {1000, "TERM", "tell-stop, signal web", "stopping: ready stopping ready",
		9100},
	    {1500, "web dies 15", "signal db, signal log",
		"stopping: stopping down stopping", 10000},
	    {1600, "db exits 0", "", "stopping: down down stopping", 10000},
	    {1700, "log exits 143", "sweep", "sweeping: down down down", 10000},
	    {1700, "swept", "end", "ended: down down down", NEVER},
	};

	(void)state;
	cast_init_three(&cast);
	PLAY(&cast, scenes);
	assert_int_equal(cast.plan.cause.kind, CAUSE_ASKED);
	assert_int_equal(cast.plan.cause.signal, SIGTERM);
	assert_int_equal(plan_status(&cast.plan), 0);
}

static void
test_time_is_kept_back_only_for_levels_with_a_process(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn load", "running: starting down", 30000},
	    {1, "load exits 0", "spawn web", "running: done starting", NEVER},
	    {2, "web execed", "", "running: done ready", NEVER},
	    {1000, "TERM", "tell-stop, signal web", "stopping: done stopping", 10000},
	};

	(void)state;
	cast_init(&cast, "load web");
	cast_part(&cast, "load")->kind = KIND_TASK;
	cast_follow(&cast, "web", "load");
	PLAY(&cast, scenes);
}

static void
test_a_level_that_is_cleared_lets_the_next_one_go(void **state)
{
	static const struct scene scenes[] = {
	    ALL_THREE_RUN,
	    {1000, "TERM", "tell-stop, signal web", "stopping: ready stopping ready",
		9100},
	    {1500, "web leaves 0", "", "stopping: ready clearing ready", 2500},
	    {1510, "web cleared", "signal db, signal log",
		"stopping: stopping down stopping", 10000},
	};

	(void)state;
	cast_init_three(&cast);
	PLAY(&cast, scenes);
}

static void
test_every_signal_that_asks_for_a_stop_is_told(void **state)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGQUIT, SIGPWR, SIGTERM + 22};

	(void)state;
	cast_init_three(&cast);
	for (size_t i = 0; i < LENGTH(signals); i++) {
		plan_clear(&cast.plan);
		assert_int_equal(plan_init(&cast.plan, &cast.config, 1), 0);
		plan_start(&cast.plan, 0);
		plan_request_stop(&cast.plan, signals[i], 5);
		assert_int_equal(cast.plan.cause.kind, CAUSE_ASKED);
		assert_int_equal(cast.plan.cause.signal, signals[i]);
		assert_int_equal(cast.plan.phase, PLAN_STOPPING);
	}
}

/* -- in the middle of something --------------------------------------------------------------- */

static void
test_a_stop_during_the_start(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn db, spawn log", "running: starting down starting", 30000},
	    {1, "TERM", "tell-stop, signal db, signal log",
		"stopping: stopping down stopping", 9001},
	    {2, "db execed", "", "stopping: stopping down stopping", 9001},
	    {3, "db dies 15", "", "stopping: down down stopping", 9001},
	    {4, "log dies 15", "sweep", "sweeping: down down down", 9001},
	};

	(void)state;
	cast_init_three(&cast);
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 0);
}

static void
test_a_stop_during_back_off(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn web", "running: starting", NEVER},
	    {1, "web exits 3", "tell-restart web", "running: backoff", 1001},
	    {2, "TERM", "tell-stop, sweep", "sweeping: down", 9002},
	    {2, "swept", "end", "ended: down", NEVER},
	};

	(void)state;
	cast_init(&cast, "web");
	cast_part(&cast, "web")->restart = RESTART_ALWAYS;
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 0);
}

static void
test_a_stop_before_anything_has_started(void **state)
{
	static const struct scene scenes[] = {
	    {0, "TERM", "tell-stop, sweep", "sweeping: down down down", 9000},
	    {0, "start", "", "sweeping: down down down", 9000},
	    {0, "swept", "end", "ended: down down down", NEVER},
	};

	(void)state;
	cast_init_three(&cast);
	PLAY(&cast, scenes);
}

static void
test_a_stop_while_a_fault_stops_it(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn load", "running: starting", 5000},
	    {5000, "time", "signal load", "running: stopping", 14000},
	    {5100, "TERM", "tell-stop", "stopping: stopping", 14000},
	    {5200, "load dies 15", "sweep", "sweeping: down", 14100},
	};

	(void)state;
	cast_init(&cast, "load");
	cast_part(&cast, "load")->kind = KIND_TASK;
	cast_part(&cast, "load")->timeout = 5000 * MS;
	PLAY(&cast, scenes);
	assert_int_equal(cast.plan.cause.kind, CAUSE_ASKED);
	assert_int_equal(plan_status(&cast.plan), 69);
}

static char hook[] = "hook";
static char *hook_words[] = {hook, NULL};

static void
test_pre_stop_of_a_level_and_a_hook_that_hangs(void **state)
{
	static const struct scene scenes[] = {
	    ALL_THREE_RUN,
	    {1000, "TERM", "tell-stop, hook web", "stopping: ready pre-stop ready", 8290},
	    {8290, "time", "cut-hook web", "stopping: ready stopping ready", 9100},
	    {9100, "time", "kill web, tell-overdue web", "stopping: ready killing ready",
		10000},
	    {9101, "web dies 9", "signal db, signal log",
		"stopping: stopping down stopping", 10000},
	};

	(void)state;
	cast_init_three(&cast);
	cast_part(&cast, "web")->pre_stop =
	    (struct words){.items = hook_words, .count = 1};
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 137);
	assert_true(cast.plan.flaw_hook);
}

/* The service itself stops well, but not everything did. */
static void
test_a_pre_stop_that_had_to_be_killed(void **state)
{
	static const struct scene scenes[] = {
	    ALL_THREE_RUN,
	    {1000, "TERM", "tell-stop, hook web", "stopping: ready pre-stop ready", 8290},
	    {8290, "time", "cut-hook web", "stopping: ready stopping ready", 9100},
	    {8300, "web dies 15", "signal db, signal log",
		"stopping: stopping down stopping", 10000},
	    {8400, "db dies 15", "", "stopping: down down stopping", 10000},
	    {8500, "log dies 15", "sweep", "sweeping: down down down", 10000},
	};

	(void)state;
	cast_init_three(&cast);
	cast_part(&cast, "web")->pre_stop =
	    (struct words){.items = hook_words, .count = 1};
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 137);
}

/* -- the drain ---------------------------------------------------------------------------------- */

static void
test_the_drain_comes_first_and_is_part_of_grace(void **state)
{
	static const struct scene scenes[] = {
	    ALL_THREE_RUN,
	    {1000, "TERM", "tell-stop", "draining: ready ready ready", 3000},
	    {2000, "log exits 0", "", "draining: ready ready down", 3000},
	    {3000, "time", "signal web", "stopping: ready stopping down", 9100},
	    {3001, "web exits 0", "signal db", "stopping: stopping down down", 10000},
	};

	(void)state;
	cast_init_three(&cast);
	cast_part(&cast, "log")->restart = RESTART_ALWAYS;
	cast.config.drain_delay = 2000 * MS;
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 0);
}

static void
test_the_drain_is_over_when_nothing_runs(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn a, spawn b", "running: starting starting", NEVER},
	    {1, "a exits 3", "tell-stop", "draining: failed starting", 2001},
	    {2, "b exits 0", "sweep", "sweeping: failed down", 9001},
	};

	(void)state;
	cast_init(&cast, "a b");
	cast.config.drain_delay = 2000 * MS;
	PLAY(&cast, scenes);
}

static void
test_a_drain_longer_than_grace_leaves_only_the_kill(void **state)
{
	static const struct scene scenes[] = {
	    ALL_THREE_RUN,
	    {1000, "TERM", "tell-stop", "draining: ready ready ready", 10000},
	    {10000, "time", "signal web", "stopping: ready stopping ready", 10000},
	    {10000, "time",
		"kill web, tell-overdue web, kill db, tell-overdue db, kill log, "
		"tell-overdue log",
		"stopping: killing killing killing", 10500},
	};

	(void)state;
	cast_init_three(&cast);
	cast.config.drain_delay = 20000 * MS;
	PLAY(&cast, scenes);
}

static void
test_no_restart_in_the_drain(void **state)
{
	static const struct scene scenes[] = {
	    ALL_THREE_RUN,
	    {1000, "TERM", "tell-stop", "draining: ready ready ready", 3000},
	    {2000, "log exits 5", "", "draining: ready ready down", 3000},
	};

	(void)state;
	cast_init_three(&cast);
	cast_part(&cast, "log")->restart = RESTART_ALWAYS;
	cast.config.drain_delay = 2000 * MS;
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stop_time),
	    cmocka_unit_test(test_levels_stop_in_reverse_all_of_one_at_once),
	    cmocka_unit_test(test_time_is_kept_back_only_for_levels_with_a_process),
	    cmocka_unit_test(test_a_level_that_is_cleared_lets_the_next_one_go),
	    cmocka_unit_test(test_every_signal_that_asks_for_a_stop_is_told),
	    cmocka_unit_test(test_a_stop_during_the_start),
	    cmocka_unit_test(test_a_stop_during_back_off),
	    cmocka_unit_test(test_a_stop_before_anything_has_started),
	    cmocka_unit_test(test_a_stop_while_a_fault_stops_it),
	    cmocka_unit_test(test_pre_stop_of_a_level_and_a_hook_that_hangs),
	    cmocka_unit_test(test_a_pre_stop_that_had_to_be_killed),
	    cmocka_unit_test(test_the_drain_comes_first_and_is_part_of_grace),
	    cmocka_unit_test(test_the_drain_is_over_when_nothing_runs),
	    cmocka_unit_test(test_a_drain_longer_than_grace_leaves_only_the_kill),
	    cmocka_unit_test(test_no_restart_in_the_drain),
	};
	int failures = cmocka_run_group_tests(tests, NULL, NULL);

	plan_clear(&cast.plan);
	return failures;
}
