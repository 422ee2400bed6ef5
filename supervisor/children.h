#ifndef SUPERVISOR_CHILDREN_H
#define SUPERVISOR_CHILDREN_H

/*
 * The processes of the services: what plan.c's actions come to.  A service
 * has at most one main process, and one that runs its pre_stop.
 */

#include <signal.h>

#include "supervisor/cgroup.h"
#include "supervisor/output.h"
#include "supervisor/spawn.h"

struct child {
	pid_t pid; /* 0: none.  Its process group's id as well */
	pid_t group; /* of the last main process, until it is empty; or 0 */
	pid_t hook; /* pre_stop, or 0 */
	int status_fd; /* see spawn_result(); -1 once it is known */
	struct ending failure; /* told by status_fd; kind ENDING_NONE: none */
	bool cleaned; /* the first start is behind it */
	bool refusal_told; /* that a signal could not be sent to it */
};

struct children {
	const struct config *config; /* borrowed, as all below */
	struct output *output;
	char *const *environment;
	const sigset_t *mask; /* for the children */
	const struct rlimit *nofile;
	int terminal; /* or -1 */
	bool is_init; /* proctor is PID 1: its end is theirs */
	struct cgroups cgroups;
	struct child *items; /* owned */
};

/* The other fields are set by the caller.  Returns 0 or -ENOMEM. */
int children_init(struct children *, const struct config *);
void children_clear(struct children *);

/* Whose process this is; SERVICE_NONE: nobody's, an orphan. */
size_t children_find(const struct children *, pid_t, bool *ret_is_hook);

/*
 * Starts the main process.  Returns 0, or -errno with *ret_ending, what to
 * tell the plan.
 */
int children_spawn(struct children *, size_t service, struct ending *ret_ending);

/* Starts pre_stop.  Returns 0 or -errno. */
int children_spawn_hook(struct children *, size_t service);

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
