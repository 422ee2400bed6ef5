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

#include "supervisor/clean.h"
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
result(int returned)
{
	return returned < 0 ? -errno : 0;
}

/*
 * The service without a terminal gets a session of its own, so that no
 * terminal can ever signal it.  The one with the terminal stays in proctor's
 * session, which the terminal belongs to, and becomes its foreground.
 */
static int
enter_session(const struct spawn *s)
{
	return result(s->session ? (int)setsid() : setpgid(0, 0));
}

/* A background group that calls tcsetpgrp() gets SIGTTOU; it is blocked here. */
static int
take_terminal(const struct spawn *s)
{
	return s->terminal < 0 ? 0 : result(tcsetpgrp(s->terminal, getpgrp()));
}

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

static int
set_limits(const struct spawn *s)
{
	if (s->nofile && setrlimit(RLIMIT_NOFILE, s->nofile) < 0)
		return -errno;
	if (!s->config)
		return 0;
	for (size_t i = 0; i < s->config->limits.count; i++) {
		const struct resource_limit *l = &s->config->limits.items[i];

		if (setrlimit((__rlimit_resource_t)l->resource, &l->value) < 0)
			return -errno;
	}
	return 0;
}

static int
write_text(int fd, const char *text)
{
	ssize_t n = write(fd, text, strlen(text));

	return n < 0 ? -errno : 0;
}

static int
set_oom_score(const struct spawn *s)
{
	char text[16];
	int fd;
	int r;

	if (!s->config || s->config->oom_score_adj == INT_MIN)
		return 0;
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	(void)snprintf(text, sizeof(text), "%d", s->config->oom_score_adj);
	r = write_text(fd, text);
	close(fd);
	return r;
}

static int
set_nice(const struct spawn *s)
{
	if (!s->config || s->config->nice == INT_MIN)
		return 0;
	return result(setpriority(PRIO_PROCESS, 0, s->config->nice));
}

static int
set_groups(const struct spawn *s)
{
	if (!s->identity || !s->identity->groups_set)
		return 0;
	return result(setgroups(s->identity->group_count, s->identity->groups));
}

static int
set_group(const struct spawn *s)
{
	gid_t gid = s->identity ? s->identity->gid : (gid_t)-1;

	return gid == (gid_t)-1 ? 0 : result(setresgid(gid, gid, gid));
}

static int
set_user(const struct spawn *s)
{
	uid_t uid = s->identity ? s->identity->uid : (uid_t)-1;

	return uid == (uid_t)-1 ? 0 : result(setresuid(uid, uid, uid));
}

static int
enter_directory(const struct spawn *s)
{
	if (!s->config || !s->config->directory)
		return 0;
	return result(chdir(s->config->directory));
}

static int
clean_first(const struct spawn *s)
{
	return s->clean ? clean_files(&s->config->clean) : 0;
}

struct step {
	enum spawn_step step;
	int (*run)(const struct spawn *);
};

/* steps ends with one that has nothing to run. */
static int
take_steps(const struct spawn *s, const struct step *steps, enum spawn_step *ret_step)
{
	for (; steps->run; steps++) {
		int r = steps->run(s);

		if (r < 0) {
			*ret_step = steps->step;
			return r;
		}
	}
	return 0;
}

/*
 * The order matters: what needs a privilege comes before the user changes,
 * the directory after it, so that it is the user's right to enter it.
 */
static int
take_identity(const struct spawn *s, enum spawn_step *ret_step)
{
	static const struct step steps[] = {
	    {STEP_GROUPS, set_groups},
	    {STEP_GROUP, set_group},
	    {STEP_USER, set_user},
	    {STEP_DIRECTORY, enter_directory},
	    {0},
	};
	int r = take_steps(s, steps, ret_step);

	if (s->config && s->config->umask >= 0)
		(void)umask((mode_t)s->config->umask);
	return r;
}

static int
child_setup(const struct spawn *s, enum spawn_step *ret_step)
{
	static const struct step steps[] = {
	    {STEP_SESSION, enter_session},
	    {STEP_TERMINAL, take_terminal},
	    {STEP_LIMIT, set_limits},
	    {STEP_OOM_SCORE, set_oom_score},
	    {STEP_NICE, set_nice},
	    {STEP_CLEAN, clean_first},
	    {0},
	};
	int r = take_steps(s, steps, ret_step);

	return r < 0 ? r : take_identity(s, ret_step);
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
		r = child_setup(s, &failure.step);
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
	int r = take_identity(s, &step);

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
