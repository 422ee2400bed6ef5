#ifndef SIM_WITNESS_H
#define SIM_WITNESS_H

/*
 * Watches a plan from outside: what it was told, what it decided, and what
 * is true in the world.  After each call it checks the promises, one
 * function each, without asking the plan whether it has kept them.
 */

#include "tests/sim/world.h"

#define BUDGET_MAX 8

/* What the plan was called for. */
enum call { CALL_START, CALL_HANDLE, CALL_ADVANCE, CALL_REQUEST, CALL_SWEPT };

struct occasion {
	enum call call;
	usec_t now;
	size_t service; /* CALL_HANDLE */
	struct service_input input;
	int signal; /* CALL_REQUEST */
	bool is_early; /* CALL_ADVANCE: before the deadline */
};

/* What the witness remembers of one service. */
struct record {
	enum service_state before; /* the call */
	bool is_alive; /* from the decision to spawn to its told end */
	bool spawned_twice;
	struct ending heard; /* the last end of a process of it */
	bool ended_well; /* that was a success, and nothing stopped it */
	usec_t exited_at;
	usec_t stop_begun; /* in this life, or USEC_NEVER */
	bool signalled; /* in this life */
	unsigned refusals; /* in a row */
	usec_t restarts[BUDGET_MAX]; /* the last ones, newest first */
	unsigned restart_count;
};

struct witness {
	const struct plan *plan; /* borrowed, as the next two */
	const struct world *world;
	const struct config *config;
	usec_t lag; /* how late the plan may be called */

	struct occasion occasion;
	enum plan_phase phase_before;
	size_t seen; /* actions of the plan that were looked at */
	const struct plan_action *decided; /* by this call */
	size_t decided_count;

	struct record records[SERVICES_MAX];
	usec_t stop_begun; /* the way down, or USEC_NEVER */
	unsigned requests; /* by TERM or INT */
	unsigned calls_at_once; /* CALL_ADVANCE without time passing */
	usec_t last_advance;

	/* truth.c */
	struct cause first_cause;
	bool is_cause_wrong;
	int status; /* that the truth demands */
	bool is_flawed; /* the stop that was asked for */
	bool has_forgiven;
	int forgiven_status; /* of the first failure that was not critical */
};

void witness_init(
    struct witness *, const struct plan *, const struct world *, usec_t lag);

/* To be called before the plan is, and after. */
void witness_before(struct witness *, const struct occasion *);

/* Returns NULL, or the name of the promise that is broken. */
const char *witness_after(struct witness *);

/* The caller has taken all actions off the plan. */
void witness_actions_taken(struct witness *);

#endif
