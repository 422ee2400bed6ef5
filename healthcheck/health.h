#ifndef HEALTHCHECK_HEALTH_H
#define HEALTHCHECK_HEALTH_H

/*
 * One check as a machine: results of probes and time in, and out comes when to
 * probe, and whether what it looks at is well.
 *
 *            health_begin      health_tick      health_result
 *   ASLEEP ----------------> WAITING <-------> PROBING
 *     ^                          |                |
 *     +---------- health_end ----+----------------+
 *
 * The numbers mean what they mean in Kubernetes: the first probe comes as soon
 * as initial_delay is over, the next one interval after the start of the one
 * before, but never two at a time; so many failures in a row make it bad,
 * so many successes in a row good.  Before the first verdict a readiness or
 * startup check counts as bad, and a liveness check as good.  A startup check
 * that has turned good goes back to sleep, and stays good.
 *
 * While it has had no success yet, a readiness or startup check also probes at
 * other times, sooner and then ever less often, so that what is ready after 50 ms
 * need not wait for a whole interval; Kubernetes allows itself the same.  Such a
 * probe can only succeed: its failure is not counted.
 *
 * Pure: no system calls, no clock.
 */

#include "config/config.h"

enum health_state { HEALTH_ASLEEP, HEALTH_WAITING, HEALTH_PROBING };

enum health_action {
	HEALTH_NOTHING,
	HEALTH_PROBE, /* start a probe; health_result() tells its end */
	HEALTH_DROP, /* kill it, and tell nothing of it any more */
};

enum health_change {
	HEALTH_SAME,
	HEALTH_TURNED_GOOD, /* or confirmed for the first time */
	HEALTH_TURNED_BAD,
};

struct health {
	const struct check_config *config; /* borrowed; outlives it */
	enum health_state state;
	bool good;
	bool known; /* there has been a verdict since health_begin() */
	bool recovered; /* and one before it, that was bad */
	uint32_t in_row; /* results of the same kind, up to now */
	bool last; /* what kind */
	usec_t begun; /* the last probe */
	usec_t due; /* the next one that counts, whatever its result */
	bool counts; /* the last one is such */
	usec_t hope; /* from its start to one that may only succeed; USEC_NEVER: none */
	usec_t deadline; /* when health_tick() is due, or USEC_NEVER */
};

void health_init(struct health *, const struct check_config *);

/*
 * Its service has run since then, and no startup check holds it back any more:
 * it begins from nothing.
 */
void health_begin(struct health *, usec_t since, usec_t now);

/* Its service does not run any more.  Returns HEALTH_DROP if a probe is under way. */
enum health_action health_end(struct health *);

/*
 * The deadline may have come.  A probe that takes longer than timeout has
 * failed, which can turn the verdict.
 */
enum health_change health_tick(
    struct health *, usec_t now, enum health_action *ret_action);

/* The probe has ended by itself. */
enum health_change health_result(struct health *, bool good, usec_t now);

/* The probe could not be made, which says nothing of what it looks at. */
void health_skip(struct health *, usec_t now);

#endif
