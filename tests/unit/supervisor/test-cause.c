/* Who is to blame, and the exit status that tells it. */
#include "supervisor/cause.h"

#include <errno.h>

#include "tests/unit/supervisor/sample.h"

#define COUNT 4

static struct service_config config;
static struct service services[COUNT];
static usec_t moments[COUNT][8];

/* Four services, each of which requires the one before it. */
static void
fail_all_because_of(struct ending ending)
{
	config = sample_service(KIND_SERVICE);
	for (size_t i = 0; i < COUNT; i++) {
		service_init(&services[i], &config, moments[i], 1);
		services[i].state = SERVICE_FAILED;
		services[i].ending = (struct ending){
		    .kind = ENDING_DEPENDENCY,
		    .number = (int)i - 1,
		};
	}
	services[0].ending = ending;
}

static void
test_the_end_of_the_chain_is_to_blame(void **state)
{
	(void)state;
	fail_all_because_of(sample_exit(3));
	for (size_t i = 0; i < COUNT; i++) {
		struct cause c = cause_of_failure(services, COUNT, i, 0);

		assert_int_equal(c.kind, CAUSE_FAILED);
		assert_int_equal(c.service, 0);
		assert_int_equal(c.via, i == 0 ? SERVICE_NONE : i);
		assert_int_equal(c.ending.kind, ENDING_EXITED);
		assert_int_equal(cause_status(&c), 3);
	}
}

static void
test_a_chain_may_have_lost_its_end(void **state)
{
	struct cause c;

	(void)state;
	fail_all_because_of((struct ending){.kind = ENDING_DEPENDENCY, .number = -1});
	c = cause_of_failure(services, COUNT, 2, 0);
	assert_int_equal(c.service, 0);
	assert_int_equal(c.via, 2);
	assert_int_equal(cause_status(&c), 69);
}

static void
test_a_circle_comes_to_an_end(void **state)
{
	struct cause c;

	(void)state;
	fail_all_because_of(
	    (struct ending){.kind = ENDING_DEPENDENCY, .number = COUNT - 1});
	c = cause_of_failure(services, COUNT, 2, 0);
	assert_int_equal(c.kind, CAUSE_FAILED);
	assert_int_equal(c.ending.kind, ENDING_DEPENDENCY);
	assert_int_equal(cause_status(&c), 69);
}

/* What its end is by now is not why the others had to stop. */
static void
test_what_was_started_anew_is_not_to_blame(void **state)
{
	struct cause c;

	(void)state;
	fail_all_because_of(sample_exit(3));
	services[1].state = SERVICE_UP;
	c = cause_of_failure(services, COUNT, 3, 0);
	assert_int_equal(c.service, 2);
	assert_int_equal(c.via, 3);
	assert_int_equal(c.ending.kind, ENDING_DEPENDENCY);
	assert_int_equal(c.ending.number, 1);
	assert_int_equal(cause_status(&c), 69);
}

static void
test_it_tells_the_restarts_that_count(void **state)
{
	struct cause c;
	usec_t delay;

	(void)state;
	fail_all_because_of(sample_exit(3));
	for (usec_t at = 50; at <= 90; at += 10)
		assert_true(
		    backoff_restart(&services[0].backoff, at * USEC_PER_SEC, &delay));
	c = cause_of_failure(services, COUNT, 2, 115 * USEC_PER_SEC);
	assert_int_equal(c.restarts, 4);
	assert_int_equal(c.span, 55 * USEC_PER_SEC);
	c = cause_of_failure(services, COUNT, 2, 1000 * USEC_PER_SEC);
	assert_int_equal(c.restarts, 0);
	assert_int_equal(c.span, 0);
}

static void
test_status_of_each_kind(void **state)
{
	static const struct {
		enum cause_kind kind;
		struct ending ending;
		int status;
	} rows[] = {
	    {CAUSE_NONE, {ENDING_EXITED, 3, STEP_EXEC}, 0},
	    {CAUSE_ASKED, {ENDING_EXITED, 3, STEP_EXEC}, 0},
	    {CAUSE_MAIN_DONE, {ENDING_EXITED, 0, STEP_EXEC}, 0},
	    {CAUSE_ALL_DONE, {ENDING_NONE, 0, STEP_EXEC}, 0},
	    {CAUSE_FAILED, {ENDING_EXITED, 3, STEP_EXEC}, 3},
	    {CAUSE_FAILED, {ENDING_EXITED, 0, STEP_EXEC}, 69},
	    {CAUSE_FAILED, {ENDING_KILLED, SIGSEGV, STEP_EXEC}, 139},
	    {CAUSE_FAILED, {ENDING_OOM, SIGKILL, STEP_EXEC}, 137},
	    {CAUSE_FAILED, {ENDING_NOT_EXECUTED, ENOENT, STEP_EXEC}, 127},
	    {CAUSE_FAILED, {ENDING_NO_RESOURCES, EAGAIN, STEP_FORK}, 71},
	    {CAUSE_FAILED, {ENDING_TIMED_OUT, 0, STEP_EXEC}, 69},
	    {CAUSE_FAILED, {ENDING_NOT_READY, 0, STEP_EXEC}, 69},
	    {CAUSE_FAILED, {ENDING_WATCHDOG, 1, STEP_EXEC}, 69},
	    {CAUSE_FAILED, {ENDING_UNHEALTHY, 2, STEP_EXEC}, 69},
	    {CAUSE_NOTHING_LEFT, {ENDING_UNHEALTHY, 2, STEP_EXEC}, 69},
	    {CAUSE_NOTHING_LEFT, {ENDING_EXITED, 3, STEP_EXEC}, 3},
	    {CAUSE_NOTHING_LEFT, {ENDING_EXITED, 0, STEP_EXEC}, 69},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct cause c = {.kind = rows[i].kind, .ending = rows[i].ending};

		assert_int_equal(cause_status(&c), rows[i].status);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_end_of_the_chain_is_to_blame),
	    cmocka_unit_test(test_a_chain_may_have_lost_its_end),
	    cmocka_unit_test(test_a_circle_comes_to_an_end),
	    cmocka_unit_test(test_what_was_started_anew_is_not_to_blame),
	    cmocka_unit_test(test_it_tells_the_restarts_that_count),
	    cmocka_unit_test(test_status_of_each_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
