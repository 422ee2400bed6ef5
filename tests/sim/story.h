#ifndef SIM_STORY_H
#define SIM_STORY_H

/* A walk in words, on standard output. */

#include "tests/sim/witness.h"

/* What the plan was called for, what it decided, and how things stand. */
void story_tell(const struct witness *);

#endif
