#ifndef SUPERVISOR_BACKOFF_H
#define SUPERVISOR_BACKOFF_H

/*
 * How often and how soon a service may be started again: the budget
 * (restart_limit: so many in so much time, a sliding window) and the delay,
 * which doubles.  Pure: time and the seed of the jitter are arguments.
 */

#include "config/config.h"

struct backoff {
	const struct service_config *config; /* borrowed */
	usec_t *moments; /* borrowed ring of restart_limit.count restarts */
	uint32_t next; /* where the next restart goes in the ring */
	uint32_t total; /* restarts ever */
	usec_t first; /* the first of them */
	unsigned attempts; /* since the last long life: the power of two */
	unsigned refusals; /* in a row: the system had no process for it */
	uint32_t random;
};

/* moments: room for restart_limit.count of them, unused if that is unlimited. */
void backoff_init(struct backoff *, const struct service_config *config, usec_t *moments,
    uint32_t seed);

/* A life has ended that lasted this long: a long one resets the delay. */
void backoff_note_life(struct backoff *, usec_t length);

/*
 * Spends one restart, if the budget has one left.  Returns whether it had;
 * *ret_delay is the time until then.
 */
bool backoff_restart(struct backoff *, usec_t now, usec_t *ret_delay);

/*
 * The same for a process that the system refused (EAGAIN from fork): that is
 * a shortage and no fault of the service, so it costs no budget; but a
 * shortage that does not pass is one.
 */
bool backoff_refusal(struct backoff *, usec_t *ret_delay);
void backoff_note_process(struct backoff *);

/* All that went before is forgotten, the budget is whole again. */
void backoff_forgive(struct backoff *);

/* Restarts that still count at now; *ret_first is the earliest, if any. */
uint32_t backoff_recent(const struct backoff *, usec_t now, usec_t *ret_first);

#endif
