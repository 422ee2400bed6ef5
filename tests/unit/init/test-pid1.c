/* What a process must see to before it can be PID 1. */
#include "init/pid1.h"

#include <sys/signalfd.h>

#include "tests/unit/namespace.h"

/* -- standard input, output and error -------------------------------------- */

static bool
is_null(int fd)
{
	struct stat st;
	struct stat null;

	return fstat(fd, &st) == 0 && stat("/dev/null", &null) == 0 &&
	    st.st_rdev == null.st_rdev;
}

/* closed: one bit for each.  No assertion here: it would have nowhere to go. */
static int
open_closed(void *context)
{
	unsigned closed = *(const unsigned *)context;

	for (int fd = 0; fd < 3; fd++)
		if (closed >> fd & 1)
			close(fd);
	pid1_open_stdio();
	for (int fd = 0; fd < 3; fd++) {
		int mode = fcntl(fd, F_GETFL) & O_ACCMODE;

		if (!(closed >> fd & 1))
			continue;
		if (!is_null(fd) || mode != (fd == 0 ? O_RDONLY : O_WRONLY))
			return 1 + fd;
	}
	return 0;
}

static void
test_what_is_closed_is_opened(void **state)
{
	(void)state;
	for (unsigned closed = 0; closed < 8; closed++)
		assert_int_equal(world_apart(open_closed, &closed), 0);
}

static int
leave_open(void *context)
{
	int fds[2];
	struct stat before;
	struct stat after;

	(void)context;
	if (pipe(fds) < 0 || dup2(fds[1], STDOUT_FILENO) < 0)
		return 1;
	(void)fstat(STDOUT_FILENO, &before);
	pid1_open_stdio();
	(void)fstat(STDOUT_FILENO, &after);
	return before.st_ino == after.st_ino ? 0 : 2;
}

static void
test_what_is_open_stays(void **state)
{
	(void)state;
	assert_int_equal(world_apart(leave_open, NULL), 0);
}

/* A pipe does as well: one that is at its end, one that nobody reads. */
static int
open_without_null(void *context)
{
	char byte;

	(void)context;
	namespace_hide("/dev", 0);
	(void)signal(SIGPIPE, SIG_IGN);
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	pid1_open_stdio();
	if (read(STDIN_FILENO, &byte, 1) != 0)
		return 1;
	if (write(STDOUT_FILENO, "x", 1) >= 0 || errno != EPIPE)
		return 2;
	if (write(STDERR_FILENO, "x", 1) >= 0 || errno != EPIPE)
		return 3;
	/* Nothing of it is left over: the next number is free. */
	return fcntl(3, F_GETFD) < 0 || !is_null(3) ? 0 : 4;
}

static void
test_without_dev_null(void **state)
{
	(void)state;
	assert_in_namespace(open_without_null, NULL, 0);
}

static int
open_one_without_null(void *context)
{
	unsigned before = world_descriptors();
	int fd = *(const int *)context;
	char byte;

	namespace_hide("/dev", 0);
	(void)signal(SIGPIPE, SIG_IGN);
	close(fd);
	pid1_open_stdio();
	if (world_descriptors() != before)
		return 1;
	if (fd == STDIN_FILENO)
		return read(fd, &byte, 1) == 0 ? 0 : 2;
	return write(fd, "x", 1) < 0 && errno == EPIPE ? 0 : 3;
}

static void
test_one_without_dev_null(void **state)
{
	(void)state;
	for (int fd = 0; fd < 3; fd++)
		assert_in_namespace(open_one_without_null, &fd, 0);
}

/* -- signals --------------------------------------------------------------- */

static int
prepare(void *context)
{
	static const int never[] = {
	    SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
	struct pid1 p;
	sigset_t handled;
	sigset_t blocked;
	int subreaper = 0;

	(void)context;
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGUSR2);
	(void)sigprocmask(SIG_SETMASK, &blocked, NULL);
	pid1_prepare(&p, &handled);
	(void)sigprocmask(SIG_SETMASK, NULL, &blocked);

	assert_false(p.is_init);
	assert_int_equal(prctl(PR_GET_CHILD_SUBREAPER, &subreaper), 0);
	assert_int_equal(subreaper, 1);
	/* As it was found: for children. */
	assert_int_equal(sigismember(&p.mask, SIGUSR2), 1);
	assert_int_equal(sigismember(&p.mask, SIGTERM), 0);
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		assert_int_equal(sigismember(&blocked, never[i]), 0);
		assert_int_equal(sigismember(&handled, never[i]), 0);
	}
	/* Writes give EPIPE. */
	assert_int_equal(sigismember(&blocked, SIGPIPE), 1);
	assert_int_equal(sigismember(&handled, SIGPIPE), 0);
	for (int n = SIGRTMIN; n <= SIGRTMAX; n++)
		assert_int_equal(sigismember(&handled, n), 1);
	assert_int_equal(sigismember(&handled, SIGCHLD), 1);
	assert_int_equal(sigismember(&handled, SIGPWR), 1);
	return 0;
}

static void
test_which_signals_are_handled(void **state)
{
	(void)state;
	assert_int_equal(world_apart(prepare, NULL), 0);
}

static int
prepare_as_init(void *context)
{
	struct pid1 p;
	sigset_t handled;
	int subreaper = 0;

	(void)context;
	pid1_prepare(&p, &handled);
	assert_true(p.is_init);
	assert_int_equal(prctl(PR_GET_CHILD_SUBREAPER, &subreaper), 0);
	assert_int_equal(subreaper, 0);
	return 0;
}

static void
test_pid_1_takes_in_orphans_anyway(void **state)
{
	(void)state;
	assert_in_namespace(prepare_as_init, NULL, CLONE_NEWPID);
}

static void
ignore(int signal)
{
	(void)signal;
}

static int
reset(void *context)
{
	struct sigaction action;

	(void)context;
	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGRTMAX, SIG_IGN);
	(void)signal(SIGUSR1, ignore);
	pid1_reset_dispositions();
	for (int n = 1; n < NSIG; n++)
		if (sigaction(n, NULL, &action) == 0)
			assert_true(action.sa_handler != SIG_IGN);
	assert_int_equal(sigaction(SIGUSR1, NULL, &action), 0);
	assert_true(action.sa_handler == ignore);
	return 0;
}

static void
test_what_was_ignored_is_not_any_more(void **state)
{
	(void)state;
	assert_int_equal(world_apart(reset, NULL), 0);
}

static int
read_signals(void *context)
{
	struct signalfd_siginfo info;
	sigset_t handled;
	struct pid1 p;
	int fd;

	(void)context;
	pid1_prepare(&p, &handled);
	fd = pid1_signal_fd(&handled);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(read(fd, &info, sizeof(info)), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(raise(SIGTERM), 0);
	assert_int_equal(read(fd, &info, sizeof(info)), sizeof(info));
	assert_int_equal(info.ssi_signo, SIGTERM);
	return 0;
}

static void
test_signals_come_as_input(void **state)
{
	(void)state;
	assert_int_equal(world_apart(read_signals, NULL), 0);
}

/* -- descriptors ----------------------------------------------------------- */

static int
prepare_descriptors(void *context)
{
	struct rlimit limit = {.rlim_cur = 100, .rlim_max = 200};
	int fd = open("/dev/null", O_RDONLY);
	int high = fcntl(fd, F_DUPFD, 90);
	struct pid1 p;

	(void)context;
	assert_true(fd > 2 && high >= 90);
	assert_int_equal(fcntl(fd, F_GETFD), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	pid1_prepare_descriptors(&p);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(high, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(STDERR_FILENO, F_GETFD), 0);
	assert_int_equal(p.nofile.rlim_cur, 100);
	assert_int_equal(p.nofile.rlim_max, 200);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(limit.rlim_cur, 200);
	assert_int_equal(limit.rlim_max, 200);
	return 0;
}

static void
test_descriptors_for_itself_and_for_children(void **state)
{
	(void)state;
	assert_int_equal(world_apart(prepare_descriptors, NULL), 0);
}

static int
no_descriptor_for_signals(void *context)
{
	struct rlimit none = {.rlim_cur = 0, .rlim_max = 100};
	sigset_t handled;

	(void)context;
	(void)sigfillset(&handled);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(pid1_signal_fd(&handled), -1);
	assert_int_equal(errno, EMFILE);
	return 0;
}

static void
test_no_descriptor_left(void **state)
{
	(void)state;
	assert_int_equal(world_apart(no_descriptor_for_signals, NULL), 0);
}

/* -- the sweep ------------------------------------------------------------- */

static pid_t
stopped_child(void)
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	while (pid == 0)
		(void)pause();
	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
	return pid;
}

/* One that was stopped could not obey SIGTERM. */
static int
sweep(void *context)
{
	pid_t one = stopped_child();
	pid_t two = stopped_child();

	(void)context;
	assert_true(pid1_sweep(NULL, 0));
	assert_int_equal(waitpid(one, NULL, WNOHANG), 0);
	assert_true(pid1_sweep(NULL, SIGTERM));
	assert_int_equal(world_wait(one), 256 + SIGTERM);
	assert_int_equal(world_wait(two), 256 + SIGTERM);
	one = stopped_child();
	assert_true(pid1_sweep(NULL, SIGKILL));
	assert_int_equal(world_wait(one), 256 + SIGKILL);
	assert_false(pid1_sweep(NULL, SIGKILL));
	return 0;
}

static void
test_the_sweep_is_for_those_below(void **state)
{
	pid_t stranger = fork();

	(void)state;
	while (stranger == 0)
		(void)pause();
	assert_int_equal(world_apart(sweep, NULL), 0);
	assert_int_equal(kill(stranger, SIGUSR1), 0);
	assert_int_equal(world_wait(stranger), 256 + SIGUSR1);
}

static void
test_the_sweep_of_pid_1_is_for_all(void **state)
{
	(void)state;
	assert_in_namespace(sweep, NULL, CLONE_NEWPID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_what_is_closed_is_opened),
	    world_test(test_what_is_open_stays),
	    world_test(test_without_dev_null),
	    world_test(test_one_without_dev_null),
	    world_test(test_which_signals_are_handled),
	    world_test(test_pid_1_takes_in_orphans_anyway),
	    world_test(test_what_was_ignored_is_not_any_more),
	    world_test(test_signals_come_as_input),
	    world_test(test_descriptors_for_itself_and_for_children),
	    world_test(test_no_descriptor_left),
	    world_test(test_the_sweep_is_for_those_below),
	    world_test(test_the_sweep_of_pid_1_is_for_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
