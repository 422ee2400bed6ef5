#ifndef SIM_WELLNESS_H
#define SIM_WELLNESS_H

/* Those promises of a plan that are about health; see invariants.h. */

#include "tests/sim/witness.h"

/* Returns NULL, or the name of the first that is not kept. */
const char *wellness_broken(const struct witness *);

#endif
