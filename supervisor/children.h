#ifndef SUPERVISOR_CHILDREN_H
#define SUPERVISOR_CHILDREN_H

/*
 * The processes of the services: what plan.c's actions come to.  A service
 * has at most one main process, and one that runs its pre_stop.
 */

#include <signal.h>

#include "supervisor/cgroup.h"
#include "supervisor/environment.h"
#include "supervisor/fdstore.h"
#include "supervisor/output.h"
#include "supervisor/spawn.h"

struct child {
	pid_t pid; /* 0: none.  Its process group's id as well */
	pid_t group; /* of the last main process, until it is empty; or 0 */
	pid_t hook; /* pre_stop, or 0 */
	pid_t starter; /* it named another main process, and is still there; or 0 */
	int status_fd; /* see spawn_result(); -1 once it is known */
	int ready_fd; /* of ready = fd:N, what it writes; -1: none, or read */
	int ready_end; /* the other end, while it is being started; or -1 */
	struct fdstore stored; /* descriptors it gave to keep */
	struct ending failure; /* told by status_fd; kind ENDING_NONE: none */
	bool group_killed; /* its control group was, so that it needs a new one */
	bool cleaned; /* the first start is behind it */
	bool refusal_told; /* that a signal could not be sent to it */
};

struct children {
	const struct config *config; /* borrowed, as all below */
	struct output *output;
	char *const *environment; /* for each service to inherit */
	const sigset_t *mask; /* for the children */
	const struct rlimit *nofile;
	const char *notify_name; /* of the socket, for NOTIFY_SOCKET */
	const struct fdstore *sockets; /* that proctor was started with */
	int terminal; /* or -1 */
	bool is_init; /* proctor is PID 1: its end is theirs */
	struct cgroups cgroups;
	struct environment built; /* of the one that is being started */
	struct child *items; /* owned */
};

/* The other fields are set by the caller.  Returns 0 or -ENOMEM. */
int children_init(struct children *, const struct config *);
void children_clear(struct children *);

/*
 * The service that this process belongs to, as far as the kernel tells: it is its
 * main process, in that one's session, or descends from it.  SERVICE_NONE: none.
 */
size_t children_owner(const struct children *, pid_t);

/* The service says that this process of it is the main one from now on. */
void children_set_main(struct children *, size_t service, pid_t);

enum child_role { CHILD_MAIN, CHILD_HOOK, CHILD_STARTER };

/* Whose process this is; SERVICE_NONE: nobody's, an orphan. */
size_t children_find(const struct children *, pid_t, enum child_role *ret_role);

/*
 * Starts the main process.  Returns 0, or -errno with *ret_ending, what to
 * tell the plan.
 */
int children_spawn(struct children *, size_t service, struct ending *ret_ending);

/* Starts pre_stop.  Returns 0 or -errno. */
int children_spawn_hook(struct children *, size_t service);

/* Something else to be done as the user of a service. */
struct children_job {
	char *const *argv; /* with its environment and directory; or NULL, and */
	int (*body)(const void *argument); /* see struct spawn */
	const void *argument;
	int output; /* its standard output and error */
};

/* Returns 0 or -errno, and as spawn_start() does. */
int children_spawn_job(struct children *, size_t service, const struct children_job *,
    pid_t *ret_pid, int *ret_status_fd);

/* The stop signal, and SIGCONT, so that one that was stopped can obey. */
void children_stop(struct children *, size_t service);

/* SIGKILL, for its pre_stop. */
void children_kill_hook(struct children *, size_t service);

/* SIGKILL, for all of its processes. */
void children_kill(struct children *, size_t service);

/* A signal that is passed on to the main process. */
void children_forward(struct children *, size_t service, int signal);

/*
 * Its main process is a zombie: SIGKILL for what is left of its others.  To be
 * called before it is collected, while its pid cannot mean anybody else.
 */
void children_end(struct children *, size_t service);

/* Whether nothing of its process group, and of its cgroup, is left. */
bool children_is_cleared(struct children *, size_t service);

#endif
