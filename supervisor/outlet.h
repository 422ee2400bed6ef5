#ifndef SUPERVISOR_OUTLET_H
#define SUPERVISOR_OUTLET_H

/*
 * The output in the event loop: which of its streams are watched, and whether
 * somebody waits for a reader outside.  A part of loop.c.
 */

#include <ev.h>

#include "supervisor/output.h"

struct outlet {
	struct ev_loop *ev; /* borrowed */
	struct output *output; /* likewise */
	ev_io *pipes; /* owned; STREAM_PIPES per service */
	ev_io *next_pipes; /* those of outlet_prepare() */
	ev_io follows;
	ev_io ways[OUTPUT_WAYS];
	bool reading[OUTPUT_WAYS]; /* the streams of this way are watched */
	usec_t look; /* at files that nothing is told of, then; USEC_NEVER: none */
	bool more; /* there is something to do that nothing will tell of */
};

/* Returns 0 or -ENOMEM. */
int outlet_init(struct outlet *, struct ev_loop *, struct output *);
void outlet_clear(struct outlet *);

/*
 * Another configuration comes: nothing is watched until outlet_renew(), which says
 * whether it has come.  Returns 0 or -ENOMEM.
 */
int outlet_prepare(struct outlet *, const struct config *);
void outlet_renew(struct outlet *, bool come);

/* The pipes of this service are there. */
void outlet_watch(struct outlet *, size_t service);

/* Once in every turn: reads and writes what can be, and watches the rest. */
void outlet_turn(struct outlet *, usec_t now);

#endif
