#ifndef SUPERVISOR_WATCHING_H
#define SUPERVISOR_WATCHING_H

/*
 * What the loop watches of services and checks, which another configuration may have
 * more or fewer of.  Private to loop.c, and besides it the only file that knows libev.
 */

#include <ev.h>

#include "supervisor/supervisor.h"

struct watchers;

struct watching {
	struct ev_loop *ev; /* borrowed */
	struct supervisor *supervisor; /* borrowed */
	size_t count;
	struct watchers *services; /* owned; one per service */
	size_t answer_count;
	ev_io *answers; /* owned; one per check */
	bool reading[OUTPUT_SINKS]; /* the streams of this sink are watched */
	struct watchers *next_services; /* those of watching_prepare() */
	ev_io *next_answers;
};

/* Returns 0 or -ENOMEM. */
int watching_init(
    struct watching *, struct ev_loop *, struct supervisor *, const struct config *);
void watching_clear(struct watching *);

void watching_watch(struct watching *, enum watched, size_t index);
void watching_unwatch(struct watching *, enum watched, size_t index);

/* All streams of a sink are read, or left alone. */
void watching_read(struct watching *, unsigned sink, bool room);

/*
 * The supervisor goes over to another configuration: nothing is watched any more, until
 * watching_renew() watches what is there then.  Returns 0 or -ENOMEM.
 */
int watching_prepare(struct watching *, const struct config *);
void watching_renew(struct watching *);

#endif
