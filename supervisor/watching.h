#ifndef SUPERVISOR_WATCHING_H
#define SUPERVISOR_WATCHING_H

/*
 * Services and checks in the event loop, which another configuration may have more or
 * fewer of.  A part of loop.c.
 */

#include <ev.h>

#include "supervisor/supervisor.h"

struct watchers;

struct watching {
	struct ev_loop *ev; /* borrowed */
	struct supervisor *supervisor; /* likewise */
	size_t count;
	struct watchers *services; /* owned; one per service */
	size_t answer_count;
	ev_io *answers; /* owned; one per check */
	struct watchers *next_services; /* those of watching_prepare() */
	ev_io *next_answers;
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
