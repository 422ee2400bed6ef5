#include "supervisor/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "supervisor/attributes.h"
#include "supervisor/execute.h"

/* So long does the parent wait for a child to have open files of its own. */
enum { SHARED_MS = 20 };

/* What the child tells.  error is 0 where nothing has failed: its files are its own. */
struct failure {
	enum spawn_step step;
	int error;
};

struct ending
spawn_failure(enum spawn_step step, int error)
{
	bool shortage =
	    error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;

	return (struct ending){
	    .kind = shortage ? ENDING_NO_RESOURCES : ENDING_NOT_EXECUTED,
	    .number = error,
	    .step = step,
	};
}

/* -- in the child ------------------------------------------------------------ */

static int
place_stdio(const struct spawn *s)
{
	if (s->input >= 0 && dup2(s->input, STDIN_FILENO) < 0)
		return -errno;
	if (s->output >= 0 && dup2(s->output, STDOUT_FILENO) < 0)
		return -errno;
	if (s->error >= 0 && dup2(s->error, STDERR_FILENO) < 0)
		return -errno;
	return 0;
}

/* After the change of user, which clears it: see prctl(2). */
static void
set_death_signal(int signal, pid_t parent)
{
	if (signal == 0)
		return;
	(void)prctl(PR_SET_PDEATHSIG, signal);
	/* It died before that. */
	if (getppid() != parent)
		(void)kill(getpid(), signal);
}

/* The table of open files is this process's alone from now on, without those from first. */
static int
unshare_files(unsigned first)
{
	return close_range(first, UINT_MAX, CLOSE_RANGE_UNSHARE) < 0 ? -errno : 0;
}

static int
leave_files(int status_fd)
{
	struct failure none = {.error = 0};
	int r = unshare_files(PLACE_LOW);

	if (r == 0 && write(status_fd, &none, sizeof(none)) < 0)
		r = -errno;
	return r;
}

static _Noreturn void
run_child(const struct spawn *s, pid_t parent, int status_fd, bool shares)
{
	struct failure failure = {.step = STEP_STDIO};
	int r = shares ? leave_files(status_fd) : 0;

	if (r == 0)
		r = place_stdio(s);

	/* Not before: one of the others may come to where a pipe's end is. */
	if (r == 0)
		r = place_descriptors(s->fds, s->fd_count, &status_fd);
	if (r == 0) {
		failure.step = STEP_EXEC;
		r = attributes_set(s, &failure.step);
	}

	set_death_signal(s->death_signal, parent);
	if (s->listen_pid)
		(void)snprintf(
		    s->listen_pid, s->listen_pid_size, "LISTEN_PID=%ld", (long)getpid());
	if (r == 0) {
		(void)sigprocmask(SIG_SETMASK, s->mask, NULL);
		if (!s->argv) {
			close(status_fd);
			_exit(s->body(s->argument));
		}
		r = execute(s->argv, s->envp);
	}
	failure.error = -r;
	/* Less than PIPE_BUF: it is written as a whole. */
	(void)!write(status_fd, &failure, sizeof(failure));
	_exit(127);
}

struct ending
spawn_become(const struct spawn *s)
{
	enum spawn_step step = STEP_EXEC;
	int r = attributes_identity(s, &step);

	return spawn_failure(step, -(r < 0 ? r : execute(s->argv, s->envp)));
}

/* -- in the parent ----------------------------------------------------------- */

/*
 * A plain clone(2), with nothing of libc's: clone3(2) is refused by Docker's filter.  Its
 * arguments come in another order on s390.
 */
static pid_t
clone_with(unsigned long flags)
{
#ifdef __s390x__
	return (pid_t)syscall(SYS_clone, NULL, flags | SIGCHLD, NULL, NULL, NULL);
#else
	return (pid_t)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
#endif
}

/*
 * Straight into its cgroup: to be moved there later takes a lock of the whole
 * system, for milliseconds.  Where the kernel or a seccomp filter will not,
 * it stays in proctor's.
 */
static pid_t
clone_into(int cgroup, unsigned long flags)
{
	struct clone_args arguments = {
	    .flags = flags | CLONE_INTO_CGROUP,
	    .exit_signal = SIGCHLD,
	    .cgroup = (unsigned)cgroup,
	};
	long pid = cgroup < 0 ? -1 : syscall(SYS_clone3, &arguments, sizeof(arguments));

	return pid < 0 ? clone_with(flags) : (pid_t)pid;
}

/* Whether all that the child needs is below, and the kernel can. */
static bool
may_share_files(const struct spawn *s, int status_fd)
{
	bool all = s->input < PLACE_LOW && s->output < PLACE_LOW &&
	    s->error < PLACE_LOW && s->terminal < PLACE_LOW && status_fd < PLACE_LOW;

	for (size_t i = 0; i < s->fd_count; i++)
		all = all && s->fds[i].from < PLACE_LOW;
	return all && unshare_files(UINT_MAX) == 0;
}

/*
 * Until the child has left the shared table, nothing may be closed here.  That is its first
 * system call; if it does not come to it in time, or at all, this process leaves the table
 * in its place.
 */
static int
await_child(int status_fd)
{
	struct pollfd ready = {.fd = status_fd, .events = POLLIN};
	struct failure failure;

	while (poll(&ready, 1, SHARED_MS) <= 0)
		if (unshare_files(UINT_MAX) == 0)
			return 0;
	if (read(status_fd, &failure, sizeof(failure)) != (ssize_t)sizeof(failure))
		return -EIO;
	return -failure.error;
}

/*
 * Copies no page tables either, but stops the parent until the child has come to its
 * program; and a directory on a dead file server can keep it for ever.  That is only for
 * who would wait anyway.
 */
static pid_t
fork_waiting(const struct spawn *s, int status_fd)
{
	pid_t parent = getpid();
	pid_t pid = vfork();

	if (pid == 0)
		run_child(s, parent, status_fd, false);
	return pid < 0 ? -errno : pid;
}

/*
 * fork(2) copies the table of open files, and exec closes them again, one by one: with a
 * thousand services that is a third of what a start costs.  So the child begins with the
 * parent's own table, and leaves it with the few files it needs.
 */
static pid_t
fork_child(const struct spawn *s, const int status[2])
{
	pid_t parent = getpid();
	bool shares = may_share_files(s, status[1]);
	pid_t pid = clone_into(s->cgroup, shares ? CLONE_FILES : 0);
	int r = pid < 0 ? -errno : 0;

	if (pid == 0)
		run_child(s, parent, status[1], shares);
	if (r == 0 && shares)
		r = await_child(status[0]);
	return r < 0 ? r : pid;
}

static pid_t
start_child(const struct spawn *s, const int status[2])
{
	if (fcntl(status[0], F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	return s->may_wait ? fork_waiting(s, status[1]) : fork_child(s, status);
}

int
spawn_start(const struct spawn *s, pid_t *ret_pid, int *ret_status_fd)
{
	struct spawn below = *s;
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	below.output = place_below(s->output);
	below.error = place_below(s->error);
	pid = start_child(&below, fds);
	if (below.output != s->output)
		close(below.output);
	if (below.error != s->error)
		close(below.error);
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return pid;
	}
	*ret_pid = pid;
	*ret_status_fd = place_above(fds[0]);
	return 0;
}

enum spawn_result
spawn_result(int status_fd, struct ending *ret_ending)
{
	struct failure failure;
	ssize_t n;

	do
		n = read(status_fd, &failure, sizeof(failure));
	while (n == (ssize_t)sizeof(failure) && failure.error == 0);
	if (n == (ssize_t)sizeof(failure)) {
		*ret_ending = spawn_failure(failure.step, failure.error);
		return SPAWN_FAILED;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return SPAWN_PENDING;
	return SPAWN_RUNNING;
}
