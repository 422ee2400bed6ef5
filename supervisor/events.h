#ifndef SUPERVISOR_EVENTS_H
#define SUPERVISOR_EVENTS_H

/*
 * What has happened, and why: the last of it, for who asks later.  Sequences count
 * from 1 on.  Where there is no room the oldest go; adding never fails, never
 * allocates, and costs the same however many there are.
 */

#include "config/config.h"

enum { EVENTS_MAX = 1024, EVENT_WORDS_MAX = 1024 };
#define EVENTS_SIZE ((size_t)256 << 10)

struct event {
	usec_t wall; /* since 1970 */
	const char *kind;
	const char *service; /* "": proctor itself; both are in the ring */
	const char *words;
};

/* Where one lies among the bytes. */
struct event_place {
	usec_t wall;
	const char *kind; /* a literal */
	uint32_t at;
	uint32_t length;
};

struct events {
	char *bytes; /* owned */
	size_t end; /* of the newest */
	struct event_place *places; /* owned; EVENTS_MAX */
	uint64_t first; /* the oldest that is kept */
	uint64_t next; /* the sequence of the next one */
};

/* Returns 0 or -ENOMEM. */
int events_init(struct events *);
void events_clear(struct events *);

/* Words beyond EVENT_WORDS_MAX are cut off; of text that is no UTF-8, see json.h. */
void events_add(struct events *, usec_t wall, const char *kind, const char *service,
    const char *words);

/* From first on, and before next. */
struct event events_get(const struct events *, uint64_t sequence);

#endif
