/* What a process does about a signal, as /proc has it. */
#include "supervisor/handles.h"

#include "tests/unit/world.h"

static void
take_signal(int signal)
{
	(void)signal;
}

/* What handles_nothing() says of a process that has done this. */
static bool
says(void (*prepare)(void), int signal)
{
	int fds[2];
	char byte = 0;
	pid_t pid;
	bool said;

	assert_return_code(pipe(fds), 0);
	pid = fork();
	assert_return_code(pid, 0);
	if (pid == 0) {
		if (prepare)
			prepare();
		(void)!write(fds[1], &byte, 1);
		for (;;)
			pause();
	}
	assert_int_equal(read(fds[0], &byte, 1), 1);
	said = handles_nothing(pid, signal);
	close(fds[0]);
	close(fds[1]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return said;
}

static void
prepare_catching(void)
{
	signal(SIGHUP, take_signal);
	signal(SIGRTMAX, take_signal);
}

static void
prepare_ignoring(void)
{
	signal(SIGHUP, SIG_IGN);
}

static void
prepare_blocking(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void
test_the_default_ends_it(void **state)
{
	(void)state;
	assert_true(says(NULL, SIGHUP));
	assert_true(says(NULL, SIGRTMAX));
	assert_true(says(prepare_catching, SIGUSR1));
	assert_true(says(prepare_ignoring, SIGINT));
}

static void
test_what_is_handled(void **state)
{
	(void)state;
	assert_false(says(prepare_catching, SIGHUP));
	assert_false(says(prepare_catching, SIGRTMAX));
	assert_false(says(prepare_ignoring, SIGHUP));
	assert_false(says(prepare_blocking, SIGHUP));
}

static void
test_what_ends_nothing(void **state)
{
	(void)state;
	assert_false(says(NULL, SIGCONT));
	assert_false(says(NULL, SIGWINCH));
}

static void
test_nobody_is_no_answer(void **state)
{
	(void)state;
	assert_false(handles_nothing(0x3fffffff, SIGHUP));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_the_default_ends_it),
	    world_test(test_what_is_handled),
	    world_test(test_what_ends_nothing),
	    world_test(test_nobody_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
