#ifndef SUPERVISOR_LOOP_H
#define SUPERVISOR_LOOP_H

/*
 * The only file that knows libev: it turns the world into events for the plan,
 * and the plan's actions into deeds.
 *
 * One turn: what libev found ready is handed to the plan or the output; the
 * actions that follow are carried out; what is to be written is written; the
 * one timer is set to the plan's deadline.  Nothing here blocks, and nothing
 * happens unless something has happened.
 */

#include <signal.h>
#include <sys/resource.h>

#include "supervisor/output.h"
#include "supervisor/plan.h"

/* What only init/ knows. */
struct loop_duties {
	int signal_fd;               /* signalfd(2), not blocking, all that are handled */
	const sigset_t *child_mask;  /* the signals that children start with blocked */
	const struct rlimit *child_nofile;
	char *const *environment;    /* for the children */
	bool is_init;                /* this is PID 1 */

	void *context; /* the first argument of those below */
	/* Whether the OOM killer has struck since it was last asked. */
	bool (*was_oom_kill)(void *context);
	/* Signals every process that is left to proctor. */
	void (*sweep)(void *context, int signal);
};

struct loop;

/* All are borrowed.  NULL: no memory, or the kernel refused; errno says. */
struct loop *loop_new(const struct config *, const struct loop_duties *);
void loop_free(struct loop *);

/* Starts everything and returns when it has come to its end. */
void loop_run(struct loop *);

const struct plan *loop_plan(const struct loop *);
struct output *loop_output(struct loop *);

/* The monotonic clock. */
usec_t loop_now(void);

#endif
