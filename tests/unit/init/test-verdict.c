/* How it ended: the last line, the termination message and the status agree. */
#include "init/verdict.h"

#include "tests/unit/supervisor/supervised.h"

#define SERVICE "[service web]\n"
#define SHELL(text) "shell = " text "\n"
#define WAITS "shell = trap 'exit 0' TERM; echo up; while :; do sleep 0.01; done\n"
#define STUBBORN "shell = trap '' TERM; echo up; while :; do sleep 0.01; done\n"
#define MESSAGE_SIZE 4096

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

#define verdict_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

/* With a termination message in the folder of the test, there or not. */
static void
prepare(const char *text)
{
	char whole[8192];

	(void)snprintf(whole, sizeof(whole), "[proctor]\ntermination_message = %s\n%s",
	    world_path("message"), text);
	supervised_begin(whole);
}

static const char *
message(void)
{
	return world_text(world_path("message"));
}

static const char *
last_line(void)
{
	char *text = supervised.text[OUTPUT_STDERR];
	size_t length = strlen(text);
	char *line;

	assert_true(length > 0 && text[length - 1] == '\n');
	text[length - 1] = '\0';
	line = strrchr(text, '\n');
	return line ? line + 1 : text;
}

/* All three ways in which it is told. */
static void
assert_told(int status, const char *reason, const char *output)
{
	char line[8192];

	(void)world_file("message", "what was there before, and is longer than that");
	assert_int_equal(verdict_tell(&supervised.supervisor), status);
	supervised_hear();
	(void)snprintf(line, sizeof(line), "proctor | exit %d: %s", status, reason);
	assert_string_equal(last_line(), line);
	(void)snprintf(line, sizeof(line), "exit %d: %s\n%s", status, reason, output);
	assert_string_equal(message(), line);
}

static void
run(const char *text)
{
	prepare(text);
	(void)supervised_run();
}

static void
stop(const char *text, int requests)
{
	prepare(text);
	supervisor_start(&supervised.supervisor, world_now());
	supervised_until(supervised_state(0) == SERVICE_READY &&
	    supervised_has_said(OUTPUT_STDOUT, "up"));
	while (requests-- > 0)
		supervised_signal(SIGTERM);
	supervised_until(supervised.supervisor.ended);
}

/* -- every cause ----------------------------------------------------------- */

static void
test_a_service_that_ended(void **state)
{
	(void)state;
	run(SERVICE SHELL("echo one; echo two; exit 3"));
	assert_told(3, "service web ended with 3", "one\ntwo\n");
}

static void
test_a_service_that_ended_with_0(void **state)
{
	(void)state;
	run(SERVICE SHELL("exit 0"));
	assert_told(69, "service web ended with 0, which a service must not", "");
}

static void
test_a_service_that_was_killed(void **state)
{
	(void)state;
	run(SERVICE SHELL("echo last; kill -SEGV $$"));
	assert_told(139, "service web was killed by SIGSEGV", "last\n");
}

static void
test_a_service_that_was_oom_killed(void **state)
{
	(void)state;
	prepare(SERVICE SHELL("kill -KILL $$"));
	supervised.oom = true;
	(void)supervised_run();
	assert_told(137, "service web was OOM-killed", "");
}

static void
test_a_program_that_was_not_found(void **state)
{
	(void)state;
	run(SERVICE "command = /nowhere/nginx\n");
	assert_told(
	    127, "service web could not be executed: '/nowhere/nginx' was not found", "");
}

static void
test_a_program_that_may_not_be_executed(void **state)
{
	char text[PATH_MAX];
	char reason[PATH_MAX];

	(void)state;
	(void)snprintf(
	    text, sizeof(text), "%scommand = %.200s\n", SERVICE, world_file("plain", ""));
	run(text);
	(void)snprintf(reason, sizeof(reason),
	    "service web could not be executed: '%.200s': Permission denied",
	    world_path("plain"));
	assert_told(126, reason, "");
}

static void
test_a_set_up_that_failed(void **state)
{
	(void)state;
	run(SERVICE SHELL("true") "directory = /nowhere\n");
	assert_told(126,
	    "service web could not be set up: directory '/nowhere': No such file or "
	    "directory",
	    "");
}

static void
test_a_budget_that_is_spent(void **state)
{
	(void)state;
	prepare(
	    SERVICE SHELL("exit 4") "restart = on-failure\nrestart_delay = 1ms\n"
				    "restart_delay_max = 1ms\nrestart_limit = 1/60s\n");
	(void)supervised_run();
	assert_int_equal(verdict_tell(&supervised.supervisor), 4);
	supervised_hear();
	/* How long it took is not ours to say. */
	assert_non_null(strstr(last_line(),
	    "proctor | exit 4: service web ended with 4 after 1 restart in "));
}

static void
test_a_task_that_failed_or_took_too_long(void **state)
{
	(void)state;
	run("[task t]\n" SHELL("exit 5"));
	assert_told(5, "task t ended with 5", "");
	supervised_clear();
	run("[task t]\n" SHELL("exec sleep 1000") "timeout = 30ms\n");
	assert_told(69, "task t took longer than its timeout of 30ms", "");
}

/* Who is to blame is told, with its own last output. */
static void
test_a_failure_by_way_of_another(void **state)
{
	(void)state;
	run("[service web]\n" WAITS "requires = db\ncritical = yes\n"
	    "[service db]\n" SHELL("echo broken; sleep 0.05; exit 6") "critical = no\n");
	assert_told(6, "service db ended with 6; web requires it", "broken\n");
}

static void
test_work_that_is_done(void **state)
{
	(void)state;
	run("[main work]\n" SHELL("echo result"));
	assert_told(0, "main work is done", "");
	supervised_clear();
	run("[task t]\n" SHELL("echo result"));
	assert_told(0, "all tasks are done", "");
}

static void
test_nothing_that_is_left(void **state)
{
	(void)state;
	run(SERVICE SHELL("echo gone; exit 7") "critical = no\n");
	assert_told(7, "nothing is left to run; service web ended with 7", "gone\n");
}

static void
test_a_stop_that_was_asked_for(void **state)
{
	(void)state;
	stop(SERVICE WAITS, 1);
	assert_told(0, "stopped on SIGTERM", "");
}

static void
test_a_stop_that_took_too_long(void **state)
{
	(void)state;
	stop("grace = 100ms\n" SERVICE STUBBORN, 1);
	assert_told(
	    137, "stopped on SIGTERM, but web did not stop in time and was killed", "");
}

static void
test_a_stop_at_once(void **state)
{
	(void)state;
	stop(SERVICE STUBBORN, 2);
	assert_told(
	    137, "stopped on SIGTERM, but web was killed at the second request", "");
}

static void
test_a_stop_in_which_one_ended_badly(void **state)
{
	(void)state;
	stop(SERVICE SHELL("trap 'exit 8' TERM; echo up; while :; do sleep 0.01; done"),
	    1);
	assert_told(8, "stopped on SIGTERM, but service web ended with 8", "");
}

/* -- a reader that does not read -------------------------------------------- */

/* Until what is outside takes no more, and proctor itself holds something. */
static void
run_unread(unsigned kind)
{
	struct output *o = &supervised.supervisor.output;
	char *to;

	prepare("grace = 200ms\n" SERVICE SHELL("echo one; exit 3"));
	while (!o->sinks[kind].blocked) {
		to = sink_reserve(&o->sinks[kind], 10);
		assert_non_null(to);
		memcpy(to, &"0123456789\n"[1], 10);
		sink_commit(&o->sinks[kind], 10);
		sink_flush(&o->sinks[kind]);
	}
}

/* Tells it, for so long at the most, and what was lost is told on all ways. */
static void
assert_told_in_time(const char *lost)
{
	uint64_t start = world_now();
	char line[512];

	assert_int_equal(verdict_tell(&supervised.supervisor), 3);
	assert_true(world_now() - start < 10 * USEC_PER_SEC);
	supervised_hear();
	(void)snprintf(line, sizeof(line),
	    "proctor | %s\nproctor | exit 3: service web ended with 3\n", lost);
	assert_non_null(strstr(supervised.text[OUTPUT_STDERR], line));
	(void)snprintf(
	    line, sizeof(line), "exit 3: service web ended with 3\n%s\none\n", lost);
	assert_string_equal(message(), line);
}

/* The sinks are read by supervised_hear(): so the service is over without it. */
static void
end_unheard(void)
{
	struct supervised *s = &supervised;
	struct signalfd_siginfo info;

	(void)world_file("message", "");
	supervisor_start(&s->supervisor, world_now());
	while (!s->supervisor.ended) {
		supervised_wait();
		supervised_read();
		while (read(s->signal_fd, &info, sizeof(info)) > 0)
			supervised_signal((int)info.ssi_signo);
	}
}

static void
test_output_that_nobody_reads(void **state)
{
	(void)state;
	run_unread(OUTPUT_STDOUT);
	end_unheard();
	assert_told_in_time("20 bytes of output were not read in time");
	/* Ten that were pending, and "web | one": the rest was out before. */
	assert_null(strstr(supervised.text[OUTPUT_STDOUT], "web"));
}

static void
test_a_verdict_that_nobody_reads(void **state)
{
	uint64_t start;

	(void)state;
	run_unread(OUTPUT_STDERR);
	end_unheard();
	start = world_now();
	assert_int_equal(verdict_tell(&supervised.supervisor), 3);
	assert_true(world_now() - start < 10 * USEC_PER_SEC);
	assert_non_null(strstr(message(), "exit 3: service web ended with 3\n"));
	assert_non_null(
	    strstr(message(), " bytes of output were not read in time\none\n"));
	/* Whoever reads after all has the verdict behind what was out, and no more. */
	supervised_hear();
	supervised.length[OUTPUT_STDERR] = 0;
	supervised_hear();
	assert_null(strstr(supervised.text[OUTPUT_STDERR], "stopping"));
	assert_string_equal(last_line(), "proctor | exit 3: service web ended with 3");
}

/* -- the message ----------------------------------------------------------- */

static void
test_it_is_never_created(void **state)
{
	(void)state;
	run(SERVICE SHELL("exit 3"));
	assert_int_equal(verdict_tell(&supervised.supervisor), 3);
	supervised_hear();
	assert_false(world_exists("message"));
	assert_string_equal(supervised.text[OUTPUT_STDERR],
	    "proctor | service web ended with 3; stopping\n"
	    "proctor | exit 3: service web ended with 3\n");
}

static void
test_it_can_be_off(void **state)
{
	(void)state;
	supervised_begin(
	    "[proctor]\ntermination_message = off\n" SERVICE SHELL("exit 3"));
	assert_null(supervised.config.termination_message);
	assert_int_equal(supervised_run(), 3);
	assert_int_equal(verdict_tell(&supervised.supervisor), 3);
	supervised_hear();
	assert_string_equal(last_line(), "proctor | exit 3: service web ended with 3");
}

/* The newest whole lines, as many as there is room for. */
static void
test_it_is_cut_to_whole_lines(void **state)
{
	const char *text;
	const char *line;
	size_t length;

	(void)state;
	(void)world_file("message", "");
	run(SERVICE SHELL("i=1000; while [ $i -lt 2000 ]; do echo line $i; i=$((i + 1)); "
			  "done; exit 3"));
	assert_int_equal(verdict_tell(&supervised.supervisor), 3);
	text = message();
	length = strlen(text);
	assert_true(length <= MESSAGE_SIZE && length > MESSAGE_SIZE - 10);
	assert_true(strncmp(text, "exit 3: service web ended with 3\n", 33) == 0);
	assert_string_equal(text + length - 10, "line 1999\n");
	line = text + 33;
	for (int i = 2000 - (int)((length - 33) / 10); i < 2000; i++, line += 10)
		assert_int_equal(atoi(line + 5), i);
	assert_int_equal(*line, '\0');
}

static void
test_it_is_utf8_whatever_the_service_wrote(void **state)
{
	(void)state;
	run(SERVICE SHELL(
	    "printf 'gr\\303\\274n \\377\\000 \\303\\ncut \\342\\202'; exit 3"));
	assert_told(3, "service web ended with 3", "gr\xc3\xbcn ?? ?\ncut ??\n");
}

static void
test_one_line_that_is_longer_than_the_message(void **state)
{
	static const char reason[] = "exit 3: service web ended with 3\n";
	static char end[4096 - (sizeof(reason) - 1) + 1];

	(void)state;
	run(SERVICE SHELL("head -c 9000 /dev/zero | tr '\\0' x; echo; exit 3"));
	memset(end, 'x', sizeof(end) - 2);
	end[sizeof(end) - 2] = '\n';
	assert_told(3, "service web ended with 3", end);
}

static void
assert_not_written(const char *why)
{
	char line[PATH_MAX + 128];

	(void)snprintf(line, sizeof(line), "proctor | termination message: %s: %s\n",
	    supervised.config.termination_message, why);
	assert_int_equal(verdict_tell(&supervised.supervisor), 3);
	supervised_hear();
	assert_non_null(strstr(supervised.text[OUTPUT_STDERR], line));
	assert_string_equal(last_line(), "proctor | exit 3: service web ended with 3");
}

static void
test_it_is_a_folder(void **state)
{
	(void)state;
	assert_int_equal(mkdir(world_path("message"), 0700), 0);
	run(SERVICE SHELL("exit 3"));
	assert_not_written("Is a directory");
}

static void
test_the_disk_is_full(void **state)
{
	(void)state;
	supervised_begin(
	    "[proctor]\ntermination_message = /dev/full\n" SERVICE SHELL("exit 3"));
	assert_int_equal(supervised_run(), 3);
	assert_not_written("No space left on device");
}

static int
tell_as_nobody(void *context)
{
	(void)context;
	if (getuid() == 0)
		assert_int_equal(setresuid(65534, 65534, 65534), 0);
	assert_not_written("Permission denied");
	return 0;
}

static void
test_it_may_not_be_written(void **state)
{
	(void)state;
	(void)world_bytes("message", "", 0, 0444);
	run(SERVICE SHELL("exit 3"));
	assert_int_equal(world_apart(tell_as_nobody, NULL), 0);
}

/* It may be one that nobody reads: then nothing waits for a reader. */
static void
test_it_is_a_fifo(void **state)
{
	char text[256];
	int reader;

	(void)state;
	assert_int_equal(mkfifo(world_path("message"), 0600), 0);
	run(SERVICE SHELL("exit 3"));
	assert_int_equal(verdict_tell(&supervised.supervisor), 3);
	reader = open(world_path("message"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(reader >= 0);
	assert_int_equal(verdict_tell(&supervised.supervisor), 3);
	(void)world_read(reader, text, sizeof(text));
	assert_string_equal(text, "exit 3: service web ended with 3\n");
	close(reader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    verdict_test(test_a_service_that_ended),
	    verdict_test(test_a_service_that_ended_with_0),
	    verdict_test(test_a_service_that_was_killed),
	    verdict_test(test_a_service_that_was_oom_killed),
	    verdict_test(test_a_program_that_was_not_found),
	    verdict_test(test_a_program_that_may_not_be_executed),
	    verdict_test(test_a_set_up_that_failed),
	    verdict_test(test_a_budget_that_is_spent),
	    verdict_test(test_a_task_that_failed_or_took_too_long),
	    verdict_test(test_a_failure_by_way_of_another),
	    verdict_test(test_work_that_is_done),
	    verdict_test(test_nothing_that_is_left),
	    verdict_test(test_a_stop_that_was_asked_for),
	    verdict_test(test_a_stop_that_took_too_long),
	    verdict_test(test_a_stop_at_once),
	    verdict_test(test_a_stop_in_which_one_ended_badly),
	    verdict_test(test_output_that_nobody_reads),
	    verdict_test(test_a_verdict_that_nobody_reads),
	    verdict_test(test_it_is_never_created),
	    verdict_test(test_it_can_be_off),
	    verdict_test(test_it_is_cut_to_whole_lines),
	    verdict_test(test_it_is_utf8_whatever_the_service_wrote),
	    verdict_test(test_one_line_that_is_longer_than_the_message),
	    verdict_test(test_it_is_a_folder),
	    verdict_test(test_the_disk_is_full),
	    verdict_test(test_it_may_not_be_written),
	    verdict_test(test_it_is_a_fifo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
