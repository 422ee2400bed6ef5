/* The terminal goes to one child and comes back, by a real one (a pty). */
#include "supervisor/terminal.h"

#include <pty.h>
#include <sys/ioctl.h>

#include "tests/unit/world.h"

/*
 * Everything here happens in a process that leads a session with a terminal of
 * its own, as docker run -t makes one.
 */
static void
enter_terminal(void)
{
	int master;
	int slave;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	assert_true(setsid() > 0);
	assert_int_equal(ioctl(slave, TIOCSCTTY, 0), 0);
	assert_int_equal(dup2(slave, STDIN_FILENO), STDIN_FILENO);
	/* As in proctor, which has it blocked. */
	(void)signal(SIGTTOU, SIG_IGN);
}

/* A child in a group of its own, that waits for signals. */
static pid_t
child_in_group(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)setpgid(0, 0);
		(void)alarm(WORLD_PATIENCE);
		for (;;)
			(void)pause();
	}
	world_until(getpgid(pid) == pid);
	return pid;
}

static void
end_child(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(world_wait(pid), 256 + SIGKILL);
}

/* -- finding it ------------------------------------------------------------ */

static int
find_without(void *context)
{
	int fd = open("/dev/null", O_RDONLY);

	(void)context;
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	return terminal_find() == -1 ? 0 : 1;
}

static int
find_in_foreground(void *context)
{
	(void)context;
	enter_terminal();
	return terminal_find() == STDIN_FILENO ? 0 : 1;
}

/* It belongs to somebody else at the time. */
static int
find_in_background(void *context)
{
	pid_t child;

	(void)context;
	enter_terminal();
	child = child_in_group();
	if (tcsetpgrp(STDIN_FILENO, child) < 0)
		return 2;
	return terminal_find() == -1 ? 0 : 1;
}

static void
test_it_is_found_where_it_may_be_used(void **state)
{
	(void)state;
	assert_int_equal(world_apart(find_without, NULL), 0);
	assert_int_equal(world_apart(find_in_foreground, NULL), 0);
	assert_int_equal(world_apart(find_in_background, NULL), 0);
}

/* -- giving and taking ----------------------------------------------------- */

static int
take_back(void *context)
{
	pid_t child;

	(void)context;
	enter_terminal();
	child = child_in_group();
	if (tcsetpgrp(STDIN_FILENO, child) < 0 || tcgetpgrp(STDIN_FILENO) != child)
		return 1;
	terminal_take_back(-1, child);
	if (tcgetpgrp(STDIN_FILENO) != child)
		return 2;
	terminal_take_back(STDIN_FILENO, child);
	end_child(child);
	return tcgetpgrp(STDIN_FILENO) == getpgrp() ? 0 : 3;
}

/* bg: the foreground is that of another job of the shell. */
static int
leave_it_to_another(void *context)
{
	pid_t child;
	pid_t other;

	(void)context;
	enter_terminal();
	child = child_in_group();
	other = child_in_group();
	if (tcsetpgrp(STDIN_FILENO, other) < 0)
		return 1;
	terminal_take_back(STDIN_FILENO, child);
	if (tcgetpgrp(STDIN_FILENO) != other)
		return 2;
	end_child(child);
	end_child(other);
	return 0;
}

static void
test_it_comes_back_when_the_child_is_gone(void **state)
{
	(void)state;
	assert_int_equal(world_apart(take_back, NULL), 0);
	assert_int_equal(world_apart(leave_it_to_another, NULL), 0);
}

/* fg: the shell has given proctor the terminal, and sends SIGCONT. */
static int
go_on(void *context)
{
	pid_t child;

	(void)context;
	enter_terminal();
	child = child_in_group();
	if (kill(child, SIGSTOP) < 0)
		return 1;
	world_until(world_process_state(child) == 'T');
	terminal_continue(STDIN_FILENO, child);
	world_until(world_process_state(child) != 'T');
	if (tcgetpgrp(STDIN_FILENO) != child)
		return 2;
	end_child(child);
	return 0;
}

static void
test_the_child_goes_on_and_has_it(void **state)
{
	(void)state;
	assert_int_equal(world_apart(go_on, NULL), 0);
}

/* bg: it goes on, but the terminal is somebody else's and stays so. */
static int
go_on_in_background(void *context)
{
	pid_t child;
	pid_t other;

	(void)context;
	enter_terminal();
	child = child_in_group();
	other = child_in_group();
	if (kill(child, SIGSTOP) < 0 || tcsetpgrp(STDIN_FILENO, other) < 0)
		return 1;
	world_until(world_process_state(child) == 'T');
	terminal_continue(STDIN_FILENO, child);
	world_until(world_process_state(child) != 'T');
	if (tcgetpgrp(STDIN_FILENO) != other)
		return 2;
	end_child(child);
	end_child(other);
	return 0;
}

static void
test_it_is_not_taken_from_somebody_else(void **state)
{
	(void)state;
	assert_int_equal(world_apart(go_on_in_background, NULL), 0);
}

/* -- Ctrl-Z ---------------------------------------------------------------- */

/* The leader of the session is what PID 1 is: nobody could make it go on. */
static int
stop_under_leader(void *context)
{
	pid_t child;

	(void)context;
	enter_terminal();
	child = child_in_group();
	if (kill(child, SIGSTOP) < 0)
		return 1;
	world_until(world_process_state(child) == 'T');
	terminal_check_stopped(STDIN_FILENO, child);
	world_until(world_process_state(child) != 'T');
	end_child(child);
	return 0;
}

static void
test_a_leader_does_not_let_the_child_be_stopped(void **state)
{
	(void)state;
	assert_int_equal(world_apart(stop_under_leader, NULL), 0);
}

/* What a shell starts: a group of its own in the session of the shell. */
static _Noreturn void
be_proctor(void)
{
	pid_t child;

	(void)setpgid(0, 0);
	(void)tcsetpgrp(STDIN_FILENO, getpgrp());
	child = child_in_group();
	if (tcsetpgrp(STDIN_FILENO, child) < 0 || kill(child, SIGSTOP) < 0)
		_exit(1);
	world_until(world_process_state(child) == 'T');
	terminal_check_stopped(STDIN_FILENO, child);
	/* Here again after SIGCONT. */
	if (tcgetpgrp(STDIN_FILENO) != getpgrp())
		_exit(2);
	end_child(child);
	_exit(0);
}

static int
stop_under_shell(void *context)
{
	pid_t proctor;
	int status;

	(void)context;
	enter_terminal();
	proctor = fork();
	if (proctor == 0)
		be_proctor();
	if (waitpid(proctor, &status, WUNTRACED) != proctor || !WIFSTOPPED(status))
		return 10;
	if (WSTOPSIG(status) != SIGSTOP || tcgetpgrp(STDIN_FILENO) != proctor)
		return 11;
	if (kill(-proctor, SIGCONT) < 0)
		return 12;
	return world_wait(proctor);
}

static void
test_proctor_stops_with_the_child_for_the_shell(void **state)
{
	(void)state;
	assert_int_equal(world_apart(stop_under_shell, NULL), 0);
}

static int
nothing_has_stopped(void *context)
{
	pid_t child;

	(void)context;
	enter_terminal();
	child = child_in_group();
	if (tcsetpgrp(STDIN_FILENO, child) < 0)
		return 1;
	terminal_check_stopped(STDIN_FILENO, child);
	terminal_check_stopped(STDIN_FILENO, 0);
	terminal_check_stopped(-1, child);
	terminal_check_stopped(STDIN_FILENO, getppid());
	terminal_continue(STDIN_FILENO, 0);
	terminal_continue(-1, child);
	if (tcgetpgrp(STDIN_FILENO) != child)
		return 2;
	end_child(child);
	return 0;
}

static void
test_nothing_is_done_without_need(void **state)
{
	(void)state;
	assert_int_equal(world_apart(nothing_has_stopped, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_it_is_found_where_it_may_be_used),
	    world_test(test_it_comes_back_when_the_child_is_gone),
	    world_test(test_the_child_goes_on_and_has_it),
	    world_test(test_it_is_not_taken_from_somebody_else),
	    world_test(test_a_leader_does_not_let_the_child_be_stopped),
	    world_test(test_proctor_stops_with_the_child_for_the_shell),
	    world_test(test_nothing_is_done_without_need),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
