/*
 * A crash of proctor stops everything in order.  This program plays proctor:
 * what the fault handler executes is this very file.
 */
#include "init/crash.h"

#include "tests/unit/world.h"

#define UP_FD 9

/* What the guarded process says, its end and that of its children. */
struct accident {
	usec_t grace;
	usec_t then; /* another one, after an update; 0: none */
	const char *script; /* of its one child */
	int signal;
	pid_t pid;
	int reader;
};

/* As in proctor: what the child writes comes out of a pipe that does not block. */
static void
start_child(const char *script)
{
	int ends[2];
	char byte;
	int up[2];

	if (pipe2(ends, O_CLOEXEC) < 0 || pipe(up) < 0 ||
	    fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0)
		_exit(1);
	if (fork() == 0) {
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)dup2(up[1], UP_FD);
		(void)setsid();
		(void)execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(127);
	}
	close(up[1]);
	(void)!read(up[0], &byte, 1);
}

static _Noreturn void
crash(const struct accident *a)
{
	crash_guard(a->grace);
	if (a->then != 0)
		crash_set_grace(a->then);
	start_child(a->script);
	(void)raise(a->signal);
	_exit(2);
}

static void
crash_apart(struct accident *a)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	a->pid = fork();
	assert_true(a->pid >= 0);
	if (a->pid == 0) {
		(void)dup2(ends[1], STDERR_FILENO);
		(void)alarm(0);
		crash(a);
	}
	close(ends[1]);
	a->reader = ends[0];
}

static void
assert_says(struct accident *a, const char *wanted)
{
	char text[4096];

	(void)world_read(a->reader, text, sizeof(text));
	assert_string_equal(text, wanted);
	assert_int_equal(world_wait(a->pid), 70);
	close(a->reader);
}

#define CRASHED(signal)                                                                  \
	"proctor | proctor itself has crashed (" signal "); stopping everything\n"
#define EXIT_70 "proctor | exit 70: proctor itself has crashed\n"
#define UP "exec 2>/dev/null; echo >&9; "

/* -- the stop -------------------------------------------------------------- */

/* The end of the pipe says that nobody is left who has it. */
static void
test_the_children_are_stopped_in_order(void **state)
{
	struct accident a = {
	    .grace = 20 * USEC_PER_SEC,
	    .script = "trap 'echo stopped in order; exit' TERM; " UP
		      "while :; do sleep 0.01; done",
	    .signal = SIGSEGV,
	};

	(void)state;
	crash_apart(&a);
	assert_says(&a, CRASHED("SIGSEGV") "stopped in order\n" EXIT_70);
}

static void
test_every_fault(void **state)
{
	static const struct {
		int signal;
		const char *said;
	} rows[] = {
	    {SIGBUS, CRASHED("SIGBUS") EXIT_70},
	    {SIGFPE, CRASHED("SIGFPE") EXIT_70},
	    {SIGILL, CRASHED("SIGILL") EXIT_70},
	    {SIGABRT, CRASHED("SIGABRT") EXIT_70},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct accident a = {
		    .grace = 20 * USEC_PER_SEC,
		    .script = UP "exec sleep 1000",
		    .signal = rows[i].signal,
		};

		crash_apart(&a);
		assert_says(&a, rows[i].said);
	}
}

static void
test_a_child_that_does_not_stop_is_killed(void **state)
{
	struct accident a = {
	    .grace = 100 * USEC_PER_MSEC,
	    .script = "trap '' TERM; " UP "while :; do sleep 0.01; done",
	    .signal = SIGSEGV,
	};
	uint64_t before = world_now();

	(void)state;
	crash_apart(&a);
	assert_says(&a, CRASHED("SIGSEGV") EXIT_70);
	assert_true(world_now() - before >= a.grace);
}

static void
test_the_grace_that_was_set_last(void **state)
{
	struct accident a = {
	    .grace = 3600 * USEC_PER_SEC,
	    .then = 100 * USEC_PER_MSEC,
	    .script = "trap '' TERM; " UP "while :; do sleep 0.01; done",
	    .signal = SIGSEGV,
	};

	(void)state;
	crash_apart(&a);
	assert_says(&a, CRASHED("SIGSEGV") EXIT_70);
}

/* A child that cannot write could not stop in order. */
static void
test_the_childs_output_is_read_on(void **state)
{
	struct accident a = {
	    .grace = 20 * USEC_PER_SEC,
	    .script =
		"trap 'head -c 200000 /dev/zero | tr \"\\0\" x; echo; exit' TERM; " UP
		"while :; do sleep 0.01; done",
	    .signal = SIGSEGV,
	};
	static char text[256 * 1024];
	size_t length;

	(void)state;
	crash_apart(&a);
	length = world_read(a.reader, text, sizeof(text));
	assert_int_equal(world_wait(a.pid), 70);
	close(a.reader);
	assert_int_equal(length, strlen(CRASHED("SIGSEGV")) + 200001 + strlen(EXIT_70));
}

/* The second request of whoever waits for the stop: no more grace. */
static void
test_a_second_request_is_for_now(void **state)
{
	struct accident a = {
	    .grace = 3600 * USEC_PER_SEC,
	    .script = "trap '' TERM; " UP "while :; do sleep 0.01; done",
	    .signal = SIGSEGV,
	};
	char text[256];

	(void)state;
	crash_apart(&a);
	assert_true(read(a.reader, text, sizeof(text)) > 0);
	while (kill(a.pid, 0) == 0 && world_process_state(a.pid) != 'Z') {
		(void)kill(a.pid, SIGTERM);
		world_pause();
	}
	assert_says(&a, EXIT_70);
}

/* -- what is no crash of proctor's ----------------------------------------- */

static int
crash_in_child(void *context)
{
	pid_t pid;

	(void)context;
	crash_guard(USEC_PER_SEC);
	pid = fork();
	if (pid == 0) {
		(void)raise(SIGSEGV);
		_exit(2);
	}
	return world_wait(pid);
}

/* It has not come to its program yet: it must not stop the others. */
static void
test_a_fault_in_a_child_just_ends_it(void **state)
{
	(void)state;
	assert_int_equal(world_apart(crash_in_child, NULL), 70);
}

static int
start_without_arguments(void *context)
{
	char *arguments[] = {NULL};

	(void)context;
	(void)dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
	crash_stop_all(arguments);
}

static void
test_without_arguments_and_without_anybody(void **state)
{
	(void)state;
	assert_int_equal(world_apart(start_without_arguments, NULL), 70);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_the_children_are_stopped_in_order),
	    world_test(test_every_fault),
	    world_test(test_a_child_that_does_not_stop_is_killed),
	    world_test(test_the_grace_that_was_set_last),
	    world_test(test_the_childs_output_is_read_on),
	    world_test(test_a_second_request_is_for_now),
	    world_test(test_a_fault_in_a_child_just_ends_it),
	    world_test(test_without_arguments_and_without_anybody),
	};

	if (argc > 1 && strcmp(argv[1], CRASH_OPTION) == 0)
		crash_stop_all(argv + 2);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
