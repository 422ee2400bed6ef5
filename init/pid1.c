#include "init/pid1.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init/descendants.h"

/* Of the kernel's making, when this very process has gone wrong. */
static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};

/*
 * Without /dev/null, the ends of a pipe do: one that is at its end, and one that
 * nobody reads.
 */
static void
open_substitute(int fd)
{
	int ends[2];
	int opened = open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY);

	if (opened >= 0 || pipe(ends) < 0)
		return; /* the lowest free number: it is fd */
	if (ends[fd == STDIN_FILENO ? 0 : 1] != fd)
		(void)dup2(ends[fd == STDIN_FILENO ? 0 : 1], fd);
	for (int i = 0; i < 2; i++)
		if (ends[i] != fd)
			close(ends[i]);
}

void
pid1_open_stdio(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open_substitute(fd);
}

static void
block_handled(sigset_t *ret_handled, sigset_t *ret_before)
{
	(void)sigfillset(ret_handled);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		(void)sigdelset(ret_handled, faults[i]);
	(void)sigprocmask(SIG_SETMASK, ret_handled, ret_before);
}

void
pid1_hold_signals(void)
{
	sigset_t handled;

	if (getpid() == 1)
		block_handled(&handled, NULL);
}

void
pid1_prepare(struct pid1 *p, sigset_t *ret_handled)
{
	memset(p, 0, sizeof(*p));
	p->is_init = getpid() == 1;
	if (!p->is_init)
		(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	block_handled(ret_handled, &p->mask);
	/* It stays blocked, but nobody asks for it: writes give EPIPE. */
	(void)sigdelset(ret_handled, SIGPIPE);
}

/*
 * A SIGCHLD that is ignored makes the kernel throw exit statuses away; see
 * waitid(2), NOTES.
 */
void
pid1_reset_dispositions(void)
{
	static const unsigned long by_default[8];
	struct sigaction action;

	for (int n = 1; n < NSIG; n++)
		if (sigaction(n, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			(void)signal(n, SIG_DFL);
	/* libc's own two are out of its reach; posix_spawn(3) leaves them ignored. */
	for (int n = 32; n <= 33; n++)
		(void)syscall(SYS_rt_sigaction, n, by_default, NULL, sizeof(uint64_t));
}

static void
close_on_exec_from(int first)
{
	if (close_range((unsigned)first, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		return;
	/* Before Linux 5.11. */
	for (int fd = first; fd < 1024; fd++)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void
pid1_prepare_descriptors(struct pid1 *p)
{
	struct rlimit more;

	close_on_exec_from(STDERR_FILENO + 1);
	if (getrlimit(RLIMIT_NOFILE, &p->nofile) < 0)
		p->nofile = (struct rlimit){1024, 4096};
	more = (struct rlimit){p->nofile.rlim_max, p->nofile.rlim_max};
	(void)setrlimit(RLIMIT_NOFILE, &more);
}

int
pid1_signal_fd(const sigset_t *handled)
{
	return signalfd(-1, handled, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* kill(-1) from anybody but PID 1 would reach strangers. */
static bool
signal_all(int signal)
{
	return getpid() == 1 ? kill(-1, signal) == 0 : descendants_signal(signal);
}

bool
pid1_sweep(void *context, int signal)
{
	bool reached = signal_all(signal);

	(void)context;
	if (signal == SIGTERM)
		(void)signal_all(SIGCONT);
	return reached;
}
