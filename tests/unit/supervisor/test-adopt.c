/* What a plan for another configuration takes over from the one before it. */
#include "tests/unit/supervisor/plan-story.h"

static struct cast cast; /* before */
static struct cast fresh; /* and after */
static size_t olds[CAST_MAX];
static size_t news[CAST_MAX];
static bool same_checks[CAST_MAX];

static void
adopt(void)
{
	for (size_t i = 0; i < CAST_MAX; i++) {
		olds[i] = news[i] = SERVICE_NONE;
		same_checks[i] = true;
	}
	for (size_t i = 0; i < fresh.config.count; i++)
		for (size_t j = 0; j < cast.config.count; j++)
			if (strcmp(fresh.names[i], cast.names[j]) == 0) {
				olds[i] = j;
				news[j] = i;
			}
	assert_int_equal(plan_init(&fresh.plan, &fresh.config, 1), 0);
	plan_adopt(&fresh.plan, &cast.plan, olds, news, same_checks, 100 * MS);
}

static void
assert_adopted(size_t i, struct ending e, int number)
{
	plan_adopt_ending(&fresh.plan, &cast.plan, i, &e, news, same_checks);
	assert_int_equal(e.number, number);
}

static const struct scene two_failures[] = {
    {0, "start", "spawn db, spawn log, spawn web", "running: starting starting starting",
	NEVER},
    {1, "db execed", "", "running: ready starting starting", NEVER},
    {1, "log execed", "", "running: ready ready starting", NEVER},
    {1, "web execed", "", "running: ready ready ready", NEVER},
    {2, "db exits 3", "tell-failed db", "running: failed ready ready", NEVER},
    {3, "log exits 4", "tell-failed log", "running: failed failed ready", NEVER},
};

static void
cast_forgiven(void)
{
	cast_init(&cast, "db log web");
	cast_part(&cast, "db")->critical = cast_part(&cast, "log")->critical = false;
	PLAY(&cast, two_failures);
	assert_int_equal(cast.plan.forgiven.ending.number, 3);
}

static void
test_another_failure_is_to_blame_when_the_first_is_gone(void **state)
{
	(void)state;
	cast_forgiven();
	cast_init(&fresh, "log web");
	cast_part(&fresh, "log")->critical = false;
	adopt();
	assert_int_equal(fresh.plan.forgiven.kind, CAUSE_NOTHING_LEFT);
	assert_int_equal(fresh.plan.forgiven.service, 0);
	assert_int_equal(cause_status(&fresh.plan.forgiven), 4);
}

static void
test_nobody_is_to_blame_when_all_that_failed_is_gone(void **state)
{
	(void)state;
	cast_forgiven();
	cast_init(&fresh, "web");
	adopt();
	assert_int_equal(fresh.plan.forgiven.kind, CAUSE_NONE);
}

static void
test_an_end_loses_its_name_and_not_its_kind(void **state)
{
	(void)state;
	cast_init(&cast, "db log web");
	cast_require(&cast, "web", "db");
	assert_int_equal(plan_init(&cast.plan, &cast.config, 1), 0);
	cast.plan.services[2].fault =
	    (struct ending){.kind = ENDING_DEPENDENCY, .number = 0};
	cast_init(&fresh, "log web");
	adopt();
	assert_int_equal(fresh.plan.services[1].fault.kind, ENDING_DEPENDENCY);
	assert_int_equal(fresh.plan.services[1].fault.number, -1);
	assert_adopted(1, fresh.plan.services[1].fault, -1);
}

static void
test_what_is_not_required_any_more_is_not_named(void **state)
{
	static const struct ending lost = {.kind = ENDING_DEPENDENCY, .number = 0};

	(void)state;
	cast_init(&cast, "db web");
	cast_require(&cast, "web", "db");
	assert_int_equal(plan_init(&cast.plan, &cast.config, 1), 0);
	cast_init(&fresh, "new db web");
	cast_require(&fresh, "web", "db");
	adopt();
	assert_adopted(2, lost, 1);
	cast_init(&fresh, "new db web");
	cast_follow(&fresh, "web", "db");
	adopt();
	assert_adopted(2, lost, -1);
}

static void
test_a_check_has_another_place_or_none(void **state)
{
	static const struct ending second = {.kind = ENDING_UNHEALTHY, .number = 1};

	(void)state;
	cast_init(&cast, "db web");
	cast_check(&cast, "db-one", "db", CHECK_LIVENESS);
	cast_check(&cast, "web-one", "web", CHECK_LIVENESS);
	assert_int_equal(plan_init(&cast.plan, &cast.config, 1), 0);
	cast_init(&fresh, "web");
	cast_check(&fresh, "web-one", "web", CHECK_LIVENESS);
	adopt();
	assert_adopted(0, second, 0);
	same_checks[0] = false;
	assert_adopted(0, second, -1);
}

/* An exit status is a number, too, and stays. */
static void
test_other_ends_stay(void **state)
{
	(void)state;
	cast_init(&cast, "db web");
	assert_int_equal(plan_init(&cast.plan, &cast.config, 1), 0);
	cast_init(&fresh, "web");
	adopt();
	assert_adopted(0, sample_exit(0), 0);
	assert_adopted(0, sample_death(SIGSEGV), SIGSEGV);
}

/* What starts with another configuration, when db and log have failed before. */
static void
start(const char *names)
{
	bool starts[CAST_MAX] = {false};

	adopt();
	for (size_t i = 0; i < fresh.config.count; i++)
		starts[i] = strstr(names, fresh.names[i]) != NULL;
	plan_start_these(&fresh.plan, starts, 100 * MS);
}

static void
assert_lost(const char *name, const char *required)
{
	const struct service *s = &fresh.plan.services[cast_index(&fresh, name)];

	assert_int_equal(s->state, SERVICE_FAILED);
	assert_int_equal(s->ending.kind, ENDING_DEPENDENCY);
	assert_int_equal(s->ending.number, cast_index(&fresh, required));
}

/* As at the start: it fails, what requires it does, and what runs goes on. */
static void
test_a_new_one_that_requires_what_has_failed_fails(void **state)
{
	(void)state;
	cast_forgiven();
	cast_init(&fresh, "db log web new next");
	cast_part(&fresh, "new")->critical = cast_part(&fresh, "next")->critical = false;
	cast_require(&fresh, "new", "db");
	cast_require(&fresh, "next", "new");
	cast_require(&fresh, "web", "log");
	start("new next");
	assert_lost("new", "db");
	assert_lost("next", "new");
	assert_int_equal(fresh.plan.phase, PLAN_RUNNING);
	assert_int_equal(fresh.plan.services[2].state, SERVICE_READY);
}

static void
test_a_new_critical_one_ends_it_all(void **state)
{
	(void)state;
	cast_forgiven();
	cast_init(&fresh, "db log web new");
	cast_require(&fresh, "new", "db");
	start("new");
	assert_lost("new", "db");
	assert_int_equal(fresh.plan.phase, PLAN_STOPPING);
	assert_cause(&fresh, CAUSE_FAILED, "db");
}

/* What has failed and changed starts anew, and what requires it waits. */
static void
test_a_new_one_waits_for_what_starts_with_it(void **state)
{
	(void)state;
	cast_forgiven();
	cast_init(&fresh, "db log web new");
	cast_require(&fresh, "new", "db");
	start("db new");
	assert_int_equal(fresh.plan.services[0].state, SERVICE_STARTING);
	assert_int_equal(fresh.plan.services[3].state, SERVICE_DOWN);
}

static int
end(void **state)
{
	(void)state;
	plan_clear(&cast.plan);
	plan_clear(&fresh.plan);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_another_failure_is_to_blame_when_the_first_is_gone),
	    cmocka_unit_test(test_nobody_is_to_blame_when_all_that_failed_is_gone),
	    cmocka_unit_test(test_an_end_loses_its_name_and_not_its_kind),
	    cmocka_unit_test(test_what_is_not_required_any_more_is_not_named),
	    cmocka_unit_test(test_a_check_has_another_place_or_none),
	    cmocka_unit_test(test_other_ends_stay),
	    cmocka_unit_test(test_a_new_one_that_requires_what_has_failed_fails),
	    cmocka_unit_test(test_a_new_critical_one_ends_it_all),
	    cmocka_unit_test(test_a_new_one_waits_for_what_starts_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
