/* Services with checks: real probes, and what their verdicts come to. */
#include "tests/unit/supervisor/supervised.h"

#define SERVICE "[service web]\n"
#define RUNS "command = sleep 1000\n"
#define CHECK "[check probe]\nservice = web\ninterval = 20ms\ntimeout = 10s\n"

static int
begin(void **state)
{
	memset(&supervised, 0, sizeof(supervised));
	return world_begin(state);
}

static int
end(void **state)
{
	if (supervised.config.services)
		supervised_clear();
	return world_end(state);
}

#define checked_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

/* FOLDER stands for the test's own. */
static void
prepare(const char *text)
{
	supervised_begin(supervised_fill(text, "FOLDER", world_folder));
}

static void
start(const char *text)
{
	prepare(text);
	supervisor_start(&supervised.supervisor, world_now());
}

static const struct check_stats *
stats(void)
{
	return &supervised.supervisor.stats.checks[0];
}

static const struct probe_process *
process(void)
{
	return &supervised.supervisor.probes.items[0];
}

/* -- readiness ------------------------------------------------------------- */

static void
test_ready_when_its_check_passes(void **state)
{
	(void)state;
	start(SERVICE "ready = check\n" RUNS CHECK
		      "probe = exec: sh -c 'cat FOLDER/ready 2>&1'\n");
	supervised_until(stats()->bad > 0);
	assert_int_equal(supervised_state(0), SERVICE_UP);
	(void)world_file("ready", "here I am\n");
	supervised_until(supervised_state(0) == SERVICE_READY);
	assert_string_equal(stats()->answer, "here I am");
	assert_true(plan_is_ready(&supervised.supervisor.plan));
}

static void
test_it_turns_bad_and_good_again(void **state)
{
	(void)state;
	(void)world_file("ready", "");
	start(SERVICE RUNS CHECK
	    "failures = 2\n"
	    "probe = exec: sh -c 'test -e FOLDER/ready || { echo gone; "
	    "exit 1; }'\n");
	supervised_until(plan_is_ready(&supervised.supervisor.plan));
	assert_int_equal(unlink(world_path("ready")), 0);
	supervised_until(supervised_has_said(OUTPUT_STDERR, "gone"));
	assert_true(stats()->bad >= 2);
	assert_false(plan_is_ready(&supervised.supervisor.plan));
	(void)world_file("ready", "");
	supervised_until(supervised_has_said(OUTPUT_STDERR, "again"));
	assert_string_equal(supervised.text[OUTPUT_STDERR],
	    "proctor | web: readiness check probe failed: gone\n"
	    "proctor | web: readiness check probe passes again\n");
	assert_int_equal(supervised_state(0), SERVICE_READY);
}

/* -- liveness -------------------------------------------------------------- */

static void
test_one_that_is_not_alive(void **state)
{
	(void)state;
	prepare(SERVICE RUNS CHECK "kind = liveness\nfailures = 2\n"
				   "probe = exec: sh -c 'echo no pulse; exit 1'\n");
	assert_int_equal(supervised_run(), 69);
	assert_int_equal(stats()->bad, 2);
	assert_true(supervised_has_said(OUTPUT_STDERR,
	    "service web failed its liveness check probe: no pulse; stopping\n"));
}

/* A program that is not there tells nothing but that. */
static void
test_a_probe_that_is_not_there(void **state)
{
	(void)state;
	prepare(SERVICE RUNS CHECK
	    "kind = liveness\nfailures = 1\nprobe = exec: /nowhere/ping\n");
	assert_int_equal(supervised_run(), 69);
	assert_true(supervised_has_said(OUTPUT_STDERR, "'/nowhere/ping' was not found"));
}

static void
test_the_restart_has_its_cause(void **state)
{
	const struct service_stats *s;

	(void)state;
	start(SERVICE RUNS "restart = on-failure\nrestart_delay = 1ms\n" CHECK
			   "kind = liveness\nfailures = 1\n"
			   "probe = exec: sh -c 'test -e FOLDER/second'\n");
	s = &supervised.supervisor.stats.services[0];
	supervised_until(s->restarts[ENDING_UNHEALTHY] == 1);
	(void)world_file("second", "");
	supervised_until(stats()->good > 0);
	assert_int_equal(supervised_state(0), SERVICE_READY);
}

/* -- probes that hang ------------------------------------------------------ */

static void
test_one_that_hangs_is_killed(void **state)
{
	(void)state;
	start(SERVICE RUNS "[check probe]\nservice = web\ninterval = 1h\n"
			   "timeout = 200ms\nprobe = exec: sh -c 'echo $$; exec sleep "
			   "1000'\n");
	supervised_until(stats()->bad == 1);
	assert_string_equal(stats()->answer, "no answer within 200ms");
	supervised_until(process()->dropped == 0);
	/* It was none of those that nobody knows. */
	assert_int_equal(supervised.supervisor.stats.orphans, 0);
	assert_int_equal(supervised_state(0), SERVICE_READY);
}

static void
test_nobody_waits_for_it_at_a_stop(void **state)
{
	pid_t pid;

	(void)state;
	start(SERVICE RUNS CHECK "probe = exec: sleep 1000\n");
	supervised_until(process()->pid > 0);
	pid = process()->pid;
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 0);
	/* A zombie at most. */
	world_until(strchr("Z", world_process_state(pid)));
	assert_int_equal(stats()->bad, 0);
	assert_int_equal(supervised.supervisor.stats.orphans, 0);
}

/* Its pipe has come to its end; to watch it further would keep proctor awake. */
static void
test_one_that_closes_its_output(void **state)
{
	(void)state;
	start(SERVICE RUNS CHECK
	    "probe = exec: sh -c 'exec >/dev/null 2>&1; sleep 1000'\n");
	supervised_until(process()->pid > 0);
	assert_true(supervised.watching[WATCH_ANSWER][0]);
	supervised_until(!supervised.watching[WATCH_ANSWER][0]);
	assert_true(process()->pid > 0);
}

static void
test_one_that_says_very_much(void **state)
{
	(void)state;
	start(SERVICE RUNS CHECK
	    "probe = exec: sh -c 'head -c 1000000 /dev/zero | tr \\\\0 x'\n");
	supervised_until(stats()->good > 1);
	assert_int_equal(strspn(stats()->answer, "x"), 4096);
}

/* -- shortage -------------------------------------------------------------- */

static uint64_t
results(void)
{
	return stats()->good + stats()->bad;
}

static int
probe_without_descriptors(void *context)
{
	struct rlimit limit;
	const struct health *health;
	uint64_t before;
	usec_t begun;
	int free_fd;

	(void)context;
	start(SERVICE RUNS CHECK "kind = liveness\nfailures = 1\nprobe = exec: true\n");
	health = supervised.supervisor.plan.checks;
	supervised_until(results() > 0 && health->state == HEALTH_WAITING);
	before = results();
	begun = health->begun;
	free_fd = dup(STDIN_FILENO);
	close(free_fd);
	limit = supervised.nofile;
	limit.rlim_cur = (rlim_t)free_fd;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	supervised_until(health->begun > begun && health->state == HEALTH_WAITING);
	assert_int_equal(results(), before);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &supervised.nofile), 0);
	supervised_until(results() > before);
	assert_int_equal(stats()->bad, 0);
	supervised_clear();
	return 0;
}

/* It says nothing of the service, and is tried again. */
static void
test_one_that_cannot_be_made(void **state)
{
	(void)state;
	assert_int_equal(world_apart(probe_without_descriptors, NULL), 0);
}

/* -- orphans --------------------------------------------------------------- */

#define ORPHANS(text)                                                                    \
	SERVICE "shell = for i in 1 2 3 4 5 6 7 8 9 10; do (setsid " text " &); done; "  \
		"echo up; while :; do sleep 0.01; done\n"

/* For each of many, the count of OOM kills would cost more than all the rest. */
static void
test_orphans_are_counted(void **state)
{
	(void)state;
	start(ORPHANS("true"));
	supervised_until(supervised.supervisor.stats.orphans == 10);
	assert_int_equal(supervised_state(0), SERVICE_READY);
	assert_in_range(supervised.looks, 1, 9);
}

static void
test_orphans_that_may_be_oom_kills(void **state)
{
	(void)state;
	start(ORPHANS("sh -c 'kill -KILL $$'"));
	supervised_until(supervised.supervisor.stats.orphans == 10);
	assert_int_equal(supervised.looks, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    checked_test(test_ready_when_its_check_passes),
	    checked_test(test_it_turns_bad_and_good_again),
	    checked_test(test_one_that_is_not_alive),
	    checked_test(test_a_probe_that_is_not_there),
	    checked_test(test_the_restart_has_its_cause),
	    checked_test(test_one_that_hangs_is_killed),
	    checked_test(test_nobody_waits_for_it_at_a_stop),
	    checked_test(test_one_that_closes_its_output),
	    checked_test(test_one_that_says_very_much),
	    checked_test(test_one_that_cannot_be_made),
	    checked_test(test_orphans_are_counted),
	    checked_test(test_orphans_that_may_be_oom_kills),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
