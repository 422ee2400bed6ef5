#ifndef CONFIG_NEAREST_H
#define CONFIG_NEAREST_H

/*
 * The name that a misspelt one was meant to be: the candidate with the least
 * Damerau-Levenshtein distance (letters added, left out, changed, swapped;
 * upper and lower case are the same), if that is close enough to be likely.
 */

#include <stddef.h>

#include "config/arena.h"

struct nearest {
	const char *wanted; /* borrowed */
	const char *best; /* borrowed; NULL: nothing is close */
	size_t distance; /* what is not below this is not close */
};

struct nearest nearest_to(const char *wanted);
void nearest_offer(struct nearest *, const char *candidate);

/* "; did you mean 'best'?", or "" */
const char *nearest_hint(const struct nearest *, struct arena *);

#endif
