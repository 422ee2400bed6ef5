#ifndef SIM_INVARIANTS_H
#define SIM_INVARIANTS_H

/* The promises of a plan; each says whether it is kept at this moment. */

#include "tests/sim/witness.h"

/* Returns NULL, or the name of the first that is not kept. */
const char *invariants_broken(const struct witness *);

#endif
