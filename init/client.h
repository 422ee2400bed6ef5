#ifndef INIT_CLIENT_H
#define INIT_CLIENT_H

/*
 * A command that asks the proctor that runs in this container, by HTTP through
 * the socket in its runtime directory.  One connection, one request.
 *
 * Everything blocks, but not beyond the deadline.  It needs nothing that can
 * be written, and no more privileges than proctor has.
 */

#include "init/runtime.h"
#include "supervisor/text.h"

struct client {
	int fd; /* owned; -1: none */
	usec_t deadline;
	struct text tried; /* "/run/proctor/proctor.sock: Connection refused, ..." */
	struct text answer; /* as it came */
};

struct client_answer {
	unsigned status; /* of HTTP */
	const char *body; /* in client.answer; with a NUL at its end */
};

/*
 * Finds proctor: runtime_dir as it is set, or NULL, then the places where it is
 * otherwise.  Whoever answers there has to be root, this user, or PID 1's.
 * Returns 0, or -errno of the last one, and tried says about all.  In any case
 * client_clear() is due.
 */
int client_connect(struct client *, const char *runtime_dir, usec_t timeout);

/*
 * Sends it and waits for the whole answer.  target: "/readyz?verbose".
 * Returns 0 or -errno; -EBADMSG: that was no answer, or not all of it.
 */
int client_request(
    struct client *, const char *method, const char *target, struct client_answer *);

void client_clear(struct client *);

#endif
