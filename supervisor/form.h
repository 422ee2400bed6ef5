#ifndef SUPERVISOR_FORM_H
#define SUPERVISOR_FORM_H

/*
 * How a line of a service looks outside: what stands in front of it and behind.
 *
 *   prefix   web | GET /
 *            web + the rest of a line that was too long
 *            2026-11-25T05:16:26.123456Z web | with timestamps
 *   json     {"time":"2026-11-25T05:16:26.123456Z","service":"web",
 *            "stream":"stdout","pid":12,"message":"GET /"}         (in one line)
 *   raw      GET /
 *
 * What stands in front is made once for all lines that are read together.  Pure,
 * but for the memory that form_init() takes.
 */

#include "supervisor/text.h"

/*
 * The longest line with all that belongs to it: what Docker's log drivers take
 * in one piece (moby/moby#34855).
 */
#define FORM_LINE_SIZE ((size_t)16 * 1024)

/* What form_line() may write at the most: every byte of a long line as "\u0000". */
#define FORM_ROOM (8 * FORM_LINE_SIZE)

struct form_style {
	enum log_mode mode; /* PREFIX or JSON; all else is as RAW */
	bool timestamps;
	bool merge; /* a line that is a JSON object already stays one */
};

/* Who says it. */
struct form_origin {
	const char *service;
	const char *stream;
	pid_t pid; /* 0: not known */
	int priority; /* of syslog(3); -1: none */
	unsigned colour; /* of the name, as in SGR (31: red); 0: none */
	usec_t wall; /* when it was read, since 1970 */
};

/* A part of the front. */
struct form_member {
	const char *name;
	size_t begin;
	size_t end;
};

enum { FORM_MEMBERS = 5 };

struct form {
	struct form_style style;
	struct text front;
	size_t mark; /* where it differs for the rest of a line */
	struct form_member members[FORM_MEMBERS];
	size_t member_count;
};

/* Returns 0 or -ENOMEM. */
int form_init(struct form *);
void form_clear(struct form *);

/* From now on the lines are of this style and origin. */
void form_begin(struct form *, const struct form_style *, const struct form_origin *);

/* The longest line that form_line() is to be given, for a service of this name. */
size_t form_limit(const struct form_style *, const char *service);

/*
 * So many bytes of output, in whatever lines, fit into this room, together with
 * a line that was begun before.  0: perhaps not even that.
 */
size_t form_fitting(const struct form *, size_t room);

/* The most that form_line() makes of such a line. */
size_t form_size(const struct form *, size_t length);

/*
 * Writes the line with all that belongs to it.  Returns how many bytes.  Where
 * that were more than FORM_LINE_SIZE, its rest follows as a line of its own.
 */
size_t form_line(
    const struct form *, char *to, const char *data, size_t length, bool continued);

#endif
