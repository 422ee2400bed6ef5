#ifndef SUPERVISOR_JSON_H
#define SUPERVISOR_JSON_H

/*
 * JSON (RFC 8259) into a text.  Every value has a name where it is a member of
 * an object, and NULL where it stands in an array or alone.  Commas come by
 * themselves; that the ends fit the beginnings is the caller's business.
 */

#include "supervisor/text.h"

void json_begin_object(struct text *, const char *name);
void json_end_object(struct text *);
void json_begin_array(struct text *, const char *name);
void json_end_array(struct text *);

/*
 * The bytes as they are inside of a string, as many whole characters as fit into
 * the room.  A byte that is no part of valid UTF-8 becomes U+FFFD.  Returns how
 * many bytes were taken.
 */
size_t json_escape(
    char *to, size_t room, const char *from, size_t length, size_t *ret_written);

/* NULL is null.  A byte that is no part of valid UTF-8 becomes U+FFFD. */
void json_string(struct text *, const char *name, const char *value);
void json_bytes(struct text *, const char *name, const char *value, size_t length);
void json_number(struct text *, const char *name, uint64_t);
void json_integer(struct text *, const char *name, int64_t);
void json_bool(struct text *, const char *name, bool);
void json_null(struct text *, const char *name);

/* A string of so many bytes at most, 64. */
void json_format(struct text *, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A number of seconds, and a moment since 1970 as a string of RFC 3339. */
void json_seconds(struct text *, const char *name, usec_t);
void json_time(struct text *, const char *name, usec_t);

#endif
