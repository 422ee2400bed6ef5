#ifndef SIM_WALK_H
#define SIM_WALK_H

/*
 * One walk: the whole life of one random plan in a random world, under a
 * clock that jumps from one event to the next.  The seed is all there is to it.
 */

#include <limits.h>

#include "config/config.h"

struct walk_result {
	const char *broken; /* the name of the promise, or NULL */
	unsigned long events; /* calls of the plan */
};

#define TELL_NOTHING ULONG_MAX

/* Tells of the events from this one on, on standard output. */
struct walk_result walk(uint64_t seed, unsigned long tell_from);

#endif
