#ifndef SUPERVISOR_PLAN_H
#define SUPERVISOR_PLAN_H

/*
 * All services together: events in, actions out, and the next deadline.
 *
 *   RUNNING --> DRAINING --> STOPPING --> SWEEPING --> ENDED
 *
 * RUNNING starts what has nothing left to wait for.  The first cause of an
 * end (a request, a failure, the work being done) leads to DRAINING; from
 * then on no service gets a new life.  DRAINING lasts drain_delay, readiness
 * is off.  STOPPING takes the levels in reverse order.  SWEEPING ends the
 * processes that belong to no service any more (they left their group with
 * setsid).  All of it fits into grace, and what is left then is killed.
 *
 * Pure, like service.c: no system calls, no clock.  Only plan_init()
 * allocates.  Every function below that takes now may add actions; the
 * caller carries them all out, in order, with plan_next_action(), before it
 * waits again.
 */

#include "healthcheck/health.h"
#include "supervisor/cause.h"
#include "supervisor/order.h"
#include "supervisor/service.h"

#define PLAN_PHASE_LIST(X)                                                               \
	X(PLAN_RUNNING, "running")                                                       \
	X(PLAN_DRAINING, "draining")                                                     \
	X(PLAN_STOPPING, "stopping")                                                     \
	X(PLAN_SWEEPING, "sweeping")                                                     \
	X(PLAN_ENDED, "ended")

#define PLAN_ENUM(id, name) id,
enum plan_phase { PLAN_PHASE_LIST(PLAN_ENUM) };

enum plan_action_kind {
	PLAN_SPAWN,
	PLAN_RUN_HOOK,
	PLAN_SEND_SIGNAL,
	PLAN_CUT_HOOK,
	PLAN_SEND_KILL,
	PLAN_PROBE, /* service: the check, an index; see plan_probed() */
	PLAN_PROBE_DROP, /* likewise: kill it; nothing more is to be told of it */
	PLAN_SWEEP, /* TERM and CONT for all that is left; see plan_swept() */
	PLAN_SWEEP_KILL, /* the same with KILL */
	PLAN_TELL_RESTART, /* the service is in BACKOFF: its ending, its deadline */
	PLAN_TELL_FAILED, /* it is FAILED, and that does not end the container */
	PLAN_TELL_OVERDUE, /* it had to be killed */
	PLAN_TELL_WAITING, /* it waits for others, and has for long */
	PLAN_TELL_UNHEALTHY, /* service: a check, an index, that has turned bad */
	PLAN_TELL_HEALTHY, /* likewise: good again */
	PLAN_TELL_STOPPED, /* it is STOPPED, as somebody has asked */
	PLAN_TELL_STOP, /* the stop begins; see cause */
	PLAN_END, /* exit with plan_status() */
};

struct plan_action {
	enum plan_action_kind kind;
	size_t service;
};

/* What can be asked for one service while all others go on. */
enum plan_request { PLAN_ASK_START, PLAN_ASK_STOP, PLAN_ASK_RESTART };
enum plan_outcome { PLAN_OUTCOME_PENDING, PLAN_OUTCOME_DONE, PLAN_OUTCOME_FAILED };

/* The last request for a service, and what became of it. */
struct asking {
	bool asked;
	enum plan_request request;
	enum plan_outcome outcome;
};

struct plan {
	const struct config *config; /* borrowed; outlives the plan */
	struct order order;
	struct service *services;
	struct health *checks; /* one per check of the configuration */
	usec_t *moments; /* the rings of all back-offs */

	enum plan_phase phase;
	size_t unsettled; /* neither DONE nor FAILED */
	unsigned level; /* being stopped */
	usec_t stop_until;
	usec_t deadline; /* of the phase */
	unsigned requests;
	bool started; /* every critical service has been ready at the same time */

	struct cause cause; /* why it ends: the first one stays */
	struct cause forgiven; /* the first failure that was */
	struct cause flaw; /* what first went wrong in a stop that was asked for */
	bool flaw_overdue; /* that is: it had to be killed */
	bool flaw_hook; /* or its pre_stop */
	bool strays_overdue; /* so had some of those that PLAN_SWEEP was for */
	bool killing; /* the time is up for everybody */

	struct plan_action *actions;
	size_t action_head;
	size_t action_tail;
	size_t action_capacity;
	size_t *failed; /* whose dependents are still to be told */
	size_t failed_count;

	struct asking *askings; /* one per service */
	size_t open_askings; /* that are PENDING */
	bool has_pending; /* a service may be waiting for those that require it to stop */
	bool *marks; /* one per service, for asked.c */
};

/* config must be checked.  Returns 0 or -ENOMEM. */
int plan_init(struct plan *, const struct config *config, uint32_t seed);
void plan_clear(struct plan *);

/* Starts whatever waits for nothing. */
void plan_start(struct plan *, usec_t now);

/* What happened to a service: EXECED, READY, PING, EXITED, CLEARED or HOOK. */
void plan_handle(struct plan *, size_t service, const struct service_input *, usec_t now);

/* It says that it stops by itself. */
void plan_leaving(struct plan *, size_t service, usec_t now);

/*
 * It needs this much more time for what it is about to do: to become ready, or to
 * stop.  A stop cannot be put off beyond grace.
 */
void plan_extend(struct plan *, size_t service, usec_t by, usec_t now);

/* It says how often it will ping from now on. */
void plan_set_watchdog(struct plan *, size_t service, usec_t interval, usec_t now);

/* Delivers all that is due at now. */
void plan_advance(struct plan *, usec_t now);

/*
 * A request to stop, by this signal.  The second one by SIGTERM or SIGINT
 * means at once.
 */
void plan_request_stop(struct plan *, int signal, usec_t now);

/* A request to stop, from inside; to end with status, unless that is 0. */
void plan_shutdown(struct plan *, int status, usec_t now);

/*
 * Somebody asks for one service, by hand.
 *
 * START starts what it requires as well, and what was stopped only because it requires
 * this one.  STOP stops those that require it first, and RESTART stops them first and
 * starts them again after it.  Neither is a failure or counts as a restart, and a
 * service that has been stopped so keeps the container up, and not ready.
 *
 * Returns 0; -EALREADY: it is so already (START of one that is ready, STOP of one that
 * is down); -EBUSY: a process of it, or of one it requires, does not end;
 * -ESHUTDOWN: the container stops.
 */
int plan_ask(struct plan *, size_t service, enum plan_request, usec_t now);

/*
 * What became of the last request for it.  START and RESTART are DONE when the service
 * is ready (a task: done), and have FAILED when that life has; STOP is DONE when nothing
 * of it is left.  A request that the opposite has replaced has FAILED.
 */
enum plan_outcome plan_asked(const struct plan *, size_t service, enum plan_request);
/* Whether what was asked for last is the opposite of this. */
bool plan_asked_otherwise(const struct plan *, size_t service, enum plan_request);

/*
 * A plan for another configuration that goes on where old has come to: which of its
 * services is which old one (olds, or SERVICE_NONE), and the other way round (news).
 * Those whose checks are not the same begin them anew.  old must be RUNNING, without
 * actions.
 */
void plan_adopt(struct plan *, const struct plan *old, const size_t *olds,
    const size_t *news, const bool *same_checks, usec_t now);

/*
 * An end of service i that old knew, in terms of the new configuration: whom it names
 * may have another index, or be there (or be required) no more.
 */
void plan_adopt_ending(const struct plan *, const struct plan *old, size_t i,
    struct ending *, const size_t *news, const bool *same_checks);

/* They are stopped, as by hand, those first that come after others of them. */
void plan_stop_these(struct plan *, const bool *these, usec_t now);

/* These are new, or were stopped to be started anew: they start in their order. */
void plan_start_these(struct plan *, const bool *these, usec_t now);

/* Nothing that PLAN_SWEEP was for is left. */
void plan_swept(struct plan *);

/* When plan_advance() is due, or USEC_NEVER. */
usec_t plan_deadline(const struct plan *);

bool plan_next_action(struct plan *, struct plan_action *ret_action);

/* The exit status so far: 0 to 255. */
int plan_status(const struct plan *);

/* The probe that PLAN_PROBE asked for has ended: check is an index. */
void plan_probed(struct plan *, size_t check, bool good, usec_t now);

/* There is no process for that probe. */
void plan_unprobed(struct plan *, size_t check, usec_t now);

/* It runs, and yet has failed, in this way. */
void plan_fail(struct plan *, size_t service, const struct ending *, usec_t now);

/* It is ready (a task: done), and so say its readiness and startup checks. */
bool plan_service_is_ready(const struct plan *, size_t service);

/* Every critical service is ready or done, and no stop is in progress. */
bool plan_is_ready(const struct plan *);

/* That has been so once. */
bool plan_is_started(const struct plan *);

/* No failure is on its way to the container's exit. */
bool plan_is_live(const struct plan *);

/*
 * The time this service has to stop, in microseconds, if its level is the
 * below-th from the last to be stopped and left is what is left of grace.
 */
usec_t plan_stop_time(
    const struct config *, const struct service_config *, usec_t left, unsigned below);

#endif
