#ifndef SIM_INVARIANTS_H
#define SIM_INVARIANTS_H

/* The promises of a plan; each says whether it is kept at this moment. */

#include "tests/sim/witness.h"

struct promise {
	const char *name;
	bool (*is_kept)(const struct witness *);
};

/* clang-format off */
#define PROMISE(name) {#name, name}
/* clang-format on */

/* Returns NULL, or the name of the first that is not kept. */
const char *invariants_broken(const struct witness *);

#endif
