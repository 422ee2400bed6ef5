/* Ends of lives, the exit statuses that tell them, and which ends are good. */
#include "supervisor/ending.h"

#include <errno.h>

#include "tests/unit/supervisor/sample.h"

static void
test_status_of_an_exit_is_the_status(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++) {
		struct ending e = sample_exit(i);

		assert_int_equal(ending_status(&e), i);
	}
}

static void
test_status_of_a_death_is_128_and_the_signal(void **state)
{
	(void)state;
	for (int i = 1; i <= 64; i++) {
		struct ending e = sample_death(i);

		assert_int_equal(ending_status(&e), 128 + i);
	}
}

static void
test_status_of_every_other_end(void **state)
{
	static const struct {
		struct ending ending;
		int status;
	} rows[] = {
	    {{ENDING_NONE, 0, STEP_EXEC}, 0},
	    {{ENDING_OOM, SIGKILL, STEP_EXEC}, 137},
	    {{ENDING_NOT_EXECUTED, ENOENT, STEP_EXEC}, 127},
	    {{ENDING_NOT_EXECUTED, EACCES, STEP_EXEC}, 126},
	    {{ENDING_NOT_EXECUTED, ENOEXEC, STEP_EXEC}, 126},
	    {{ENDING_NOT_EXECUTED, ENOENT, STEP_DIRECTORY}, 126},
	    {{ENDING_NOT_EXECUTED, EPERM, STEP_USER}, 126},
	    {{ENDING_NOT_EXECUTED, EINVAL, STEP_LIMIT}, 126},
	    {{ENDING_NO_RESOURCES, EAGAIN, STEP_FORK}, 71},
	    {{ENDING_NO_RESOURCES, ENOMEM, STEP_EXEC}, 71},
	    {{ENDING_TIMED_OUT, 0, STEP_EXEC}, 69},
	    {{ENDING_NOT_READY, 0, STEP_EXEC}, 69},
	    {{ENDING_WATCHDOG, 0, STEP_EXEC}, 69},
	    {{ENDING_WATCHDOG, 1, STEP_EXEC}, 69},
	    {{ENDING_UNHEALTHY, 3, STEP_EXEC}, 69},
	    {{ENDING_DEPENDENCY, 3, STEP_EXEC}, 69},
	    {{ENDING_UNKILLABLE, 0, STEP_EXEC}, 137},
	};

	bool told[ENDING_KIND_COUNT] = {[ENDING_EXITED] = true, [ENDING_KILLED] = true};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		assert_int_equal(ending_status(&rows[i].ending), rows[i].status);
		told[rows[i].ending.kind] = true;
	}
	for (size_t i = 0; i < ENDING_KIND_COUNT; i++)
		assert_true(told[i]);
}

static void
test_success_is_what_the_configuration_says(void **state)
{
	struct service_config plain = sample_service(KIND_TASK);
	struct service_config wide = sample_service(KIND_TASK);
	const struct {
		struct ending ending;
		bool plain;
		bool wide;
	} rows[] = {
	    {sample_exit(0), true, true},
	    {sample_exit(1), false, false},
	    {sample_exit(3), false, true},
	    {sample_exit(200), false, true},
	    {sample_exit(255), false, false},
	    {sample_death(SIGTERM), false, true},
	    {sample_death(SIGKILL), false, false},
	    {sample_death(SIGRTMAX), false, true},
	    {{.kind = ENDING_NONE}, false, false},
	    {{.kind = ENDING_OOM, .number = SIGTERM}, false, false},
	    {{.kind = ENDING_NOT_EXECUTED, .number = 3}, false, false},
	    {{.kind = ENDING_NO_RESOURCES}, false, false},
	    {{.kind = ENDING_TIMED_OUT}, false, false},
	    {{.kind = ENDING_NOT_READY}, false, false},
	    {{.kind = ENDING_WATCHDOG, .number = 0}, false, false},
	    {{.kind = ENDING_UNHEALTHY, .number = 3}, false, false},
	    {{.kind = ENDING_DEPENDENCY}, false, false},
	    {{.kind = ENDING_UNKILLABLE}, false, false},
	};

	(void)state;
	sample_add_success(&wide, 3);
	sample_add_success(&wide, 200);
	sample_add_success_signal(&wide, SIGTERM);
	sample_add_success_signal(&wide, SIGRTMAX);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		assert_int_equal(
		    ending_is_success(&rows[i].ending, &plain), rows[i].plain);
		assert_int_equal(ending_is_success(&rows[i].ending, &wide), rows[i].wide);
	}
}

static void
test_success_need_not_contain_zero(void **state)
{
	struct service_config c = sample_service(KIND_TASK);
	struct ending zero = sample_exit(0);

	(void)state;
	c.success = (struct end_set){0};
	sample_add_success(&c, 3);
	assert_false(ending_is_success(&zero, &c));
	assert_true(ending_is_good_stop(&zero, &c, SIGTERM));
}

static void
test_good_answers_to_a_stop_signal(void **state)
{
	struct service_config c = sample_service(KIND_SERVICE);
	const struct {
		int sent;
		struct ending ending;
		bool good;
	} rows[] = {
	    {SIGTERM, sample_exit(0), true},
	    {SIGTERM, sample_death(SIGTERM), true},
	    {SIGTERM, sample_exit(143), true},
	    {SIGTERM, sample_exit(7), true}, /* a success of this service */
	    {SIGTERM, sample_exit(1), false},
	    {SIGTERM, sample_exit(SIGTERM), false},
	    {SIGTERM, sample_exit(131), false},
	    {SIGTERM, sample_death(SIGQUIT), false},
	    {SIGTERM, sample_death(SIGKILL), false},
	    {SIGTERM, {.kind = ENDING_OOM, .number = SIGTERM}, false},
	    {SIGTERM, {.kind = ENDING_TIMED_OUT}, false},
	    {SIGTERM, {.kind = ENDING_WATCHDOG}, false},
	    {SIGTERM, {.kind = ENDING_UNHEALTHY, .number = 7}, false},
	    {SIGQUIT, sample_death(SIGQUIT), true},
	    {SIGQUIT, sample_exit(131), true},
	    {SIGQUIT, sample_exit(143), false},
	    {0, sample_exit(0), true},
	    {0, sample_exit(128), false},
	    {0, sample_exit(143), false},
	    {0, sample_death(SIGTERM), false},
	    {0, {.kind = ENDING_KILLED, .number = 0}, false},
	};

	(void)state;
	sample_add_success(&c, 7);
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_int_equal(
		    ending_is_good_stop(&rows[i].ending, &c, rows[i].sent), rows[i].good);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_status_of_an_exit_is_the_status),
	    cmocka_unit_test(test_status_of_a_death_is_128_and_the_signal),
	    cmocka_unit_test(test_status_of_every_other_end),
	    cmocka_unit_test(test_success_is_what_the_configuration_says),
	    cmocka_unit_test(test_success_need_not_contain_zero),
	    cmocka_unit_test(test_good_answers_to_a_stop_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
