#ifndef HEALTHCHECK_ANSWER_H
#define HEALTHCHECK_ANSWER_H

/*
 * The answer of an HTTP server, read from pieces as they come.
 *
 *   STATUS -> HEADERS -> BODY ------------------------------> DONE
 *      ^         |         (its length, or up to the end)      ^
 *      +---------+                                             |
 *      (1xx)     +-> CHUNK_SIZE -> CHUNK -> CHUNK_END          |
 *                        ^  |                  |               |
 *                        |  +-> TRAILER -------|---------------+
 *                        +---------------------+
 *
 * Pure: bytes in, fields out.  It takes the memory of struct answer and no
 * more, whatever comes: of the head only what matters is kept, of the body only as
 * much as the search needs.  What breaks the rules ends in BROKEN, with fault.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum answer_state {
	ANSWER_STATUS,
	ANSWER_HEADERS,
	ANSWER_BODY,
	ANSWER_CHUNK_SIZE,
	ANSWER_CHUNK,
	ANSWER_CHUNK_END,
	ANSWER_TRAILER,
	ANSWER_DONE,
	ANSWER_BROKEN,
};

enum {
	ANSWER_HEAD_MAX = 64 * 1024, /* all lines of the head together */
	ANSWER_WANTED_MAX = 2048,
	ANSWER_REASON_SIZE = 64,
	ANSWER_LOCATION_SIZE = 2048,
};

struct answer {
	enum answer_state state;
	int status; /* 0: not known yet */
	char reason[ANSWER_REASON_SIZE]; /* "Not Found", or "" */
	char location[ANSWER_LOCATION_SIZE]; /* where to go instead, or "" */
	bool location_cut; /* it goes on */
	bool has_head; /* all of the above is known */
	bool found; /* the body has what was wanted */
	const char *fault; /* what is wrong, if BROKEN */

	const char *wanted; /* NULL: the body does not matter */
	size_t wanted_length;
	bool chunked;
	bool sized; /* left is known */
	uint64_t left; /* of the body, or of its chunk */
	size_t head; /* bytes of lines so far */
	size_t digits; /* of the size of a chunk */
	size_t length; /* of the line or of the piece of the body in buffer */
	bool cut; /* the line is longer than that */
	char buffer[2 * ANSWER_WANTED_MAX];
};

/* wanted is borrowed, and of at most ANSWER_WANTED_MAX bytes; NULL or "": nothing. */
void answer_init(struct answer *, const char *wanted);

void answer_feed(struct answer *, const char *bytes, size_t count);

/* The other side has closed the connection: DONE or BROKEN. */
void answer_end(struct answer *);

#endif
