#ifndef SUPERVISOR_TURN_H
#define SUPERVISOR_TURN_H

/*
 * The two parts of the web server: web.c has the sockets and who gets in; turn.c what
 * is answered in a turn of the loop.  Private to these files.
 */

#include "supervisor/web.h"

#define TURN_PLAIN "text/plain; charset=utf-8"

/* After anything that may have changed the state of this connection. */
void turn_follow(struct web *, unsigned connection);

/*
 * What it may do may have changed since it connected, by another configuration; who may
 * nothing any more has 403 for a request.
 */
void turn_admit_again(const struct web *, struct connection *);

/* One of those that have asked. */
void turn_answer_one(struct web *, usec_t now, usec_t wall);

/* What the answers that take their time are to be told; the streams in turn. */
void turn_look_at_errands(struct web *, usec_t now, usec_t wall);

#endif
