#ifndef SUPERVISOR_PARTS_H
#define SUPERVISOR_PARTS_H

/*
 * The parts of the plan: plan.c hears the events and draws the consequences,
 * dependents.c carries the change of one service to the others, checks.c
 * sees to its checks, asked.c to what is asked by hand, shutdown.c knows the way
 * down.  Private to these files.
 */

#include "supervisor/plan.h"

/* plan.c: an action, and one step of one service with all that follows. */
void plan_push(struct plan *, enum plan_action_kind kind, size_t service);
void plan_step(struct plan *, size_t service, const struct service_input *, usec_t now);

/* What is left to draw from what has happened: every public function ends so. */
void plan_draw_consequences(struct plan *, usec_t now);

/* Starts it, if it waits for nothing any more. */
void dependents_start(struct plan *, size_t service, usec_t now);

/* service was in another state before; who waits for that may start now. */
void dependents_update(
    struct plan *, size_t service, enum service_state before, usec_t now);

/* service has failed for good, and so do those that require it. */
void dependents_fail(struct plan *, size_t service, usec_t now);

/* So do those that wait for one that had failed before they came to require it. */
void dependents_fail_waiting(struct plan *, usec_t now);

/* checks.c: service was in another state before; its checks begin or end. */
void checks_update(struct plan *, size_t service, enum service_state before, usec_t now);
void checks_end(struct plan *);

/* The checks of one that runs begin from nothing. */
void checks_begin(struct plan *, size_t service, usec_t now);

/* dependents.c: how many of what it comes after are not there. */
unsigned dependents_count_blockers(const struct plan *, size_t service);

/* Delivers what is due. */
void checks_advance(struct plan *, usec_t now);
usec_t checks_deadline(const struct plan *);

/* Whether not one check of the service says anything else. */
bool checks_are_good(const struct plan *, size_t service);

/* asked.c: goes as far with what was asked for as there is nothing to wait for. */
void asked_go_on(struct plan *, usec_t now);

/* Sees what became of the requests. */
void asked_settle(struct plan *);

/* One that service requires and that has failed for good, or SERVICE_NONE. */
size_t dependents_lost(const struct plan *, size_t service);

/* The end of its stop time, if it is stopped for a reason of its own. */
usec_t plan_stop_until(const struct plan *, size_t service, usec_t now);

/* From here on no service gets a new life.  The plan must be RUNNING. */
void shutdown_begin(struct plan *, const struct cause *cause, usec_t now);

/* How far this one, which is being stopped, can put off its end. */
usec_t shutdown_latest(const struct plan *, size_t service);

/* Goes as far down as there is nothing to wait for. */
void shutdown_go_on(struct plan *, usec_t now);

/* The deadline of the phase has come. */
void shutdown_advance(struct plan *, usec_t now);

/* The time is up for everybody. */
void shutdown_kill(struct plan *, usec_t now);

/* Nothing is left, or no more time for it. */
void shutdown_end(struct plan *);

#endif
