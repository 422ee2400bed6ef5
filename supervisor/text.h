#ifndef SUPERVISOR_TEXT_H
#define SUPERVISOR_TEXT_H

/*
 * A text that grows, up to a limit.  Where it cannot (no memory, or the limit),
 * it has failed: it stays as it is and takes nothing more, so that whoever
 * writes need ask only once, at the end.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

struct text {
	char *bytes; /* owned; no NUL at the end */
	size_t length;
	size_t capacity;
	size_t limit; /* of capacity */
	bool failed;
};

void text_init(struct text *, size_t limit);

/* Gives its memory back; it can be written again. */
void text_clear(struct text *);

void text_add_bytes(struct text *, const char *bytes, size_t length);
void text_add(struct text *, const char *string);
void text_format(struct text *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void text_add_number(struct text *, uint64_t);

/* A time in seconds: "0", "12.5", "0.000001". */
void text_add_seconds(struct text *, usec_t);

/* Since 1970, as RFC 3339 wants it: "2025-11-23T05:43:57.123Z". */
void text_add_time(struct text *, usec_t);

/* The same with microseconds. */
void text_add_moment(struct text *, usec_t);

/* Since 1970, as HTTP wants it: "Sun, 23 Nov 2025 05:43:57 GMT". */
void text_add_http_time(struct text *, usec_t);

#endif
