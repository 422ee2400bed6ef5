/* Real processes from their start to the exit status, event by event. */
#include "tests/unit/supervisor/supervised.h"

#include "supervisor/deeds.h"

#include <pty.h>
#include <sys/ioctl.h>

#define SERVICE "[service web]\n"
#define SHELL(text) "shell = " text "\n"
/* Ends on SIGTERM only. */
#define WAITS "shell = trap 'exit 0' TERM; echo up; while :; do sleep 0.01; done\n"

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

#define supervisor_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

static const struct cause *
cause(void)
{
	return &supervised.supervisor.plan.cause;
}

static void
start(const char *text)
{
	supervised_begin(text);
	supervisor_start(&supervised.supervisor, world_now());
}

/* Its program runs, the plan knows it, and it has come to its first word. */
static void
wait_until_up(void)
{
	supervised_until(supervised_state(0) == SERVICE_READY &&
	    supervised_has_said(OUTPUT_STDOUT, "web | up"));
}

/* -- endings --------------------------------------------------------------- */

static void
test_tasks_that_are_done(void **state)
{
	(void)state;
	supervised_begin("[task one]\n" SHELL("echo one") "[task two]\n" SHELL(
	    "echo two >&2") "after = one\n");
	assert_int_equal(supervised_run(), 0);
	assert_int_equal(cause()->kind, CAUSE_ALL_DONE);
	assert_string_equal(supervised.text[OUTPUT_STDOUT], "one | one\n");
	assert_string_equal(supervised.text[OUTPUT_STDERR], "two | two\n");
	assert_int_equal(supervised.watched, 2);
	assert_int_equal(supervised.known, 2);
}

static void
test_a_service_that_ends(void **state)
{
	(void)state;
	supervised_begin(SERVICE SHELL("echo last words; exit 3"));
	assert_int_equal(supervised_run(), 3);
	assert_int_equal(cause()->kind, CAUSE_FAILED);
	assert_int_equal(cause()->ending.kind, ENDING_EXITED);
	assert_string_equal(supervised.text[OUTPUT_STDOUT], "web | last words\n");
	assert_string_equal(supervised.text[OUTPUT_STDERR],
	    "proctor | service web ended with 3; stopping\n");
}

static void
test_a_service_that_is_killed(void **state)
{
	(void)state;
	supervised_begin(SERVICE SHELL("kill -SEGV $$"));
	assert_int_equal(supervised_run(), 128 + SIGSEGV);
	assert_int_equal(cause()->ending.kind, ENDING_KILLED);
}

static void
test_a_program_that_is_not_there(void **state)
{
	(void)state;
	supervised_begin(SERVICE "command = /nowhere/nginx\n");
	assert_int_equal(supervised_run(), 127);
	assert_int_equal(cause()->ending.kind, ENDING_NOT_EXECUTED);
	assert_int_equal(cause()->ending.number, ENOENT);
	assert_int_equal(cause()->ending.step, STEP_EXEC);
}

static void
test_a_set_up_that_fails(void **state)
{
	(void)state;
	supervised_begin(SERVICE SHELL("true") "directory = /nowhere\n");
	assert_int_equal(supervised_run(), 126);
	assert_int_equal(cause()->ending.step, STEP_DIRECTORY);
	assert_int_equal(cause()->ending.number, ENOENT);
}

/* Before there is a child: the plan hears of it all the same. */
static void
test_a_file_that_is_missing(void **state)
{
	(void)state;
	supervised_begin(SERVICE SHELL("true") "env_file = /nowhere/env\n");
	assert_int_equal(supervised_run(), 126);
	assert_int_equal(cause()->ending.step, STEP_ENVIRONMENT);
	assert_int_equal(supervised.watched, 0);
	assert_string_equal(supervised.text[OUTPUT_STDERR],
	    "proctor | web: /nowhere/env: No such file or directory\n"
	    "proctor | service web could not be set up: environment: No such file or "
	    "directory; stopping\n");
}

static void
test_one_that_is_not_critical(void **state)
{
	(void)state;
	start(
	    "[service web]\n" WAITS "[service log]\n" SHELL("exit 3") "critical = no\n");
	supervised_until(supervised_has_said(OUTPUT_STDERR, "not critical"));
	assert_string_equal(supervised.text[OUTPUT_STDERR],
	    "proctor | log: ended with 3; it has failed, and is not critical\n");
	assert_false(supervised.supervisor.ended);
	wait_until_up();
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 0);
}

static void
test_a_restart_and_its_budget(void **state)
{
	(void)state;
	supervised_begin(
	    SERVICE SHELL("echo again; exit 4") "restart = on-failure\n"
						"restart_delay = 1ms\nrestart_delay_max "
						"= 2ms\nrestart_limit = 2/60s\n");
	assert_int_equal(supervised_run(), 4);
	assert_string_equal(
	    supervised.text[OUTPUT_STDOUT], "web | again\nweb | again\nweb | again\n");
	assert_int_equal(cause()->restarts, 2);
}

/* The file of a former container goes; that of a former life is its own. */
static void
test_only_the_first_life_finds_its_files_cleaned(void **state)
{
	char text[1024];
	char *stale = world_file("stale", "");

	(void)state;
	(void)snprintf(text, sizeof(text),
	    "[task t]\nclean = %.200s\nrestart = on-failure\nrestart_delay = 1ms\n"
	    "shell = test -e %.200s && echo there && exit; echo clean; touch %.200s; "
	    "exit 1\n",
	    stale, stale, stale);
	supervised_begin(text);
	assert_int_equal(supervised_run(), 0);
	assert_string_equal(supervised.text[OUTPUT_STDOUT], "t | clean\nt | there\n");
}

static void
test_a_task_that_takes_too_long(void **state)
{
	(void)state;
	supervised_begin(
	    "[task t]\n" SHELL("exec sleep 1000") "timeout = 50ms\nstop_timeout = 5s\n");
	assert_int_equal(supervised_run(), 69);
	assert_int_equal(cause()->ending.kind, ENDING_TIMED_OUT);
}

/* -- out of memory --------------------------------------------------------- */

static void
test_an_oom_kill(void **state)
{
	(void)state;
	supervised_begin(SERVICE SHELL("kill -KILL $$"));
	supervised.oom = true;
	assert_int_equal(supervised_run(), 137);
	assert_int_equal(cause()->ending.kind, ENDING_OOM);
}

static void
test_a_kill_by_somebody_else(void **state)
{
	(void)state;
	supervised_begin(SERVICE SHELL("kill -KILL $$"));
	assert_int_equal(supervised_run(), 137);
	assert_int_equal(cause()->ending.kind, ENDING_KILLED);
}

/* A shell without exec tells of its last command so. */
static void
test_an_oom_kill_that_a_shell_tells(void **state)
{
	(void)state;
	supervised_begin(SERVICE SHELL("exit 137"));
	supervised.oom = true;
	assert_int_equal(supervised_run(), 137);
	assert_int_equal(cause()->ending.kind, ENDING_OOM);
	assert_int_equal(cause()->ending.number, 137);
}

static void
test_another_death_is_no_oom_kill(void **state)
{
	(void)state;
	supervised_begin(SERVICE SHELL("exit 3"));
	supervised.oom = true;
	assert_int_equal(supervised_run(), 3);
	assert_int_equal(cause()->ending.kind, ENDING_EXITED);
}

/* Where nobody tells of a kill, the count is looked at with every death. */
static void
test_the_count_is_looked_at_unless_it_is_watched(void **state)
{
	(void)state;
	supervised_begin("[task t]\n" SHELL("true"));
	assert_int_equal(supervised_run(), 0);
	assert_true(supervised.looks > 0);
	supervised_clear();
	supervised_begin("[task t]\n" SHELL("true"));
	supervised.duties.oom_fd = STDIN_FILENO;
	assert_int_equal(supervised_run(), 0);
	assert_int_equal(supervised.looks, 0);
}

/* -- stops ----------------------------------------------------------------- */

static void
assert_stops_on(int signal)
{
	start(SERVICE WAITS);
	wait_until_up();
	supervised_signal(signal);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 0);
	assert_int_equal(cause()->kind, CAUSE_ASKED);
	assert_int_equal(cause()->signal, signal);
}

static void
test_the_signals_that_ask_for_a_stop(void **state)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGQUIT, SIGPWR};

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		assert_stops_on(signals[i]);
		supervised_clear();
	}
	assert_stops_on(SIGRTMIN + 3);
}

static void
test_other_signals_ask_for_nothing(void **state)
{
	static const int signals[] = {SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT};

	(void)state;
	start(SERVICE WAITS);
	wait_until_up();
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		supervised_signal(signals[i]);
	assert_int_equal(supervised.supervisor.plan.phase, PLAN_RUNNING);
	assert_int_equal(supervised_state(0), SERVICE_READY);
}

static void
test_one_that_does_not_stop(void **state)
{
	(void)state;
	start("[proctor]\ngrace = 200ms\n" SERVICE SHELL(
	    "trap '' TERM; echo up; while :; do sleep 0.01; done"));
	wait_until_up();
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 137);
	assert_true(supervised_has_said(
	    OUTPUT_STDERR, "proctor | web: did not stop in time; killed\n"));
}

static void
test_the_second_request_is_for_now(void **state)
{
	(void)state;
	start("[proctor]\ngrace = 1h\n" SERVICE SHELL(
	    "trap '' TERM; echo up; while :; do sleep 0.01; done"));
	wait_until_up();
	supervised_signal(SIGTERM);
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 137);
	assert_true(supervised_has_said(OUTPUT_STDERR, "proctor | web: killed\n"));
}

static void
test_signals_are_passed_on_and_rewritten(void **state)
{
	(void)state;
	start(SERVICE SHELL("trap 'echo hup' HUP; trap 'echo two; exit 0' USR2; echo up; "
			    "while :; do sleep 0.01; done") "forward = HUP USR1:USR2\n");
	wait_until_up();
	supervised_signal(SIGHUP);
	supervised_until(supervised_has_said(OUTPUT_STDOUT, "hup"));
	supervised_signal(SIGUSR1);
	supervised_until(supervised.supervisor.ended);
	assert_true(supervised_has_said(OUTPUT_STDOUT, "two"));
}

/* -- pre_stop -------------------------------------------------------------- */

static void
test_pre_stop_comes_before_the_signal(void **state)
{
	(void)state;
	start(SERVICE SHELL("trap 'echo stopped; exit 0' TERM; echo up; "
			    "while :; do sleep 0.01; done") "pre_stop = echo before\n");
	wait_until_up();
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_string_equal(
	    supervised.text[OUTPUT_STDOUT], "web | up\nweb | before\nweb | stopped\n");
	assert_string_equal(supervised.text[OUTPUT_STDERR], "");
}

static void
test_pre_stop_that_fails_is_told(void **state)
{
	(void)state;
	start(SERVICE WAITS "pre_stop = false\n");
	wait_until_up();
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 0);
	assert_true(
	    supervised_has_said(OUTPUT_STDERR, "proctor | web: pre_stop ended with 1\n"));
}

static void
test_pre_stop_that_takes_too_long(void **state)
{
	(void)state;
	start("[proctor]\ngrace = 400ms\n" SERVICE WAITS "pre_stop = sleep 1000\n");
	wait_until_up();
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 137);
	assert_true(supervised_has_said(
	    OUTPUT_STDERR, "proctor | web: pre_stop did not end in time; killed\n"));
}

/* The file was there for the start, and is not for pre_stop. */
static void
test_pre_stop_that_cannot_be_started(void **state)
{
	char text[PATH_MAX + 256];

	(void)state;
	(void)snprintf(text, sizeof(text), "%senv_file = %s\npre_stop = true\n",
	    SERVICE WAITS, world_file("env", "A=1\n"));
	start(text);
	wait_until_up();
	assert_int_equal(unlink(world_path("env")), 0);
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 0);
	assert_true(supervised_has_said(OUTPUT_STDERR, "pre_stop: No such file"));
}

/* -- the terminal ---------------------------------------------------------- */

/* The leader of a session with a terminal, as PID 1 is after docker run -t. */
static int
run_on_terminal(void *context)
{
	int master;
	int slave;
	int status;

	(void)context;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	assert_true(setsid() > 0);
	assert_int_equal(ioctl(slave, TIOCSCTTY, 0), 0);
	assert_int_equal(dup2(slave, STDIN_FILENO), STDIN_FILENO);
	/* Its foreground, in /proc/PID/stat, is its own group. */
	supervised_begin("[main shell]\nstdin = tty\nlog = prefix\n" SHELL(
	    "test -t 0 && test $(cut -d' ' -f8 /proc/$$/stat) = $$ && echo mine"));
	status = supervised_run();
	assert_string_equal(supervised.text[OUTPUT_STDOUT], "shell | mine\n");
	assert_int_equal(tcgetpgrp(STDIN_FILENO), getpgrp());
	supervised_clear();
	return status;
}

static void
test_the_terminal_is_lent_to_one(void **state)
{
	(void)state;
	assert_int_equal(world_apart(run_on_terminal, NULL), 0);
}

/* Without one, it is as with the others. */
static void
test_no_terminal_to_lend(void **state)
{
	(void)state;
	supervised_begin("[main shell]\nstdin = tty\nlog = prefix\n" SHELL("echo here"));
	assert_int_equal(supervised_run(), 0);
	assert_string_equal(supervised.text[OUTPUT_STDOUT], "shell | here\n");
}

/* -- others ---------------------------------------------------------------- */

static void
test_an_orphan_is_collected(void **state)
{
	pid_t pid;

	(void)state;
	start(SERVICE WAITS);
	wait_until_up();
	pid = fork();
	if (pid == 0)
		_exit(3);
	supervised_until(world_process_state(pid) == 0);
	assert_int_equal(supervised_state(0), SERVICE_READY);
}

/* The rest of the group is gone before the next life; its port is free then. */
static void
test_a_helper_that_outlives_the_main_process(void **state)
{
	(void)state;
	supervised_begin("[task t]\n" SHELL("sleep 1000 & sleep 1000 & exit 0"));
	assert_int_equal(supervised_run(), 0);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
}

static pid_t
make_stray(void (*disposition)(int))
{
	pid_t pid;

	(void)signal(SIGTERM, disposition);
	pid = fork();
	if (pid == 0) {
		(void)sigprocmask(SIG_SETMASK, &supervised.mask, NULL);
		for (;;)
			(void)pause();
	}
	(void)signal(SIGTERM, SIG_DFL);
	supervised.stray = pid;
	return pid;
}

/* What belongs to no service is asked to end when all services have. */
static void
test_what_is_left_is_swept(void **state)
{
	pid_t stray;

	(void)state;
	start(SERVICE WAITS);
	wait_until_up();
	stray = make_stray(SIG_DFL);
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(supervised.swept, SIGTERM);
	assert_int_equal(world_process_state(stray), 0);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 0);
}

static void
test_what_does_not_end_is_killed(void **state)
{
	pid_t stray;

	(void)state;
	start("[proctor]\ngrace = 200ms\n" SERVICE WAITS);
	wait_until_up();
	stray = make_stray(SIG_IGN);
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(supervised.swept, SIGKILL);
	assert_int_equal(world_process_state(stray), 0);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 137);
}

/* It would be waited for in vain; it ends with PID 1. */
static void
test_what_may_not_be_signalled_is_not_waited_for(void **state)
{
	pid_t stray;

	(void)state;
	start("[proctor]\ngrace = 1h\n" SERVICE WAITS);
	wait_until_up();
	stray = make_stray(SIG_IGN);
	supervised.stray = 0;
	supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
	assert_int_equal(plan_status(&supervised.supervisor.plan), 0);
	assert_int_equal(kill(stray, SIGKILL), 0);
}

/* -- reloads --------------------------------------------------------------- */

/* What has changed while it did is reloaded once its process has gone. */
static void
test_a_change_while_a_reload_hangs(void **state)
{
	struct supervisor *s = &supervised.supervisor;
	const struct reload *r;

	(void)state;
	start(SERVICE WAITS "reload_command = sleep 1000\n");
	wait_until_up();
	r = &s->reloads[0];
	assert_int_equal(supervisor_reload(s, 0, world_now()), 0);
	reloads_change(s, 0);
	supervisor_handle_timeout(s, r->deadline);
	assert_int_equal(r->step, RELOAD_NONE);
	supervised_until(r->step == RELOAD_RUNS || r->pid == 0);
	assert_int_equal(r->step, RELOAD_RUNS);
	assert_true(supervised_has_said(OUTPUT_STDERR, "did not end in time"));
	(void)kill(-r->pid, SIGKILL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    supervisor_test(test_tasks_that_are_done),
	    supervisor_test(test_a_service_that_ends),
	    supervisor_test(test_a_service_that_is_killed),
	    supervisor_test(test_a_program_that_is_not_there),
	    supervisor_test(test_a_set_up_that_fails),
	    supervisor_test(test_a_file_that_is_missing),
	    supervisor_test(test_one_that_is_not_critical),
	    supervisor_test(test_a_restart_and_its_budget),
	    supervisor_test(test_only_the_first_life_finds_its_files_cleaned),
	    supervisor_test(test_a_task_that_takes_too_long),
	    supervisor_test(test_an_oom_kill),
	    supervisor_test(test_a_kill_by_somebody_else),
	    supervisor_test(test_an_oom_kill_that_a_shell_tells),
	    supervisor_test(test_another_death_is_no_oom_kill),
	    supervisor_test(test_the_count_is_looked_at_unless_it_is_watched),
	    supervisor_test(test_the_signals_that_ask_for_a_stop),
	    supervisor_test(test_other_signals_ask_for_nothing),
	    supervisor_test(test_one_that_does_not_stop),
	    supervisor_test(test_the_second_request_is_for_now),
	    supervisor_test(test_signals_are_passed_on_and_rewritten),
	    supervisor_test(test_pre_stop_comes_before_the_signal),
	    supervisor_test(test_pre_stop_that_fails_is_told),
	    supervisor_test(test_pre_stop_that_takes_too_long),
	    supervisor_test(test_pre_stop_that_cannot_be_started),
	    supervisor_test(test_the_terminal_is_lent_to_one),
	    supervisor_test(test_no_terminal_to_lend),
	    supervisor_test(test_an_orphan_is_collected),
	    supervisor_test(test_a_helper_that_outlives_the_main_process),
	    supervisor_test(test_what_is_left_is_swept),
	    supervisor_test(test_what_does_not_end_is_killed),
	    supervisor_test(test_what_may_not_be_signalled_is_not_waited_for),
	    supervisor_test(test_a_change_while_a_reload_hangs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
