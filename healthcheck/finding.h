#ifndef HEALTHCHECK_FINDING_H
#define HEALTHCHECK_FINDING_H

/* What one attempt has found: a verdict, and one line of text about it. */

#include <stdbool.h>
#include <stddef.h>

struct finding {
	char *text; /* borrowed, and of this size */
	size_t size;
};

/* Both write the text and return the verdict, so that a probe can end with them. */
bool finding_good(const struct finding *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool finding_bad(const struct finding *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Makes of whatever a stranger wrote one line of valid UTF-8 without control
 * characters, in place and never longer: each byte that is none becomes '?', a
 * line end a blank, and blanks around it go.
 */
void finding_clean(char *text);

#endif
