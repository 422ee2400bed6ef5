#ifndef INIT_PID1_H
#define INIT_PID1_H

/*
 * What a process must see to before it can be PID 1: descriptors, signals
 * and orphans.
 */

#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>

#include "config/config.h"

struct pid1 {
	bool is_init; /* this is PID 1 of its namespace */
	sigset_t mask; /* as it was found: for children */
	struct rlimit nofile; /* likewise */
};

/*
 * Opens what is closed of 0, 1 and 2, so that no other file gets their
 * numbers.  Everything that opens files comes after this.
 */
void pid1_open_stdio(void);

/*
 * The kernel throws away a signal that PID 1 neither handles nor blocks: a request to
 * stop while the configuration is read has to wait until it can be heard.  Elsewhere
 * it may end proctor, which has nothing to stop yet.
 */
void pid1_hold_signals(void);

/*
 * Blocks all signals that are handled, in a set that says which those are,
 * takes in orphans and resets what was ignored; see prctl(2),
 * PR_SET_CHILD_SUBREAPER.  What must be told children is kept in *pid1.
 */
void pid1_prepare(struct pid1 *, sigset_t *ret_handled);

/* Ignored signals stay ignored across exec: all back to their default. */
void pid1_reset_dispositions(void);

/* As many descriptors as are allowed; none of the inherited ones for children. */
void pid1_prepare_descriptors(struct pid1 *);

/* Returns a signalfd(2) for these, not blocking, or -1: errno says. */
int pid1_signal_fd(const sigset_t *handled);

/* As supervisor_duties.sweep: signals all that is left, whoever's children they are. */
bool pid1_sweep(void *context, int signal);

#endif
