/* Checks in a plan: when they run, and what becomes of their services. */
#include "tests/unit/supervisor/plan-story.h"

static struct cast cast;

#define RUNS                                                                             \
	{0, "start", "spawn web", "running: starting", NEVER},                           \
	{                                                                                \
		1, "web execed", "", "running: ready", 1                                 \
	}

static void
init(const char *check, enum check_kind kind)
{
	cast_init(&cast, "web");
	(void)cast_check(&cast, check, "web", kind);
}

static bool
is_ready(const char *name)
{
	return plan_service_is_ready(&cast.plan, cast_index(&cast, name));
}

#define PLAY_ON(scenes) play_on(&cast, scenes, LENGTH(scenes))

/* -- readiness --------------------------------------------------------------------- */

/* The service runs on; what comes after it is not touched. */
static void
test_a_bad_readiness_check_takes_readiness_away(void **state)
{
	static const struct scene good[] = {
	    RUNS,
	    {1, "time", "probe look", "running: ready", 1001},
	    {9, "look good", "", "running: ready", 10001},
	};
	static const struct scene bad[] = {
	    {10001, "time", "probe look", "running: ready", 11001},
	    {10009, "look bad", "tell-unhealthy look", "running: ready", 20001},
	    {20001, "time", "probe look", "running: ready", 21001},
	};
	static const struct scene again[] = {
	    {20009, "look good", "tell-healthy look", "running: ready", 30001},
	};

	(void)state;
	init("look", CHECK_READINESS);
	cast.checks[0].failures = 1;
	PLAY(&cast, good);
	assert_true(is_ready("web"));
	assert_true(plan_is_ready(&cast.plan));
	PLAY_ON(bad);
	assert_false(is_ready("web"));
	assert_false(plan_is_ready(&cast.plan));
	assert_true(plan_is_live(&cast.plan));
	assert_true(plan_is_started(&cast.plan));
	PLAY_ON(again);
	assert_true(plan_is_ready(&cast.plan));
}

static void
test_nothing_is_ready_before_the_first_success(void **state)
{
	static const struct scene scenes[] = {
	    RUNS,
	    {1, "time", "probe look", "running: ready", 1001},
	};

	(void)state;
	init("look", CHECK_READINESS);
	PLAY(&cast, scenes);
	assert_false(plan_is_ready(&cast.plan));
	assert_false(plan_is_started(&cast.plan));
}

/* -- ready = check ------------------------------------------------------------------- */

static void
test_it_becomes_ready_by_its_checks(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn db", "running: starting down", 30000},
	    {1, "db execed", "", "running: up down", 1},
	    {1, "time", "probe one, probe two", "running: up down", 1001},
	    {5, "one good", "", "running: up down", 1001},
	    {7, "two good", "spawn web", "running: ready starting", 10001},
	    {8, "web execed", "", "running: ready ready", 10001},
	    /* Those that wait for it to be ready wait no more. */
	    {10001, "time", "probe one, probe two", "running: ready ready", 11001},
	    {10002, "one bad", "tell-unhealthy one", "running: ready ready", 11001},
	};

	(void)state;
	cast_init(&cast, "db web");
	cast_follow(&cast, "web", "db");
	cast_part(&cast, "db")->ready.kind = READY_CHECK;
	cast_check(&cast, "one", "db", CHECK_READINESS)->failures = 1;
	(void)cast_check(&cast, "two", "db", CHECK_READINESS);
	PLAY(&cast, scenes);
	assert_false(is_ready("db"));
	assert_true(is_ready("web"));
}

static void
test_one_that_never_passes_its_checks_fails_in_time(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn web", "running: starting", 5000},
	    {1, "web execed", "", "running: up", 1},
	    {1, "time", "probe look", "running: up", 1001},
	    {2, "look bad", "", "running: up", 101},
	    {101, "time", "probe look", "running: up", 1101},
	    {1101, "time", "drop look", "running: up", 1101},
	    {1101, "time", "probe look", "running: up", 2101},
	    {1102, "look bad", "", "running: up", 1501},
	    {5000, "time", "signal web", "running: stopping", 14000},
	    {5010, "web dies 15", "tell-stop, sweep", "sweeping: failed", 14010},
	};

	(void)state;
	init("look", CHECK_READINESS);
	cast.services[0].ready.kind = READY_CHECK;
	cast.services[0].ready_timeout = 5000 * MS;
	PLAY(&cast, scenes);
	assert_int_equal(cast.plan.cause.ending.kind, ENDING_NOT_READY);
	assert_int_equal(plan_status(&cast.plan), 69);
}

/* -- liveness -------------------------------------------------------------------------- */

static void
test_a_failed_liveness_check_stops_and_restarts(void **state)
{
	static const struct scene scenes[] = {
	    RUNS,
	    {1, "time", "probe live", "running: ready", 1001},
	    {1001, "time", "drop live", "running: ready", 10001},
	    {10001, "time", "probe live", "running: ready", 11001},
	    {10002, "live bad", "tell-unhealthy live, signal web", "running: stopping",
		19002},
	    {19002, "time", "kill web, tell-overdue web", "running: killing", 24002},
	    {19003, "web dies 9", "tell-restart web", "running: backoff", 20003},
	    {20003, "time", "spawn web", "running: starting", NEVER},
	    /* and from nothing again */
	    {20004, "web execed", "", "running: ready", 20004},
	    {20004, "time", "probe live", "running: ready", 21004},
	    {20005, "live bad", "", "running: ready", 30004},
	};

	(void)state;
	init("live", CHECK_LIVENESS);
	cast.checks[0].failures = 2;
	cast.services[0].restart = RESTART_ON_FAILURE;
	PLAY(&cast, scenes);
	assert_int_equal(cast.services[0].first_check, 0);
	assert_int_equal(cast.plan.services[0].ending.kind, ENDING_UNHEALTHY);
	assert_int_equal(cast.plan.services[0].ending.number, 0);
}

static void
test_without_restart_it_ends_the_container_with_69(void **state)
{
	static const struct scene scenes[] = {
	    RUNS,
	    {1, "time", "probe live", "running: ready", 1001},
	    {9, "live bad", "tell-unhealthy live, signal web", "running: stopping", 9009},
	    {10, "web exits 0", "tell-stop, sweep", "sweeping: failed", 9010},
	    {10, "swept", "end", "ended: failed", NEVER},
	};

	(void)state;
	init("live", CHECK_LIVENESS);
	cast.checks[0].failures = 1;
	PLAY(&cast, scenes);
	assert_cause(&cast, CAUSE_FAILED, "web");
	assert_int_equal(cast.plan.cause.ending.kind, ENDING_UNHEALTHY);
	assert_int_equal(cast.plan.cause.ending.number, 0);
	assert_int_equal(plan_status(&cast.plan), 69);
	assert_false(plan_is_live(&cast.plan));
}

static void
test_a_budget_that_is_used_up_ends_it_with_69(void **state)
{
	static const struct scene scenes[] = {
	    RUNS,
	    {1, "time", "probe live", "running: ready", 1001},
	    {9, "live bad", "tell-unhealthy live, signal web", "running: stopping", 9009},
	    {10, "web dies 15", "tell-restart web", "running: backoff", 1010},
	    {1010, "time", "spawn web", "running: starting", NEVER},
	    {1011, "web execed", "", "running: ready", 1011},
	    {1011, "time", "probe live", "running: ready", 2011},
	    {2011, "time", "drop live, tell-unhealthy live, signal web",
		"running: stopping", 11011},
	    {2020, "web dies 15", "tell-stop, sweep", "sweeping: failed", 11020},
	};

	(void)state;
	init("live", CHECK_LIVENESS);
	cast.checks[0].failures = 1;
	cast.services[0].restart = RESTART_ALWAYS;
	cast.services[0].restart_limit.count = 1;
	PLAY(&cast, scenes);
	assert_int_equal(cast.plan.cause.restarts, 1);
	assert_int_equal(plan_status(&cast.plan), 69);
}

/* A task that is not critical: the rest lives on. */
static void
test_of_one_that_is_not_critical_it_is_told(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn web, spawn log", "running: starting starting", NEVER},
	    {1, "web execed", "", "running: ready starting", 1},
	    {1, "log execed", "", "running: ready ready", 1},
	    {1, "time", "probe live", "running: ready ready", 1001},
	    {9, "live bad", "tell-unhealthy live, signal web", "running: stopping ready",
		9009},
	    {10, "web exits 0", "tell-failed web", "running: failed ready", NEVER},
	};

	(void)state;
	cast_init(&cast, "web log");
	cast_part(&cast, "web")->critical = false;
	cast_check(&cast, "live", "web", CHECK_LIVENESS)->failures = 1;
	PLAY(&cast, scenes);
	assert_true(plan_is_ready(&cast.plan));
	assert_true(plan_is_live(&cast.plan));
	assert_false(is_ready("web"));
}

/* -- startup --------------------------------------------------------------------------- */

static void
test_a_startup_check_holds_back_the_others(void **state)
{
	static const struct scene scenes[] = {
	    RUNS,
	    {1, "time", "probe up", "running: ready", 1001},
	    {9, "up bad", "", "running: ready", 101},
	    {101, "time", "probe up", "running: ready", 1101},
	    {109, "up good", "", "running: ready", 109},
	    {109, "time", "probe look, probe live", "running: ready", 1109},
	    {110, "look good", "", "running: ready", 1109},
	    {110, "live good", "", "running: ready", 10109},
	    {10109, "time", "probe look, probe live", "running: ready", 11109},
	};

	(void)state;
	init("look", CHECK_READINESS);
	(void)cast_check(&cast, "up", "web", CHECK_STARTUP);
	(void)cast_check(&cast, "live", "web", CHECK_LIVENESS);
	PLAY(&cast, scenes);
	assert_true(plan_is_ready(&cast.plan));
}

static void
test_all_startup_checks_have_to_pass(void **state)
{
	static const struct scene scenes[] = {
	    RUNS,
	    {1, "time", "probe one, probe two", "running: ready", 1001},
	    {5, "one good", "", "running: ready", 1001},
	    {6, "two bad", "", "running: ready", 101},
	    {101, "time", "probe two", "running: ready", 1101},
	    {102, "two good", "", "running: ready", 102},
	    {102, "time", "probe live", "running: ready", 1102},
	};

	(void)state;
	init("one", CHECK_STARTUP);
	(void)cast_check(&cast, "two", "web", CHECK_STARTUP);
	(void)cast_check(&cast, "live", "web", CHECK_LIVENESS);
	PLAY(&cast, scenes);
}

/* Their initial delay counts from the start of the service. */
static void
test_delays_run_on_behind_a_startup_check(void **state)
{
	static const struct scene scenes[] = {
	    RUNS,
	    {1, "time", "probe up", "running: ready", 1001},
	    {500, "up good", "", "running: ready", 700},
	    {700, "time", "probe live", "running: ready", 1700},
	};

	(void)state;
	init("up", CHECK_STARTUP);
	cast_check(&cast, "live", "web", CHECK_LIVENESS)->initial_delay = 700 * MS;
	PLAY(&cast, scenes);
}

static void
test_a_failed_startup_check_is_a_failure_of_the_service(void **state)
{
	static const struct scene scenes[] = {
	    RUNS,
	    {1, "time", "probe up", "running: ready", 1001},
	    {9, "up bad", "tell-unhealthy up, signal web", "running: stopping", 9009},
	    {10, "web dies 15", "tell-stop, sweep", "sweeping: failed", 9010},
	};

	(void)state;
	init("up", CHECK_STARTUP);
	cast.checks[0].failures = 1;
	(void)cast_check(&cast, "live", "web", CHECK_LIVENESS);
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 69);
}

/* -- the time in which they run ---------------------------------------------------------- */

static void
test_they_end_with_the_run_of_their_service(void **state)
{
	static const struct scene dies[] = {
	    RUNS,
	    {1, "time", "probe live", "running: ready", 1001},
	    {5, "web exits 3", "tell-restart web, drop live", "running: backoff", 1005},
	    {6, "live bad", "", "running: backoff", 1005},
	};
	static const struct scene leaves[] = {
	    RUNS,
	    {1, "time", "probe live", "running: ready", 1001},
	    {5, "web leaving", "drop live", "running: stopping", 9005},
	};
	static const struct scene asleep[] = {
	    RUNS,
	    {1, "time", "probe live", "running: ready", 1001},
	    {2, "live good", "", "running: ready", 10001},
	    {5, "web exits 3", "tell-restart web", "running: backoff", 1005},
	};

	(void)state;
	init("live", CHECK_LIVENESS);
	cast.services[0].restart = RESTART_ALWAYS;
	cast.checks[0].failures = 1;
	PLAY(&cast, dies);
	PLAY(&cast, leaves);
	PLAY(&cast, asleep);
}

/* In the drain as well: whoever is asked to go need not be well. */
static void
test_they_end_with_the_stop_of_everything(void **state)
{
	static const struct scene scenes[] = {
	    RUNS,
	    {1, "time", "probe live", "running: ready", 1001},
	    {5, "TERM", "tell-stop, drop live", "draining: ready", 2005},
	    {6, "live bad", "", "draining: ready", 2005},
	    {2005, "time", "signal web", "stopping: stopping", 9005},
	};

	(void)state;
	init("live", CHECK_LIVENESS);
	cast.config.drain_delay = 2000 * MS;
	cast.checks[0].failures = 1;
	PLAY(&cast, scenes);
	assert_false(plan_is_ready(&cast.plan));
	assert_true(plan_is_live(&cast.plan));
}

static void
test_none_begins_in_the_drain(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn web", "running: starting", NEVER},
	    {1, "TERM", "tell-stop", "draining: starting", 2001},
	    {2, "web execed", "", "draining: ready", 2001},
	};

	(void)state;
	init("live", CHECK_LIVENESS);
	cast.config.drain_delay = 2000 * MS;
	PLAY(&cast, scenes);
}

static void
test_a_probe_that_could_not_be_made_says_nothing(void **state)
{
	static const struct scene scenes[] = {
	    RUNS,
	    {1, "time", "probe live", "running: ready", 1001},
	    {1, "live unmade", "", "running: ready", 10001},
	    {10001, "time", "probe live", "running: ready", 11001},
	};

	(void)state;
	init("live", CHECK_LIVENESS);
	cast.checks[0].failures = 1;
	PLAY(&cast, scenes);
}

/* -- what the services say -------------------------------------------------------------- */

static void
test_a_service_that_knows_it_has_failed(void **state)
{
	static const struct scene scenes[] = {
	    RUNS,
	    {1, "time", "probe live", "running: ready", 1001},
	    {5, "web trigger", "signal web, drop live", "running: stopping", 9005},
	    {6, "web dies 15", "tell-stop, sweep", "sweeping: failed", 9006},
	};

	(void)state;
	init("live", CHECK_LIVENESS);
	PLAY(&cast, scenes);
	assert_int_equal(cast.plan.cause.ending.kind, ENDING_WATCHDOG);
	assert_int_equal(cast.plan.cause.ending.number, 0);
	assert_int_equal(plan_status(&cast.plan), 69);
}

static void
test_a_missed_watchdog(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn web", "running: starting", NEVER},
	    {1, "web execed", "", "running: up", NEVER},
	    {2, "web ready", "", "running: ready", 3002},
	    {1000, "web ping", "", "running: ready", 4000},
	    {2000, "web watchdog 500", "", "running: ready", 2500},
	    {2500, "time", "signal web", "running: stopping", 11500},
	    {2501, "web exits 0", "tell-stop, sweep", "sweeping: failed", 11501},
	};

	(void)state;
	cast_init(&cast, "web");
	cast_part(&cast, "web")->ready.kind = READY_NOTIFY;
	cast_part(&cast, "web")->watchdog = 3000 * MS;
	PLAY(&cast, scenes);
	assert_int_equal(cast.plan.cause.ending.kind, ENDING_WATCHDOG);
	assert_int_equal(cast.plan.cause.ending.number, 500);
	assert_int_equal(plan_status(&cast.plan), 69);
}

/* No longer than grace from its beginning, whoever stops it. */
static void
test_a_stop_cannot_be_put_off_beyond_grace(void **state)
{
	static const struct scene leaves[] = {
	    {0, "start", "spawn web", "running: starting", NEVER},
	    {1, "web execed", "", "running: ready", NEVER},
	    {5, "web leaving", "", "running: stopping", 2005},
	    {2000, "web extend 4000", "", "running: stopping", 6000},
	    {6000, "web extend 4000", "", "running: stopping", 9005},
	    {9005, "time", "kill web, tell-overdue web", "running: killing", 14005},
	};

	(void)state;
	cast_init(&cast, "web");
	cast_part(&cast, "web")->stop_timeout = 2000 * MS;
	PLAY(&cast, leaves);
}

/* Nor can those above take the time of those below. */
static void
test_in_a_stop_of_everything_each_level_keeps_its_time(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn db", "running: starting down", 30000},
	    {1, "db execed", "spawn web", "running: ready starting", NEVER},
	    {2, "web execed", "", "running: ready ready", NEVER},
	    {10, "TERM", "tell-stop, signal web", "stopping: ready stopping", 1010},
	    {1000, "web extend 500", "", "stopping: ready stopping", 1500},
	    {1500, "web extend 60000", "", "stopping: ready stopping", 8110},
	    {8110, "time", "kill web, tell-overdue web", "stopping: ready killing", 9010},
	    {8111, "web dies 9", "signal db", "stopping: stopping down", 9010},
	};

	(void)state;
	cast_init(&cast, "db web");
	cast_follow(&cast, "web", "db");
	cast_part(&cast, "web")->stop_timeout = 1000 * MS;
	PLAY(&cast, scenes);
}

static void
test_a_long_wait_for_others_is_told_once(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn db", "running: starting down", 30000},
	    {1, "db execed", "", "running: up down", 30000},
	    {30000, "time", "tell-waiting web", "running: up down", NEVER},
	    {40000, "db ready", "spawn web", "running: ready starting", NEVER},
	};

	(void)state;
	cast_init(&cast, "db web");
	cast_follow(&cast, "web", "db");
	cast_part(&cast, "db")->ready.kind = READY_NOTIFY;
	PLAY(&cast, scenes);
}

/* -- the whole ------------------------------------------------------------------------------ */

/* Tasks: done; those that are not critical do not count. */
static void
test_the_plan_is_ready_when_all_critical_ones_are(void **state)
{
	static const struct scene two[] = {
	    {0, "start", "spawn load, spawn web, spawn log",
		"running: starting starting starting", NEVER},
	    {1, "web execed", "", "running: starting ready starting", 1},
	    {1, "time", "probe look", "running: starting ready starting", 1001},
	    {2, "look good", "", "running: starting ready starting", 10001},
	};
	static const struct scene third[] = {
	    {3, "load exits 0", "", "running: done ready starting", 10001},
	};
	static const struct scene lost[] = {
	    {5, "web exits 1", "tell-restart web", "running: done backoff starting",
		1005},
	};

	(void)state;
	cast_init(&cast, "load web log");
	cast_part(&cast, "load")->kind = KIND_TASK;
	cast_part(&cast, "web")->restart = RESTART_ALWAYS;
	cast_part(&cast, "log")->critical = false;
	(void)cast_check(&cast, "look", "web", CHECK_READINESS);
	PLAY(&cast, two);
	assert_false(plan_is_ready(&cast.plan));
	assert_false(is_ready("load"));
	assert_true(is_ready("web"));
	PLAY_ON(third);
	assert_true(plan_is_ready(&cast.plan));
	assert_true(plan_is_started(&cast.plan));
	PLAY_ON(lost);
	assert_false(plan_is_ready(&cast.plan));
	assert_true(plan_is_started(&cast.plan));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_bad_readiness_check_takes_readiness_away),
	    cmocka_unit_test(test_nothing_is_ready_before_the_first_success),
	    cmocka_unit_test(test_it_becomes_ready_by_its_checks),
	    cmocka_unit_test(test_one_that_never_passes_its_checks_fails_in_time),
	    cmocka_unit_test(test_a_failed_liveness_check_stops_and_restarts),
	    cmocka_unit_test(test_without_restart_it_ends_the_container_with_69),
	    cmocka_unit_test(test_a_budget_that_is_used_up_ends_it_with_69),
	    cmocka_unit_test(test_of_one_that_is_not_critical_it_is_told),
	    cmocka_unit_test(test_a_startup_check_holds_back_the_others),
	    cmocka_unit_test(test_all_startup_checks_have_to_pass),
	    cmocka_unit_test(test_delays_run_on_behind_a_startup_check),
	    cmocka_unit_test(test_a_failed_startup_check_is_a_failure_of_the_service),
	    cmocka_unit_test(test_they_end_with_the_run_of_their_service),
	    cmocka_unit_test(test_they_end_with_the_stop_of_everything),
	    cmocka_unit_test(test_none_begins_in_the_drain),
	    cmocka_unit_test(test_a_probe_that_could_not_be_made_says_nothing),
	    cmocka_unit_test(test_a_service_that_knows_it_has_failed),
	    cmocka_unit_test(test_a_missed_watchdog),
	    cmocka_unit_test(test_a_stop_cannot_be_put_off_beyond_grace),
	    cmocka_unit_test(test_in_a_stop_of_everything_each_level_keeps_its_time),
	    cmocka_unit_test(test_a_long_wait_for_others_is_told_once),
	    cmocka_unit_test(test_the_plan_is_ready_when_all_critical_ones_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
