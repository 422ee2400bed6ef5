#include "supervisor/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "supervisor/attributes.h"
#include "supervisor/execute.h"

/* A child's input, output and error, and its end of the status pipe. */
enum { SHARED_FDS = 4 };

/* What children that may still share the table of open files need of it. */
static int shared[PLACE_LOW];
static size_t shared_count;

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

/* What is in between belongs to others that start at the same time. */
static int
leave_files(const struct spawn *s, int status_fd)
{
	const int own[SHARED_FDS] = {s->input, s->output, s->error, status_fd};
	int r = unshare_files(PLACE_LOW);
	unsigned first = STDERR_FILENO + 1;

	for (unsigned fd = first; r == 0 && fd <= PLACE_LOW; fd++) {
		bool ends = fd == PLACE_LOW;

		for (unsigned i = 0; i < SHARED_FDS; i++)
			ends = ends || own[i] == (int)fd;
		if (ends && fd > first)
			(void)close_range(first, fd - 1, 0);
		if (ends)
			first = fd + 1;
	}
	return r;
}

static _Noreturn void
run_child(const struct spawn *s, pid_t parent, int status_fd, bool shares)
{
	struct failure failure = {.step = STEP_STDIO};
	int r = shares ? leave_files(s, status_fd) : 0;

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
	/* Nobody may read it any more, and its status is to be this one in any case. */
	(void)signal(SIGPIPE, SIG_IGN);
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

int
spawn_settle(void)
{
	/* It takes a copy of the table only if there is a child that has not left it. */
	int r = shared_count > 0 ? unshare_files(UINT_MAX) : 0;

	while (r == 0 && shared_count > 0)
		close(shared[--shared_count]);
	return r;
}

/*
 * A table that is shared grows only after a grace period of RCU, which takes
 * milliseconds: see expand_fdtable() in the kernel.  So it has room beforehand.
 */
static void
make_room(int fd)
{
	int above = fcntl(fd, F_DUPFD_CLOEXEC, fd + 2 * PLACE_LOW);

	if (above >= 0)
		close(above);
}

/* A copy below, for spawn_settle() to close; -1 stays. */
static bool
share(int *fd)
{
	int copy = *fd < 0 ? -1 : fcntl(*fd, F_DUPFD_CLOEXEC, 0);

	if (copy >= PLACE_LOW)
		close(copy);
	if (copy < 0 || copy >= PLACE_LOW)
		return *fd < 0;
	*fd = shared[shared_count++] = copy;
	return true;
}

/* Whether it needs no more than it can have copies of, and the kernel can. */
static bool
may_share(const struct spawn *s)
{
	return s->terminal < 0 && s->fd_count == 0 &&
	    close_range(UINT_MAX, UINT_MAX, 0) == 0;
}

/* Copies of all that the child needs; false: there is no room for them. */
static bool
share_files(struct spawn *s, int *status_fd)
{
	return share(&s->input) && share(&s->output) && share(&s->error) &&
	    share(status_fd);
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

static pid_t
fork_with(const struct spawn *s, int status_fd, bool shares)
{
	pid_t parent = getpid();
	pid_t pid = clone_into(s->cgroup, shares ? CLONE_FILES : 0);

	if (pid == 0)
		run_child(s, parent, status_fd, shares);
	return pid < 0 ? -errno : pid;
}

/*
 * fork(2) copies the table of open files, and exec closes them again, one by one: with a
 * thousand services that is a third of what a start costs.  So the child begins with the
 * parent's own table, and its first system call leaves that.  Until then nothing that it
 * needs may be closed: it has copies, which stay until spawn_settle().
 */
static pid_t
fork_child(const struct spawn *s, const int status[2])
{
	for (int tries = 0; tries < 2 && may_share(s); tries++) {
		struct spawn own = *s;
		int own_status_fd = status[1];

		if (shared_count == 0)
			make_room(status[0]);
		if (share_files(&own, &own_status_fd))
			return fork_with(&own, own_status_fd, true);
		(void)spawn_settle();
	}
	return fork_with(s, status[1], false);
}

int
spawn_start(const struct spawn *s, pid_t *ret_pid, int *ret_status_fd)
{
	int status[2];
	int r = place_pipe(status);
	pid_t pid;

	if (r < 0)
		return r;
	pid = s->may_wait ? fork_waiting(s, status[1]) : fork_child(s, status);
	close(status[1]);
	if (pid < 0) {
		close(status[0]);
		return pid;
	}
	*ret_pid = pid;
	*ret_status_fd = status[0];
	return 0;
}

enum spawn_result
spawn_result(int status_fd, struct ending *ret_ending)
{
	struct failure failure;
	ssize_t n = read(status_fd, &failure, sizeof(failure));

	if (n == (ssize_t)sizeof(failure)) {
		*ret_ending = spawn_failure(failure.step, failure.error);
		return SPAWN_FAILED;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return SPAWN_PENDING;
	return SPAWN_RUNNING;
}
