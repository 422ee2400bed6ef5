#ifndef SUPERVISOR_WEB_H
#define SUPERVISOR_WEB_H

/*
 * The HTTP server: sockets that are listened at, and their connections.
 *
 * It is part of PID 1, so everything in it has a limit.  Nothing blocks, a
 * ready socket costs one system call or two, and of all requests that are
 * waiting only one is answered in a turn of the loop, by web_advance(), after
 * everything else: so a client can slow other clients, but not the reaping.
 *
 * When all connections are taken, a new one takes the place of the one that has
 * waited for its client the longest: of those between requests first, then of
 * those within one or within its answer.  So clients that say nothing, or do not
 * take what they asked for, cannot keep out those who do.  Only where all wait for
 * proctor, the new one gets 503.  An answer that takes its time, or has no end, waits
 * for proctor too; so only some of the connections may have one.
 *
 * Without the event loop: web tells which descriptors to watch, and for what.
 */

#include "supervisor/connection.h"
#include "config/endpoint.h"

enum { WEB_LISTENERS = 2, WEB_CONNECTIONS = 64 };
enum { WEB_SLOTS = WEB_LISTENERS + WEB_CONNECTIONS };

/* So many may wait for something: fewer, if they are of those who only read. */
enum { WEB_WAITING = 48, WEB_WAITING_READERS = 32 };

/* What goes into the streams in one turn; at most one piece beyond. */
#define WEB_STREAM_BUDGET ((size_t)128 << 10)

/*
 * All answers that are not yet taken together: beyond it nothing new is begun, and no
 * stream goes on.
 */
#define WEB_PENDING_LIMIT ((size_t)8 << 20)
#define WEB_PAGE_LIMIT ((size_t)8 << 20)

/* No descriptor or memory for a new connection: the next try. */
#define WEB_PAUSE USEC_PER_SEC

/* Sets of what a descriptor is watched for. */
enum { WEB_READ = 1, WEB_WRITE = 2 };

struct web_watch {
	void *context;
	/* From now on for these; 0: not any more, it is about to be closed or rests. */
	void (*watch)(void *context, unsigned slot, int fd, unsigned events);
};

/* Whose pages they are. */
struct web_site {
	void *context;
	/*
	 * What somebody may do who has connected to a socket of WEB_KNOWN; asked again
	 * with each request.
	 */
	enum access (*admit)(void *context, int fd);
	/*
	 * Fills in what is to be answered; the request itself is in order.  As long as
	 * the page is for PAGE_LATER, it is asked again in every turn.
	 */
	void (*answer)(void *context, enum access, const struct request *,
	    struct errand *, struct page *);
	/* Adds the next piece of a stream, if there is one; false: that was the end. */
	bool (*more)(
	    void *context, const struct request *, struct errand *, struct text *);
};

enum web_guests {
	WEB_EVERYBODY, /* for the pages */
	WEB_KNOWN, /* those whom the site admits; others get 403 */
};

struct web_listener {
	int fd; /* owned */
	enum web_guests guests;
	usec_t paused; /* until then, or 0 */
	struct endpoint endpoint; /* a socket's path is removed at the end */
};

struct web {
	struct web_watch watch; /* contexts are borrowed */
	struct web_site site;
	struct web_listener listeners[WEB_LISTENERS];
	unsigned listening; /* so many of them */
	struct connection connections[WEB_CONNECTIONS];
	unsigned events[WEB_SLOTS]; /* as told to watch */
	unsigned used; /* of the connections */
	unsigned next; /* the connection whose turn it is to be answered */
	unsigned next_stream; /* and to get a piece */
	bool again; /* there is more for the streams */
};

/* Of zeroes. */
void web_init(struct web *, const struct web_watch *, const struct web_site *);
void web_clear(struct web *);

/* Returns 0 or -errno; nothing is listened at then. */
int web_listen(struct web *, const struct endpoint *, enum web_guests);

/* What is watched in this slot is ready. */
void web_handle_ready(struct web *, unsigned slot, usec_t now);

/*
 * Once in every turn of the loop, after all else: answers one request, and ends
 * what has had its time.  wall: now, since 1970.
 */
void web_advance(struct web *, usec_t now, usec_t wall);

/*
 * There is another configuration: who may not ask any more gets nothing more of a
 * stream, and 403 for what has no answer yet.
 */
void web_admit_again(struct web *);

/* After output has been read in this turn: it is for those who follow it. */
void web_feed(struct web *, usec_t now, usec_t wall);

/* When web_advance() is due at the latest: 0, at once; USEC_NEVER. */
usec_t web_deadline(const struct web *);

#endif
