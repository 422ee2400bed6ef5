#ifndef SUPERVISOR_LOOP_H
#define SUPERVISOR_LOOP_H

/*
 * The only file that knows libev.
 *
 * One turn: whatever is ready is handed to the supervisor or to its output;
 * then what is to be written is written, and the one timer is set to the
 * plan's deadline.  Nothing here blocks, and nothing happens unless something
 * has happened.
 */

#include "supervisor/supervisor.h"
#include "supervisor/web.h"

struct loop;

/*
 * signal_fd: a signalfd(2), not blocking, of all signals that are handled.
 * All are borrowed.  NULL where there is no memory or the kernel refuses;
 * errno says.
 */
struct loop *loop_new(
    const struct config *, const struct supervisor_duties *, int signal_fd);
void loop_free(struct loop *);

/* The pages of supervisor/pages.h, and to whom it may the API, are served there.  Returns 0 or -errno. */
int loop_listen(struct loop *, const struct endpoint *, enum web_guests);

/* Starts everything, and returns when all has come to its end. */
void loop_run(struct loop *);

struct supervisor *loop_supervisor(struct loop *);

#endif
