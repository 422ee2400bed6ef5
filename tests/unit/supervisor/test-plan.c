/* Verdicts: what ends the container, with which status, and what does not. */
#include "tests/unit/supervisor/plan-story.h"

static struct cast cast;

/* Lets one do a thing in the middle of its life and returns the status. */
static int
status_after(const char *event)
{
	struct plan *p = &cast.plan;
	char actions[TEXT_MAX];

	plan_clear(p);
	assert_int_equal(plan_init(p, &cast.config, 1), 0);
	plan_start(p, 0);
	happen(p, &cast, event, 10 * MS);
	write_actions(p, &cast, actions);
	return plan_status(p);
}

/* -- one fails, and it is critical ------------------------------------------------------ */

static void
test_a_crash_stops_the_rest_and_tells_its_status(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn web, spawn log", "running: starting starting", NEVER},
	    {1, "web execed", "", "running: ready starting", NEVER},
	    {2, "log execed", "", "running: ready ready", NEVER},
	    {9, "web exits 3", "tell-stop, signal log", "stopping: failed stopping",
		9009},
	    {12, "log dies 15", "sweep", "sweeping: failed down", 9009},
	    {12, "swept", "end", "ended: failed down", NEVER},
	};

	(void)state;
	cast_init(&cast, "web log");
	PLAY(&cast, scenes);
	assert_cause(&cast, CAUSE_FAILED, "web");
	assert_int_equal(cast.plan.cause.via, SERVICE_NONE);
	assert_int_equal(plan_status(&cast.plan), 3);
}

static void
test_the_first_cause_stays(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn web, spawn log, spawn db",
		"running: starting starting starting", NEVER},
	    {9, "web dies 11", "tell-stop, signal log, signal db",
		"stopping: failed stopping stopping", 9009},
	    {10, "log exits 4", "", "stopping: failed down stopping", 9009},
	    {11, "TERM", "", "stopping: failed down stopping", 9009},
	    {9009, "time", "kill db, tell-overdue db", "stopping: failed down killing",
		9509},
	    {9010, "db dies 9", "sweep-kill", "sweeping: failed down down", 9509},
	    {9010, "swept", "end", "ended: failed down down", NEVER},
	};

	(void)state;
	cast_init(&cast, "web log db");
	PLAY(&cast, scenes);
	assert_cause(&cast, CAUSE_FAILED, "web");
	assert_int_equal(plan_status(&cast.plan), 139);
}

static void
test_every_way_of_failing_has_its_status(void **state)
{
	static const struct {
		const char *event;
		int status;
	} rows[] = {
	    {"web exits 0", 69}, {"web exits 1", 1}, {"web exits 3", 3},
	    {"web exits 255", 255}, {"web leaves 0", 0}, /* not over yet */
	    {"web dies 9", 137}, {"web dies 11", 139}, {"web dies 15", 143},
	    {"web oom", 137}, {"web missing", 127},
	    {"web refused", 0}, /* a shortage may pass */
	};

	(void)state;
	cast_init(&cast, "web log");
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_int_equal(status_after(rows[i].event), rows[i].status);
	sample_add_success(cast_part(&cast, "web"), 3);
	assert_int_equal(status_after("web exits 3"), 3);
}

static void
test_a_shortage_that_does_not_pass_is_a_failure(void **state)
{
	struct plan *p;
	struct service_input refused = service_event_of("refused", EAGAIN);

	(void)state;
	cast_init(&cast, "web");
	assert_int_equal(status_after("web refused"), 0);
	p = &cast.plan;
	for (int i = 0; i < 9; i++) {
		plan_advance(p, plan_deadline(p));
		plan_handle(p, 0, &refused, (usec_t)i * 2000 * MS);
		assert_int_equal(p->phase, PLAN_RUNNING);
	}
	plan_advance(p, plan_deadline(p));
	plan_handle(p, 0, &refused, 60000 * MS);
	assert_int_equal(plan_status(p), 71);
}

static void
test_a_task_that_takes_too_long(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn load, spawn web", "running: starting starting", 5000},
	    {1, "load execed", "", "running: up starting", 5000},
	    {2, "web execed", "", "running: up ready", 5000},
	    {5000, "time", "signal load", "running: stopping ready", 7000},
	    {7000, "time", "kill load, tell-overdue load", "running: killing ready",
		12000},
	    {7001, "load dies 9", "tell-stop, signal web", "stopping: failed stopping",
		16001},
	};

	(void)state;
	cast_init(&cast, "load web");
	cast_part(&cast, "load")->kind = KIND_TASK;
	cast_part(&cast, "load")->timeout = 5000 * MS;
	cast_part(&cast, "load")->stop_timeout = 2000 * MS;
	PLAY(&cast, scenes);
	assert_cause(&cast, CAUSE_FAILED, "load");
	assert_int_equal(plan_status(&cast.plan), 69);
}

static void
test_a_spent_budget_ends_it_and_is_told(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn web", "running: starting", NEVER},
	    {1, "web execed", "", "running: ready", NEVER},
	    {1000, "web exits 3", "tell-restart web", "running: backoff", 2000},
	    {2000, "time", "spawn web", "running: starting", NEVER},
	    {3000, "web exits 4", "tell-restart web", "running: backoff", 4000},
	    {4000, "time", "spawn web", "running: starting", NEVER},
	    {4500, "web exits 5", "tell-stop, sweep", "sweeping: failed", 13500},
	};

	(void)state;
	cast_init(&cast, "web");
	cast_part(&cast, "web")->restart = RESTART_ON_FAILURE;
	cast_part(&cast, "web")->restart_limit.count = 2;
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 5);
	assert_int_equal(cast.plan.cause.restarts, 2);
	assert_int_equal(cast.plan.cause.span, 3500 * MS);
}

/* -- it is not critical ------------------------------------------------------------------- */

static void
test_a_failure_that_is_not_critical_is_told_and_forgiven(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn opt, spawn web", "running: starting starting", NEVER},
	    {1, "opt exits 3", "tell-failed opt", "running: failed starting", NEVER},
	    {2, "web execed", "", "running: failed ready", NEVER},
	    {3, "TERM", "tell-stop, signal web", "stopping: failed stopping", 9003},
	    {4, "web exits 0", "sweep", "sweeping: failed down", 9003},
	};

	(void)state;
	cast_init(&cast, "opt web");
	cast_part(&cast, "opt")->critical = false;
	PLAY(&cast, scenes);
	assert_int_equal(plan_status(&cast.plan), 0);
}

static void
test_with_nothing_left_the_first_of_the_forgiven_is_told(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn a, spawn b, spawn load",
		"running: starting starting starting", NEVER},
	    {1, "b exits 4", "tell-failed b", "running: starting failed starting", NEVER},
	    {2, "load exits 0", "", "running: starting failed done", NEVER},
	    {3, "a exits 3", "tell-failed a, tell-stop, sweep",
		"sweeping: failed failed done", 9003},
	};

	(void)state;
	cast_init(&cast, "a b load");
	cast_part(&cast, "a")->critical = false;
	cast_part(&cast, "b")->critical = false;
	cast_part(&cast, "load")->kind = KIND_TASK;
	PLAY(&cast, scenes);
	assert_cause(&cast, CAUSE_NOTHING_LEFT, "b");
	assert_int_equal(plan_status(&cast.plan), 4);
}

static void
test_main_is_critical_whatever_is_said(void **state)
{
	(void)state;
	cast_init(&cast, "job log");
	cast_part(&cast, "job")->kind = KIND_MAIN;
	cast_part(&cast, "job")->critical = false;
	assert_int_equal(status_after("job exits 3"), 3);
	assert_cause(&cast, CAUSE_FAILED, "job");
}

/* -- the work is done --------------------------------------------------------------------- */

static void
test_the_end_of_main_stops_the_rest(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn job, spawn log", "running: starting starting", NEVER},
	    {1, "job execed", "", "running: ready starting", NEVER},
	    {2, "job exits 0", "tell-stop, signal log", "stopping: done stopping", 9002},
	    {3, "log exits 5", "sweep", "sweeping: done down", 9002},
	    {3, "swept", "end", "ended: done down", NEVER},
	};

	(void)state;
	cast_init(&cast, "job log");
	cast_part(&cast, "job")->kind = KIND_MAIN;
	PLAY(&cast, scenes);
	assert_cause(&cast, CAUSE_MAIN_DONE, "job");
	assert_int_equal(plan_status(&cast.plan), 0);
	assert_int_equal(status_after("job dies 15"), 143);
}

static void
test_all_tasks_done_is_success(void **state)
{
	static const struct scene scenes[] = {
	    {0, "start", "spawn a, spawn b", "running: starting starting", NEVER},
	    {1, "a exits 0", "", "running: done starting", NEVER},
	    {2, "b exits 0", "tell-stop, sweep", "sweeping: done done", 9002},
	    {2, "swept", "end", "ended: done done", NEVER},
	};
	static const struct scene one_fails[] = {
	    {0, "start", "spawn a, spawn b", "running: starting starting", NEVER},
	    {1, "b exits 3", "tell-failed b", "running: starting failed", NEVER},
	    {2, "a exits 0", "tell-stop, sweep", "sweeping: done failed", 9002},
	};

	(void)state;
	cast_init(&cast, "a b");
	cast_part(&cast, "a")->kind = KIND_TASK;
	cast_part(&cast, "b")->kind = KIND_TASK;
	PLAY(&cast, scenes);
	assert_int_equal(cast.plan.cause.kind, CAUSE_ALL_DONE);
	assert_int_equal(plan_status(&cast.plan), 0);
	assert_int_equal(status_after("b exits 3"), 3);
	cast_part(&cast, "b")->critical = false;
	PLAY(&cast, one_fails);
	assert_int_equal(cast.plan.cause.kind, CAUSE_ALL_DONE);
	assert_int_equal(plan_status(&cast.plan), 0);
}

/* -- readiness, actions, set-up ------------------------------------------------------------ */

static void
test_ready_is_when_all_that_is_critical_is_ready_or_done(void **state)
{
	static const struct {
		const char *event;
		bool ready;
	} rows[] = {
	    {"start", false},
	    {"web execed", false},
	    {"load execed", false},
	    {"load exits 0", true},
	    {"opt exits 1", true},
	    {"web exits 1", false}, /* back-off */
	    {"time", false},
	    {"web execed", true},
	    {"TERM", false},
	};
	usec_t now = 0;

	(void)state;
	cast_init(&cast, "load web opt");
	cast_part(&cast, "load")->kind = KIND_TASK;
	cast_part(&cast, "opt")->critical = false;
	cast_part(&cast, "web")->restart = RESTART_ALWAYS;
	cast.config.drain_delay = 100 * MS;
	plan_clear(&cast.plan);
	assert_int_equal(plan_init(&cast.plan, &cast.config, 1), 0);
	for (size_t i = 0; i < LENGTH(rows); i++, now += 2000 * MS) {
		happen(&cast.plan, &cast, rows[i].event, now);
		assert_int_equal(plan_is_ready(&cast.plan), rows[i].ready);
	}
}

/* Both are told of in one turn of the loop; the second ends it all. */
static void
test_a_restart_that_was_given_up_is_not_told(void **state)
{
	struct service_input end = service_event_of("exits", 1);
	char actions[TEXT_MAX];

	(void)state;
	cast_init(&cast, "web db");
	cast_part(&cast, "web")->restart = RESTART_ALWAYS;
	plan_clear(&cast.plan);
	assert_int_equal(plan_init(&cast.plan, &cast.config, 1), 0);
	plan_start(&cast.plan, 0);
	plan_handle(&cast.plan, 0, &end, 1);
	plan_handle(&cast.plan, 1, &end, 2);
	write_actions(&cast.plan, &cast, actions);
	assert_string_equal(actions, "spawn web, spawn db, tell-stop, sweep");
}

static void
test_each_service_has_a_jitter_of_its_own(void **state)
{
	struct service_input end = service_event_of("exits", 1);

	(void)state;
	cast_init(&cast, "web db");
	for (size_t i = 0; i < 2; i++) {
		cast.services[i].restart = RESTART_ALWAYS;
		cast.services[i].restart_delay_max = 30000 * MS;
	}
	plan_clear(&cast.plan);
	assert_int_equal(plan_init(&cast.plan, &cast.config, 1), 0);
	plan_start(&cast.plan, 0);
	plan_handle(&cast.plan, 0, &end, 1);
	plan_handle(&cast.plan, 1, &end, 1);
	assert_int_not_equal(
	    cast.plan.services[0].deadline, cast.plan.services[1].deadline);
}

static void
test_budgets_are_apart(void **state)
{
	struct service_input end = service_event_of("exits", 1);

	(void)state;
	cast_init(&cast, "a b c");
	for (size_t i = 0; i < 3; i++) {
		cast.services[i].restart = RESTART_ALWAYS;
		cast.services[i].restart_delay = 0;
		cast.services[i].critical = false;
		cast.services[i].restart_limit.count = (uint32_t)i + 1;
	}
	plan_clear(&cast.plan);
	assert_int_equal(plan_init(&cast.plan, &cast.config, 1), 0);
	plan_start(&cast.plan, 0);
	for (usec_t now = 1; now < 5; now++) {
		for (size_t i = 0; i < 3; i++)
			plan_handle(&cast.plan, i, &end, now);
		plan_advance(&cast.plan, now);
	}
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(cast.plan.services[i].backoff.total, i + 1);
}

/* Room for more restarts than there are addresses. */
static void
test_no_memory_is_an_error_and_leaves_nothing(void **state)
{
	static struct service_config many[8192];
	struct config config = {.services = many, .count = LENGTH(many)};

	(void)state;
	for (size_t i = 0; i < LENGTH(many); i++)
		many[i].restart_limit.count = RESTARTS_UNLIMITED - 1;
	plan_clear(&cast.plan);
	assert_int_equal(plan_init(&cast.plan, &config, 1), -ENOMEM);
	assert_null(cast.plan.services);
	plan_clear(&cast.plan);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_crash_stops_the_rest_and_tells_its_status),
	    cmocka_unit_test(test_the_first_cause_stays),
	    cmocka_unit_test(test_every_way_of_failing_has_its_status),
	    cmocka_unit_test(test_a_shortage_that_does_not_pass_is_a_failure),
	    cmocka_unit_test(test_a_task_that_takes_too_long),
	    cmocka_unit_test(test_a_spent_budget_ends_it_and_is_told),
	    cmocka_unit_test(test_a_failure_that_is_not_critical_is_told_and_forgiven),
	    cmocka_unit_test(test_with_nothing_left_the_first_of_the_forgiven_is_told),
	    cmocka_unit_test(test_main_is_critical_whatever_is_said),
	    cmocka_unit_test(test_the_end_of_main_stops_the_rest),
	    cmocka_unit_test(test_all_tasks_done_is_success),
	    cmocka_unit_test(test_ready_is_when_all_that_is_critical_is_ready_or_done),
	    cmocka_unit_test(test_a_restart_that_was_given_up_is_not_told),
	    cmocka_unit_test(test_each_service_has_a_jitter_of_its_own),
	    cmocka_unit_test(test_budgets_are_apart),
	    cmocka_unit_test(test_no_memory_is_an_error_and_leaves_nothing),
	};
	int failures = cmocka_run_group_tests(tests, NULL, NULL);

	plan_clear(&cast.plan);
	return failures;
}
