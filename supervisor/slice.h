#ifndef SUPERVISOR_SLICE_H
#define SUPERVISOR_SLICE_H

/* A part of a text that lies somewhere else, without a NUL at its end.  Pure. */

#include <stdbool.h>
#include <stddef.h>

struct slice {
	const char *bytes;
	size_t length;
};

bool slice_is(struct slice, const char *text);

/* The same, whatever the case of the letters. */
bool slice_is_word(struct slice, const char *word);
bool slice_begins_with(struct slice, const char *word);

/* Without so many at the beginning; there have to be that many. */
struct slice slice_skip(struct slice, size_t count);

/* Takes what is before the separator off s; all of it where there is none. */
struct slice slice_take_until(struct slice *s, char separator);

/* Without blanks and tabs at both ends. */
struct slice slice_trim(struct slice);

#endif
