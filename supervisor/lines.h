#ifndef SUPERVISOR_LINES_H
#define SUPERVISOR_LINES_H

/*
 * Bytes in, whole lines out: what of a stream's output has no line end yet is
 * kept, up to a limit.  Pure: what comes out goes to a function of the caller's.
 *
 * However the input is split into pieces, the same lines come out.
 */

#include <stdbool.h>
#include <stddef.h>

/*
 * One line without its end.  A line longer than the limit comes in several
 * pieces: continued is set for all but the first.  The data is only valid
 * during the call.
 */
typedef void lines_emit_fn(
    void *context, const char *data, size_t length, bool continued);

struct lines {
	char *partial; /* owned; NULL while there is none */
	size_t length;
	size_t limit; /* of one piece */
	bool continued; /* the piece that comes is not the first of its line */
};

/* limit: the most bytes of a piece, at least 4. */
void lines_init(struct lines *, size_t limit);
void lines_clear(struct lines *);

void lines_feed(
    struct lines *, const char *data, size_t length, lines_emit_fn *emit, void *context);

/* Whether what comes next begins a line. */
static inline bool
lines_are_even(const struct lines *l)
{
	return l->length == 0 && !l->continued;
}

/* No more will come: what is left is a line too. */
void lines_finish(struct lines *, lines_emit_fn *emit, void *context);

#endif
