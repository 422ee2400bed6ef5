#ifndef SUPERVISOR_ATTRIBUTES_H
#define SUPERVISOR_ATTRIBUTES_H

/* What a child sets of itself before it executes its program. */

#include "supervisor/spawn.h"

/* All of them, in a fixed order.  0, or -errno and the step that failed. */
int attributes_set(const struct spawn *, enum spawn_step *ret_step);

/* The identity, directory and umask alone. */
int attributes_identity(const struct spawn *, enum spawn_step *ret_step);

#endif
