#ifndef SUPERVISOR_REQUEST_H
#define SUPERVISOR_REQUEST_H

/*
 * One HTTP/1.1 request without a body, from bytes that come in pieces.
 *
 * The reader looks at every byte once as it comes, finds the empty line at the
 * end and refuses what cannot be text; the head as a whole is parsed only then.
 * So however slowly a client sends, it costs no more than if it had sent all at
 * once.  What RFC 9112 allows a server to refuse is refused: bare line feeds,
 * folded lines, spaces before a colon, more than one Host or Content-Length.
 *
 * Pure: no system calls, no allocation.  All slices point into the bytes.
 */

#include <stdbool.h>
#include <stddef.h>

#include "supervisor/slice.h"

/* The most of a request, its line and header fields. */
enum { REQUEST_SIZE = 8192 };

struct request {
	unsigned status; /* 0: it is fine; else what to answer */
	bool head; /* no body in the answer */
	bool keep_alive;
	bool openmetrics; /* the client takes that for metrics */
	struct slice path; /* begins with '/' */
	struct slice query; /* without the '?' */
};

struct request_reader {
	size_t seen; /* bytes that have been looked at */
	size_t begin; /* of the request line: empty lines may come before it */
	size_t line; /* where the line begins that is being read */
};

enum request_result {
	REQUEST_MORE, /* this is a part of it */
	REQUEST_WHOLE, /* *ret_request, good or not, ends with reader->seen */
};

/*
 * bytes: all of them, from the first one of the request on; at most REQUEST_SIZE.
 * A request that cannot be one, or is too long, is REQUEST_WHOLE at once.
 */
enum request_result request_read(struct request_reader *, const char *bytes,
    size_t length, struct request *ret_request);

/* Whether the query has a parameter of this name, whatever its value. */
bool request_asks(const struct request *, const char *name);

#endif
