#ifndef SIM_CHECKUP_H
#define SIM_CHECKUP_H

/*
 * What the witness knows of the health of each service: what was found by its
 * probes and what it has said, counted once more and apart from the plan.
 */

#include "tests/sim/witness.h"

/* To be called before the plan is, and, when all else has been noted, after. */
void checkup_before(struct witness *);
void checkup_after(struct witness *);

/* The service has a new life. */
void checkup_begin(struct witness *, size_t service);

/* Its program runs, and nothing has been done to stop it. */
bool checkup_runs(const struct witness *, size_t service);

/* Its startup checks have passed; its readiness checks too. */
bool checkup_has_started(const struct witness *, size_t service);
bool checkup_is_well(const struct witness *, size_t service);

#endif
