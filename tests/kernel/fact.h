#ifndef TESTS_KERNEL_FACT_H
#define TESTS_KERNEL_FACT_H

/*
 * What the programs of tests/kernel share.  Each pins facts that proctor relies
 * on, so that a kernel or a library where they are not true is known by name.
 * They print lines as the scripts of tests/run do, and end with 1 if one failed.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int facts_failed;

static inline void
fact(const char *name, long is, long should)
{
	if (is == should) {
		printf("ok %s\n", name);
	} else {
		printf("not ok %s: it is %ld, not %ld\n", name, is, should);
		facts_failed = 1;
	}
	fflush(stdout);
}

static inline void
skip(const char *name, const char *why)
{
	printf("skip %s: %s\n", name, why);
	fflush(stdout);
}

/* The test itself cannot go on. */
static inline void
die(const char *what)
{
	printf("not ok %s: %s\n", what, strerror(errno));
	exit(1);
}

/*
 * As a shell has it: the exit status, or 128 and the signal.  The time is
 * limited by tests/run/run.
 */
static inline int
status_of(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) != pid)
		if (errno != EINTR)
			return -1;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* A child that runs body, and ends with what it returns. */
static inline pid_t
start(int (*body)(void))
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0)
		_exit(body());
	return pid;
}

static inline int
wait_for_ever(void)
{
	for (;;)
		pause();
	return 0;
}

/* As fork(2), into new namespaces. */
static inline pid_t
fork_into(unsigned long long namespaces)
{
	struct clone_args arguments = {.flags = namespaces, .exit_signal = SIGCHLD};

	return (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));
}

/* As start(), and it is PID 1 of a namespace of its own; or all is skipped. */
static inline pid_t
start_init(int (*body)(void))
{
	const struct rlimit no_core = {0, 0};
	pid_t pid = fork_into(CLONE_NEWPID);

	if (pid < 0)
		pid = fork_into(CLONE_NEWUSER | CLONE_NEWPID);
	if (pid == 0) {
		(void)setrlimit(RLIMIT_CORE, &no_core);
		_exit(getpid() == 1 ? body() : 99);
	}
	if (pid < 0) {
		skip("all of it", "no namespaces here");
		exit(0);
	}
	return pid;
}

/* Whether a child has ended, up to ten seconds; it stays a zombie. */
static inline bool
ends(pid_t pid)
{
	const struct timespec turn = {.tv_nsec = 10 * 1000 * 1000};

	for (int i = 0; i < 1000; i++) {
		siginfo_t info = {0};

		if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
			return false;
		if (info.si_pid == pid)
			return true;
		nanosleep(&turn, NULL);
	}
	return false;
}

#endif
