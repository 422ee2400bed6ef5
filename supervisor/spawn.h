#ifndef SUPERVISOR_SPAWN_H
#define SUPERVISOR_SPAWN_H

/*
 * A finished plan of execution -> a child.
 *
 * All that can be found out before fork() is in struct spawn; the child only
 * carries it out, in a fixed order (attributes_set()), and tells a
 * failure as {step, errno} through a pipe that exec closes.  So the parent
 * knows from the pipe alone whether the program runs, and never waits for it.
 */

#include <signal.h>

#include "supervisor/ending.h"
#include "supervisor/place.h"

struct spawn {
	char *const *argv; /* borrowed, like all below; NULL: body in its place */
	int (*body)(const void *argument); /* its result is the exit status */
	const void *argument;
	char *const *envp;
	const struct identity *identity; /* NULL: unchanged */
	const struct service_config *config; /* NULL: no set-up of its own */
	const sigset_t *mask; /* the signals the program starts with blocked */
	const struct rlimit *nofile; /* NULL: unchanged */
	int input; /* to become 0, 1 and 2; -1: leave it */
	int output;
	int error;
	const struct spawn_fd *fds; /* no two of the same to */
	size_t fd_count; /* at most SPAWN_FDS_MAX */
	int terminal; /* its foreground is given to the child; or -1 */
	int cgroup; /* folder of its own cgroup, or -1 */
	bool session; /* a session of its own, not just a group */
	bool clean; /* remove the files of config->clean */
	bool may_wait; /* proctor has nothing else to do until exec */
	int death_signal; /* sent to it when proctor dies; 0: none */
	char *listen_pid; /* in envp, to be made LISTEN_PID=<the child>; or NULL */
	size_t listen_pid_size;
};

/*
 * Forks.  Returns 0, the child's pid and the descriptor to watch for
 * spawn_result(), not blocking, which the caller closes; or -errno.
 */
int spawn_start(const struct spawn *, pid_t *ret_pid, int *ret_status_fd);

/*
 * To be called before the parent sleeps: until then the pipes of those that were
 * started are still open here, and tell nothing.  0, or -ENOMEM: once more, later.
 */
int spawn_settle(void);

enum spawn_result {
	SPAWN_PENDING, /* not known yet */
	SPAWN_RUNNING, /* the program runs */
	SPAWN_FAILED, /* *ret_ending says why; the child ends by itself */
};

/* Reads what spawn_start() gave. */
enum spawn_result spawn_result(int status_fd, struct ending *ret_ending);

/*
 * The end that a failed step means: a shortage (EAGAIN, ENOMEM, EMFILE,
 * ENFILE) is ENDING_NO_RESOURCES, all else ENDING_NOT_EXECUTED.
 */
struct ending spawn_failure(enum spawn_step step, int error);

/*
 * Without a fork: this process takes the identity, directory and umask alone,
 * and becomes argv.  Returns, with the reason, only if it cannot.
 */
struct ending spawn_become(const struct spawn *);

#endif
