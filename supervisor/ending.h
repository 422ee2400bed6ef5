#ifndef SUPERVISOR_ENDING_H
#define SUPERVISOR_ENDING_H

/*
 * How a life ended, and the exit status that follows from it (DESIGN.md,
 * section 2).  Every way of going down that proctor knows is in this list,
 * so that every one takes the same path to the container's exit.
 */

#include <stdbool.h>

#include "config/config.h"

enum ending_kind {
	ENDING_NONE, /* has not ended yet */
	ENDING_EXITED, /* number: exit status */
	ENDING_KILLED, /* number: signal */
	ENDING_OOM, /* the OOM killer's; number: 0, or the exit status that tells it */
	ENDING_NOT_EXECUTED, /* number: errno; step says where */
	ENDING_NO_RESOURCES, /* number: errno; the system refused it a process */
	ENDING_TIMED_OUT, /* a task took longer than its timeout */
	ENDING_NOT_READY, /* it was not ready in its ready_timeout */
	ENDING_WATCHDOG, /* number: what it missed, in ms; 0: it pulled the trigger */
	ENDING_UNHEALTHY, /* number: its check, an index; -1: it has that no more */
	ENDING_DEPENDENCY, /* number: what it requires has failed; -1: likewise */
	ENDING_UNKILLABLE, /* still there long after SIGKILL */
};
enum { ENDING_KIND_COUNT = ENDING_UNKILLABLE + 1 };

/* What a child was doing on its way to its program when it failed. */
enum spawn_step {
	STEP_EXEC,
	STEP_FORK,
	STEP_PIPE,
	STEP_ENVIRONMENT,
	STEP_CLEAN,
	STEP_STDIO,
	STEP_SESSION,
	STEP_TERMINAL,
	STEP_LIMIT,
	STEP_NICE,
	STEP_OOM_SCORE,
	STEP_GROUPS,
	STEP_GROUP,
	STEP_USER,
	STEP_DIRECTORY,
};

struct ending {
	enum ending_kind kind;
	int number;
	enum spawn_step step;
};

/* The exit status that tells this end: 0 to 255. */
int ending_status(const struct ending *);

/* Whether a service of this configuration ends well by it, unasked. */
bool ending_is_success(const struct ending *, const struct service_config *);

/*
 * Whether it is a good answer to a request to stop: a success, or death by
 * the signal that was sent (0: none was), or the status that shells give for
 * it (128 + signal).
 */
bool ending_is_good_stop(const struct ending *, const struct service_config *, int sent);

#endif
