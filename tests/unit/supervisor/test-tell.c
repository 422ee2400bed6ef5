/* The lines about services while proctor runs, and that there are no others. */
#include "supervisor/tell.h"

#include "tests/unit/supervisor/output-stage.h"

enum { WEB, RAW };

#define NOW (100 * USEC_PER_SEC)

static struct check_config checks[] = {
    {.name = "web-http", .service = WEB, .kind = CHECK_LIVENESS}};
static struct plan plan;
static struct stats stats;

/* The first service of the stage; its plan is set up by hand. */
static int
begin(void **state)
{
	if (stage_begin(state) < 0)
		return -1;
	stage.config.checks = checks;
	stage.config.check_count = 1;
	assert_int_equal(plan_init(&plan, &stage.config, 1), 0);
	assert_int_equal(stats_init(&stats, &stage.config), 0);
	plan.services[WEB].ending = sample_exit(3);
	plan.services[WEB].deadline = NOW + 500 * MS;
	return 0;
}

static int
end(void **state)
{
	plan_clear(&plan);
	stats_clear(&stats, &stage.config);
	return stage_end(state);
}

#define tell_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

static void
assert_tells(enum plan_action_kind kind, size_t service, const char *wanted)
{
	struct plan_action action = {.kind = kind, .service = service};

	tell(&stage.output, &plan, &stats, &action, NOW);
	stage_says(OUTPUT_STDERR, wanted);
	stage_says(OUTPUT_STDOUT, "");
}

static void
test_a_restart_with_what_is_left_of_the_budget(void **state)
{
	usec_t delay;

	(void)state;
	assert_true(backoff_restart(&plan.services[WEB].backoff, NOW, &delay));
	assert_tells(PLAN_TELL_RESTART, WEB,
	    "proctor | web: ended with 3; restart 1 of 5 in 500ms\n");
	assert_true(backoff_restart(&plan.services[WEB].backoff, NOW, &delay));
	assert_tells(PLAN_TELL_RESTART, WEB,
	    "proctor | web: ended with 3; restart 2 of 5 in 500ms\n");
}

static void
test_a_restart_of_one_without_a_limit(void **state)
{
	usec_t delay;

	(void)state;
	stage.services[WEB].restart_limit.count = RESTARTS_UNLIMITED;
	for (int i = 0; i < 7; i++)
		assert_true(backoff_restart(&plan.services[WEB].backoff, NOW, &delay));
	assert_tells(
	    PLAN_TELL_RESTART, WEB, "proctor | web: ended with 3; restart 7 in 500ms\n");
}

/* It costs no restart, so none is counted. */
static void
test_another_try_after_a_shortage(void **state)
{
	(void)state;
	plan.services[WEB].ending = (struct ending){
	    .kind = ENDING_NO_RESOURCES, .number = EAGAIN, .step = STEP_FORK};
	assert_tells(PLAN_TELL_RESTART, WEB,
	    "proctor | web: could not be started: fork: Resource temporarily "
	    "unavailable; another try in 500ms\n");
}

static void
test_a_failure_that_ends_nothing(void **state)
{
	(void)state;
	assert_tells(PLAN_TELL_FAILED, WEB,
	    "proctor | web: ended with 3; it has failed, and is not critical\n");
}

static void
test_one_that_had_to_be_killed(void **state)
{
	(void)state;
	plan.requests = 1;
	assert_tells(
	    PLAN_TELL_OVERDUE, WEB, "proctor | web: did not stop in time; killed\n");
	plan.requests = 2;
	assert_tells(PLAN_TELL_OVERDUE, WEB, "proctor | web: killed\n");
	assert_tells(
	    PLAN_CUT_HOOK, WEB, "proctor | web: pre_stop did not end in time; killed\n");
}

static void
test_a_check_that_turns(void **state)
{
	(void)state;
	stats.checks[0].answer = strdup("HTTP 503");
	assert_tells(PLAN_TELL_UNHEALTHY, 0,
	    "proctor | web: liveness check web-http failed: HTTP 503\n");
	assert_tells(PLAN_TELL_HEALTHY, 0,
	    "proctor | web: liveness check web-http passes again\n");
}

/* The first that is not there yet; if that one comes, the next will be told. */
static void
test_one_that_waits(void **state)
{
	static struct dependency items[] = {{.service = RAW}, {.service = RAW + 1}};

	(void)state;
	stage.services[WEB].dependencies = (struct dependencies){items, LENGTH(items)};
	plan.services[RAW].state = SERVICE_UP;
	plan.services[RAW + 1].state = SERVICE_BACKOFF;
	assert_tells(
	    PLAN_TELL_WAITING, WEB, "proctor | web: still waits for raw, which is up\n");
	plan.services[RAW].state = SERVICE_READY;
	assert_tells(PLAN_TELL_WAITING, WEB,
	    "proctor | web: still waits for own, which is backoff\n");
	plan.services[RAW + 1].state = SERVICE_DONE;
	assert_tells(PLAN_TELL_WAITING, WEB, "");
}

static void
test_a_stop_after_a_failure(void **state)
{
	(void)state;
	plan.cause = (struct cause){.kind = CAUSE_FAILED,
	    .service = WEB,
	    .via = SERVICE_NONE,
	    .ending = sample_death(SIGSEGV)};
	assert_tells(PLAN_TELL_STOP, SERVICE_NONE,
	    "proctor | service web was killed by SIGSEGV; stopping\n");
	plan.cause.kind = CAUSE_NOTHING_LEFT;
	assert_tells(PLAN_TELL_STOP, SERVICE_NONE,
	    "proctor | nothing is left to run; service web was killed by SIGSEGV; "
	    "stopping\n");
}

static void
test_who_asked_for_the_stop_knows(void **state)
{
	(void)state;
	plan.cause.kind = CAUSE_ASKED;
	plan.cause.signal = SIGTERM;
	assert_tells(PLAN_TELL_STOP, SERVICE_NONE, "");
	plan.cause.kind = CAUSE_ALL_DONE;
	assert_tells(PLAN_TELL_STOP, SERVICE_NONE, "");
	plan.cause.kind = CAUSE_MAIN_DONE;
	assert_tells(PLAN_TELL_STOP, SERVICE_NONE, "");
}

static void
test_actions_that_are_no_news(void **state)
{
	(void)state;
	assert_tells(PLAN_SPAWN, WEB, "");
	assert_tells(PLAN_SEND_KILL, WEB, "");
}

static void
test_a_hook_that_ended_badly(void **state)
{
	struct ending ending = sample_exit(1);

	(void)state;
	tell_hook(&stage.output, &plan, WEB, &ending);
	ending = sample_death(SIGKILL);
	tell_hook(&stage.output, &plan, WEB, &ending);
	stage_says(OUTPUT_STDERR,
	    "proctor | web: pre_stop ended with 1\n"
	    "proctor | web: pre_stop was killed by SIGKILL\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    tell_test(test_a_restart_with_what_is_left_of_the_budget),
	    tell_test(test_a_restart_of_one_without_a_limit),
	    tell_test(test_another_try_after_a_shortage),
	    tell_test(test_a_failure_that_ends_nothing),
	    tell_test(test_one_that_had_to_be_killed),
	    tell_test(test_a_check_that_turns),
	    tell_test(test_one_that_waits),
	    tell_test(test_a_stop_after_a_failure),
	    tell_test(test_who_asked_for_the_stop_knows),
	    tell_test(test_actions_that_are_no_news),
	    tell_test(test_a_hook_that_ended_badly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
