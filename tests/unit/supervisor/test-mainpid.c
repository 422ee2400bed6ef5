/* Services that name their main process, and what else they say of their life. */
#include "tests/unit/supervisor/notified.h"

/* -- MAINPID --------------------------------------------------------------- */

static void
test_a_daemon_that_forks(void **state)
{
	pid_t starter;

	(void)state;
	notified_start(SERVICE NOTIFY "stop_signal = TERM\n" ACTOR "daemon leave wait\n");
	starter = notified_child()->pid;
	supervised_until(
	    supervised_state(0) == SERVICE_READY && world_process_state(starter) == 0);
	assert_int_not_equal(notified_child()->pid, starter);
	assert_int_equal(notified_child()->starter, 0);
	/* The stop signal is for the one that is there. */
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 0);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
}

static void
test_the_end_of_the_daemon_is_that_of_the_service(void **state)
{
	(void)state;
	notified_prepare(SERVICE NOTIFY ACTOR "daemon leave exit 7\n");
	assert_int_equal(supervised_run(), 7);
	assert_true(supervised_has_said(OUTPUT_STDERR, "service web ended with 7"));
}

/* Its starter has collected it, so that only that one's end can be seen. */
static void
test_a_daemon_that_ends_before_its_starter(void **state)
{
	pid_t starter;

	(void)state;
	notified_start(SERVICE NOTIFY ACTOR "daemon stay wait\n");
	notified_until(SERVICE_READY);
	starter = notified_child()->starter;
	assert_true(starter > 0 && starter != notified_child()->pid);
	assert_int_equal(kill(notified_child()->pid, SIGKILL), 0);
	assert_int_equal(kill(starter, SIGKILL), 0);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 137);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
}

static void
test_a_starter_that_stays_is_stopped_too(void **state)
{
	(void)state;
	notified_start(
	    "[proctor]\ngrace = 1s\n" SERVICE NOTIFY ACTOR "daemon stay wait\n");
	notified_until(SERVICE_READY);
	cgroups_clear(
	    &supervised.supervisor.children.cgroups, supervised.supervisor.config);
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
}

static void
test_the_pid_of_a_stranger(void **state)
{
	char text[256];
	pid_t pid;

	(void)state;
	(void)snprintf(text, sizeof(text),
	    SERVICE NOTIFY ACTOR "say 'MAINPID=%d|READY=1' wait\n", (int)getpid());
	notified_start(text);
	pid = notified_child()->pid;
	notified_until(SERVICE_READY);
	assert_int_equal(notified_child()->pid, pid);
	assert_int_equal(notified_child()->starter, 0);
}

/* -- WATCHDOG, EXTEND, STOPPING -------------------------------------------- */

static void
test_a_watchdog_that_is_missed(void **state)
{
	(void)state;
	notified_prepare(SERVICE NOTIFY "watchdog = 100ms\n" ACTOR "say READY=1 wait\n");
	assert_int_equal(supervised_run(), 69);
	assert_true(
	    supervised_has_said(OUTPUT_STDERR, "web missed its watchdog of 100ms"));
}

static void
test_a_watchdog_that_is_kept_quiet(void **state)
{
	usec_t deadline;

	(void)state;
	notified_start(
	    SERVICE NOTIFY "watchdog = 1h\nshell = trap 'ACTOR say WATCHDOG=1 barrier; "
			   "echo pinged' USR1; ACTOR say READY=1 barrier; echo up; "
			   "while :; do sleep 0.01; done\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	deadline = notified_service()->deadline;
	assert_int_equal(kill(notified_child()->pid, SIGUSR1), 0);
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "pinged"));
	assert_true(notified_service()->deadline > deadline);
	assert_int_equal(supervised_state(0), SERVICE_READY);
}

static void
test_a_watchdog_that_it_sets_itself(void **state)
{
	(void)state;
	notified_prepare(SERVICE NOTIFY ACTOR "say 'READY=1|WATCHDOG_USEC=50000' wait\n");
	assert_int_equal(supervised_run(), 69);
	assert_true(supervised_has_said(OUTPUT_STDERR, "web missed its watchdog"));
}

static void
test_a_trigger(void **state)
{
	(void)state;
	notified_prepare(SERVICE NOTIFY ACTOR "say READY=1 say WATCHDOG=trigger wait\n");
	assert_int_equal(supervised_run(), 69);
	assert_true(
	    supervised_has_said(OUTPUT_STDERR, "web triggered its watchdog itself"));
}

static void
test_more_time_to_become_ready(void **state)
{
	(void)state;
	notified_start(
	    SERVICE NOTIFY "ready_timeout = 30s\n" ACTOR
			   "say EXTEND_TIMEOUT_USEC=3600000000 barrier print up wait\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "up"));
	assert_true(notified_service()->deadline > world_now() + 1800 * USEC_PER_SEC);
}

static void
test_one_that_stops_by_itself(void **state)
{
	(void)state;
	notified_start(SERVICE NOTIFY
	    "shell = trap 'exit 3' USR1; ACTOR say READY=1 barrier; "
	    "ACTOR say STOPPING=1 barrier; echo leaving; while :; do sleep 0.01; done\n");
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "leaving"));
	assert_int_equal(supervised_state(0), SERVICE_STOPPING);
	assert_int_equal(notified_service()->sent, 0);
	assert_int_equal(kill(notified_child()->pid, SIGUSR1), 0);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 3);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    notified_test(test_a_daemon_that_forks),
	    notified_test(test_the_end_of_the_daemon_is_that_of_the_service),
	    notified_test(test_a_daemon_that_ends_before_its_starter),
	    notified_test(test_a_starter_that_stays_is_stopped_too),
	    notified_test(test_the_pid_of_a_stranger),
	    notified_test(test_a_watchdog_that_is_missed),
	    notified_test(test_a_watchdog_that_is_kept_quiet),
	    notified_test(test_a_watchdog_that_it_sets_itself),
	    notified_test(test_a_trigger),
	    notified_test(test_more_time_to_become_ready),
	    notified_test(test_one_that_stops_by_itself),
	};

	if (argc > 1)
		return actor_run(argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
