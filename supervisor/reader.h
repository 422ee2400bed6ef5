#ifndef SUPERVISOR_READER_H
#define SUPERVISOR_READER_H

/*
 * JSON (RFC 8259) as proctor answers it, read where it lies: a value is the
 * bytes that it has in the document, and nothing is copied.
 *
 * reader_open() looks at all of it once; the others rely on that.
 */

#include <stdbool.h>
#include <stdint.h>

#include "supervisor/slice.h"
#include "supervisor/text.h"

/* The value; false: this is no JSON, or nested too deeply. */
bool reader_open(const char *bytes, size_t length, struct slice *ret_value);

/* bytes NULL: it is no object, or has no such member. */
struct slice reader_member(struct slice object, const char *name);

/* The next item of an array, after *item; one without bytes stands before the first. */
bool reader_next(struct slice array, struct slice *item);

/* What a string says; false: it is none. */
bool reader_string(struct slice, struct text *);
bool reader_is(struct slice, const char *text);
bool reader_is_true(struct slice);

/* Without its fraction; 0 for what is no number. */
uint64_t reader_number(struct slice);

#endif
