#ifndef SIM_TRUTH_H
#define SIM_TRUTH_H

/*
 * The exit status that DESIGN.md demands, found out from what the world has
 * told.  Where one call brings several failures, each may be called the first.
 */

#include "tests/sim/witness.h"

/* To be called after each call of the plan. */
void truth_follow(struct witness *);

/* Whether the last life of this service ended by what its success names. */
bool truth_ended_well(const struct witness *, size_t service);

#endif
