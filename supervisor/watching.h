#ifndef SUPERVISOR_WATCHING_H
#define SUPERVISOR_WATCHING_H

/*
 * Services and checks in the event loop, which another configuration may have more or
 * fewer of.  A part of loop.c.
 */

#include <ev.h>

#include "supervisor/supervisor.h"

/* What is watched, but for output: all are owned. */
struct watchers {
	ev_io *statuses; /* one per service */
	ev_io *readies; /* likewise */
	ev_io *answers; /* one per check */
};

struct watching {
	struct ev_loop *ev; /* borrowed */
	struct supervisor *supervisor; /* likewise */
	size_t count; /* of services */
	size_t answer_count;
	struct watchers now;
	struct watchers next; /* those of watching_prepare() */
};

/* Returns 0 or -ENOMEM. */
int watching_init(
    struct watching *, struct ev_loop *, struct supervisor *, const struct config *);
void watching_clear(struct watching *);

/* Anything but WATCH_STREAMS. */
void watching_start(struct watching *, enum watched, size_t index);
void watching_stop(struct watching *, enum watched, size_t index);

/*
 * Another configuration comes: nothing is watched any more, until watching_renew()
 * watches what is there then.  Returns 0 or -ENOMEM.
 */
int watching_prepare(struct watching *, const struct config *);
void watching_renew(struct watching *);

#endif
