#ifndef SIM_WITNESS_H
#define SIM_WITNESS_H

/*
 * Watches a plan from outside: what it was told, what it decided, and what
 * is true in the world.  After each call it checks the promises, one
 * function each, without asking the plan whether it has kept them.
 */

#include "tests/sim/world.h"

#define BUDGET_MAX 8

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
	bool has_failed; /* for good; somebody may have started it anew since */
	bool by_hand; /* somebody asked for its stop; likewise */
	unsigned refusals; /* in a row */
	usec_t restarts[BUDGET_MAX]; /* the last ones, newest first */
	unsigned restart_count;

	/* checkup.c; but for the last one, in this life */
	usec_t execed_at; /* that was told, or USEC_NEVER */
	bool said_ready;
	bool passed_checks; /* all of them, at one time */
	bool triggered; /* it said that it has failed */
	bool leaves; /* it said that it stops, and ran then */
	bool extended; /* it asked for more time */
	usec_t watchdog; /* as it is now */
	usec_t ready_by;
	usec_t ping_by;
	usec_t seen_by; /* that it hangs, if it does and is checked */
	bool is_late; /* ready_by has come, and ping_by */
	bool has_missed_ping;
	usec_t down_since;
	bool told_waiting; /* since then */
	bool told_waiting_twice;
};

/* What the witness remembers of one check: its service's run, and its own count. */
struct finding {
	bool is_good;
	uint32_t goods; /* in a row */
	uint32_t bads;
	bool is_probing;
	usec_t begun; /* the last probe */
	usec_t due; /* the next one that counts */
	bool counts; /* the last one does, even if it fails */
	bool has_passed; /* there has been a good one */
	unsigned skips; /* probes that could not be made */
	bool is_condemned; /* it was bad in this life, and that was told */
	bool is_told_falsely;
	bool was_probed_twice; /* at a time */
	bool was_probed_early;
	bool is_left_alone; /* a probe that nobody has dropped */
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
	struct finding findings[CHECKS_MAX];
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

/* Whether an action is about a check; else it is about a service. */
bool witness_is_of_check(const struct plan_action *);

/* The caller has taken all actions off the plan. */
void witness_actions_taken(struct witness *);

#endif
