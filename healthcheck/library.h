#ifndef HEALTHCHECK_LIBRARY_H
#define HEALTHCHECK_LIBRARY_H

/*
 * Libraries that only a probe needs are loaded in its process, so that PID 1
 * never carries them.  The static build has none.
 */

#include "healthcheck/finding.h"

struct library_symbol {
	const char *name;
	void *function; /* the pointer to a function that is to point there */
};

/* Up to a symbol without a name.  False: it is not here, and the finding says so. */
bool library_open(
    const char *file, const struct library_symbol *, const struct finding *);

#endif
