/* No more time, what belongs to no service, and the status of a stop. */
#include "tests/unit/supervisor/plan-story.h"

static struct cast cast;

/* -- no more time ------------------------------------------------------------------------------- */

static void
test_at_the_end_of_grace_everything_is_killed(void **state)
{
	static const struct scene scenes[] = {
	    ALL_THREE_RUN,
	    {1000, "TERM", "tell-stop, signal web", "stopping: ready stopping ready",
		9100},
	    {9100, "time", "kill web, tell-overdue web", "stopping: ready killing ready",
		10000},
	    {10000, "time", "kill db, tell-overdue db, kill log, tell-overdue log",
		"stopping: killing killing killing", 10500},
	    {10001, "db dies 9", "", "stopping: down killing killing", 10500},
	    {10002, "log dies 9", "", "stopping: down killing down", 10500},
	    {10500, "time", "end", "ended: down killing down", NEVER},
	};

	(void)state;
	cast_init_three(&cast);
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 137);
}

static void
test_a_stop_timeout_of_its_own(void **state)
{
	static const struct scene scenes[] = {
	    ALL_THREE_RUN,
	    {1000, "TERM", "tell-stop, signal web", "stopping: ready stopping ready",
		3000},
	    {3000, "time", "kill web, tell-overdue web", "stopping: ready killing ready",
		8000},
	    {3001, "web dies 9", "signal db, signal log",
		"stopping: stopping down stopping", 10000},
	    {3002, "db exits 0", "", "stopping: down down stopping", 10000},
	    {3003, "log exits 0", "sweep", "sweeping: down down down", 10000},
	};

	(void)state;
	cast_init_three(&cast);
	cast_part(&cast, "web")->stop_timeout = 2000 * MS;
	cast_part(&cast, "web")->critical = false;
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 137);
}

static void
test_an_unkillable_one_does_not_hold_up_the_next_level_for_ever(void **state)
{
	static const struct scene scenes[] = {
	    ALL_THREE_RUN,
	    {1000, "TERM", "tell-stop, signal web", "stopping: ready stopping ready",
		2000},
	    {2000, "time", "kill web, tell-overdue web", "stopping: ready killing ready",
		7000},
	    {7000, "time", "signal db, signal log", "stopping: stopping failed stopping",
		10000},
	    {7001, "db exits 0", "", "stopping: down failed stopping", 10000},
	    {7002, "log exits 0", "sweep", "sweeping: down failed down", 10000},
	    {10000, "time", "sweep-kill", "sweeping: down failed down", 10500},
	    {10500, "time", "end", "ended: down failed down", NEVER},
	};

	(void)state;
	cast_init_three(&cast);
	cast_part(&cast, "web")->stop_timeout = 1000 * MS;
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 137);
}

static void
test_the_second_request_by_term_or_int_means_now(void **state)
{
	static const char *const requests[][4] = {
	    {"TERM", "TERM"},
	    {"INT", "INT"},
	    {"TERM", "INT"},
	    {"QUIT", "TERM", "INT"},
	    {"TERM", "QUIT", "TERM"},
	    {"QUIT", "QUIT", "TERM", "TERM"},
	};

	(void)state;
	cast_init_three(&cast);
	for (size_t i = 0; i < LENGTH(requests); i++) {
		struct plan *p = &cast.plan;
		char actions[TEXT_MAX];

		plan_clear(p);
		assert_int_equal(plan_init(p, &cast.config, 1), 0);
		plan_start(p, 0);
		for (size_t j = 0; j < 4 && requests[i][j]; j++) {
			assert_false(p->killing);
			happen(p, &cast, requests[i][j], 10 * MS);
		}
		write_actions(p, &cast, actions);
		assert_string_equal(actions,
		    "spawn db, spawn log, tell-stop, signal db, signal log, "
		    "kill db, tell-overdue db, kill log, tell-overdue log");
		assert_int_equal(plan_status(p), 137);
	}
}

static void
test_now_means_now_in_the_drain_too(void **state)
{
	static const struct scene scenes[] = {
	    ALL_THREE_RUN,
	    {1000, "INT", "tell-stop", "draining: ready ready ready", 3000},
	    {1100, "TERM",
		"kill db, tell-overdue db, kill web, tell-overdue web, kill log, "
		"tell-overdue log",
		"stopping: killing killing killing", 1600},
	    {1101, "db dies 9", "", "stopping: down killing killing", 1600},
	    {1101, "TERM", "", "stopping: down killing killing", 1600},
	    {1102, "web dies 9", "", "stopping: down down killing", 1600},
	    {1103, "log dies 9", "sweep-kill", "sweeping: down down down", 1600},
	    {1103, "swept", "end", "ended: down down down", NEVER},
	    {1104, "TERM", "", "ended: down down down", NEVER},
	};

	(void)state;
	cast_init_three(&cast);
	cast.config.drain_delay = 2000 * MS;
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 137);
}

/* A failure has begun the stop; whoever asks for one now asks for the first time. */
static void
test_one_request_during_another_stop_does_not_mean_now(void **state)
{
	static const struct scene scenes[] = {
	    ALL_THREE_RUN,
	    {1000, "log exits 3", "tell-stop, signal web",
		"stopping: ready stopping failed", 9100},
	    {1001, "TERM", "", "stopping: ready stopping failed", 9100},
	    {1002, "TERM", "kill db, tell-overdue db, kill web, tell-overdue web",
		"stopping: killing killing failed", 1502},
	};

	(void)state;
	cast_init_three(&cast);
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 3);
}

/* -- what belongs to no service ---------------------------------------------------------------- */

static void
test_strays_get_what_is_left_of_grace(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn web", "running: starting", NEVER},
	    {1000, "TERM", "tell-stop, signal web", "stopping: stopping", 10000},
	    {1001, "web exits 0", "sweep", "sweeping: down", 10000},
	    {1002, "web exits 0", "", "sweeping: down", 10000},
	};
	static const struct scene obey[] = {
	    {2000, "swept", "end", "ended: down", NEVER},
	    {2000, "swept", "", "ended: down", NEVER},
	};
	static const struct scene ignore[] = {
	    {10000, "time", "sweep-kill", "sweeping: down", 10500},
	    {10001, "swept", "end", "ended: down", NEVER},
	};
	static const struct scene now[] = {
	    {1003, "TERM", "sweep-kill", "sweeping: down", 1503},
	    {1503, "time", "end", "ended: down", NEVER},
	};

	(void)state;
	cast_init(&cast, "web");
	PLAY(&cast, scenes);
	play_on(&cast, obey, LENGTH(obey));
	assert_int_equal(plan_status(&cast.plan), 0);
	PLAY(&cast, scenes);
	play_on(&cast, ignore, LENGTH(ignore));
	assert_int_equal(plan_status(&cast.plan), 137);
	PLAY(&cast, scenes);
	play_on(&cast, now, LENGTH(now));
	assert_int_equal(plan_status(&cast.plan), 137);
}

/* -- the exit status of a stop that was asked for ---------------------------------------------- */

/* Stops all three; then web, db and log end so. */
static int
status_of_stop(const char *web, const char *db, const char *log)
{
	struct plan *p = &cast.plan;
	char actions[TEXT_MAX];
	const char *const events[] = {
	    "start", "db execed", "web execed", "log execed", "TERM", web, db, log};

	plan_clear(p);
	assert_int_equal(plan_init(p, &cast.config, 1), 0);
	for (size_t i = 0; i < LENGTH(events); i++)
		happen(p, &cast, events[i], i * MS);
	write_actions(p, &cast, actions);
	assert_int_equal(p->phase, PLAN_SWEEPING);
	return plan_status(p);
}

static void
test_a_stop_that_went_badly_tells_the_first_bad_end(void **state)
{
	(void)state;
	cast_init_three(&cast);
	cast_part(&cast, "db")->stop_signal = SIGINT;
	sample_add_success(cast_part(&cast, "log"), 7);
	assert_int_equal(status_of_stop("web exits 0", "db exits 0", "log exits 0"), 0);
	assert_int_equal(status_of_stop("web dies 15", "db dies 2", "log exits 7"), 0);
	assert_int_equal(
	    status_of_stop("web exits 143", "db exits 130", "log dies 15"), 0);
	assert_int_equal(status_of_stop("web exits 1", "db exits 0", "log exits 0"), 1);
	assert_int_equal(status_of_stop("web exits 0", "db exits 4", "log exits 5"), 4);
	assert_int_equal(status_of_stop("web exits 0", "log exits 5", "db exits 4"), 5);
	assert_int_equal(status_of_stop("web exits 0", "db dies 15", "log exits 0"), 143);
	assert_int_equal(status_of_stop("web exits 7", "db exits 0", "log exits 0"), 7);
	assert_int_equal(status_of_stop("web oom", "db exits 0", "log exits 0"), 137);
	cast_part(&cast, "web")->critical = false;
	assert_int_equal(status_of_stop("web exits 1", "db exits 0", "log exits 0"), 0);
}

/* web requires opt, which has failed; before web has gone, a stop is asked for. */
static void
test_a_flaw_is_the_fault_of_what_failed_first(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn opt", "running: starting down", 30000},
	    {1, "opt execed", "spawn web", "running: ready starting", NEVER},
	    {2, "opt exits 7", "tell-failed opt, signal web", "running: failed stopping",
		9002},
	    {3, "TERM", "tell-stop", "stopping: failed stopping", 9002},
	    {4, "web exits 0", "sweep", "sweeping: failed down", 9003},
	};

	(void)state;
	cast_init(&cast, "opt web");
	cast_part(&cast, "opt")->critical = false;
	cast_require(&cast, "web", "opt");
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 7);
	assert_int_equal(cast.plan.flaw.via, cast_index(&cast, "web"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_at_the_end_of_grace_everything_is_killed),
	    cmocka_unit_test(test_a_stop_timeout_of_its_own),
	    cmocka_unit_test(
		test_an_unkillable_one_does_not_hold_up_the_next_level_for_ever),
	    cmocka_unit_test(test_the_second_request_by_term_or_int_means_now),
	    cmocka_unit_test(test_now_means_now_in_the_drain_too),
	    cmocka_unit_test(test_one_request_during_another_stop_does_not_mean_now),
	    cmocka_unit_test(test_strays_get_what_is_left_of_grace),
	    cmocka_unit_test(test_a_stop_that_went_badly_tells_the_first_bad_end),
	    cmocka_unit_test(test_a_flaw_is_the_fault_of_what_failed_first),
	};
	int failures = cmocka_run_group_tests(tests, NULL, NULL);

	plan_clear(&cast.plan);
	return failures;
}
