#include "supervisor/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "supervisor/attributes.h"
#include "supervisor/execute.h"

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
		(void)raise(signal);
}

static _Noreturn void
run_child(const struct spawn *s, pid_t parent, int status_fd)
{
	struct failure failure = {.step = STEP_STDIO};
	int r = place_stdio(s);

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
 * Straight into its cgroup: to be moved there later takes a lock of the whole
 * system, for milliseconds.  Where the kernel or a seccomp filter will not,
 * it stays in proctor's.
 */
static pid_t
fork_into(int cgroup)
{
	struct clone_args arguments = {
	    .flags = CLONE_INTO_CGROUP,
	    .exit_signal = SIGCHLD,
	    .cgroup = (unsigned)cgroup,
	};
	long pid = cgroup < 0 ? -1 : syscall(SYS_clone3, &arguments, sizeof(arguments));

	return pid < 0 ? fork() : (pid_t)pid;
}

/*
 * vfork(2) copies no page tables, but stops the parent until the child has
 * come to its program; and a directory on a dead file server can keep it for
 * ever.  That is only for who would wait anyway.
 */
static pid_t
fork_child(const struct spawn *s, int status_fd)
{
	pid_t parent = getpid();
	pid_t pid = s->may_wait ? vfork() : fork_into(s->cgroup);

	if (pid == 0)
		run_child(s, parent, status_fd);
	return pid;
}

int
spawn_start(const struct spawn *s, pid_t *ret_pid, int *ret_status_fd)
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	if (fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0 || (pid = fork_child(s, fds[1])) < 0) {
		int error = errno;

		close(fds[0]);
		close(fds[1]);
		return -error;
	}
	close(fds[1]);
	*ret_pid = pid;
	*ret_status_fd = fds[0];
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
