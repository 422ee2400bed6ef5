#ifndef SIM_PROBING_H
#define SIM_PROBING_H

/* The probes of the world: they find what is so, or cannot be made, or take too long. */

#include "tests/sim/world.h"

void probing_start(struct world *, size_t check, usec_t now);

/* When one of them ends. */
usec_t probing_next(const struct world *);

/* One that has ended by now; false: there is none. */
bool probing_take(struct world *, usec_t now, struct occasion *ret_occasion);

#endif
