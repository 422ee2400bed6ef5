#ifndef INIT_CLIENT_H
#define INIT_CLIENT_H

/*
 * A command that asks the proctor that runs in this container, by HTTP through
 * the socket in its runtime directory.  One connection, one request.
 *
 * Everything blocks, but not beyond the deadline.  It needs nothing that can
 * be written, and no more privileges than proctor has.
 */

#include <sys/types.h>

#include "init/runtime.h"
#include "supervisor/text.h"

/* Where to look for proctor, as its configuration has it. */
struct client_places {
	char *runtime_dir; /* owned; NULL: not set */
	char *control; /* owned; the API's socket, a name or a path; NULL: off */
};

struct client {
	int fd; /* owned; -1: none */
	usec_t deadline; /* USEC_NEVER: none */
	struct text tried; /* "/run/proctor/proctor.sock: Connection refused, ..." */
	struct text body; /* for client_request() */

	char buffer[8192]; /* what came and is not taken: from begin to end */
	size_t begin;
	size_t end;
	bool chunked; /* the body comes in chunks */
	bool ended; /* it has come */
	uint64_t left; /* of the body, or of this chunk */
};

struct client_answer {
	unsigned status; /* of HTTP */
	const char *body; /* in client.body; with a NUL at its end */
	size_t length;
};

/* What is wrong with the configuration does not matter here. */
void client_find(const char *file, struct client_places *ret_places);
void client_forget(struct client_places *);

/*
 * Finds proctor: runtime_dir as it is set, or NULL, then the places where it is
 * otherwise.  socket: a name in there, or a path of its own.  Whoever answers
 * there has to be root, this user, or PID 1's.  timeout: USEC_NEVER for none.
 * Returns 0; -ETIMEDOUT: somebody listens, but too many wait to be heard; or -errno of
 * the last one, and tried says about all.  In any case client_clear() is due.
 */
int client_connect(
    struct client *, const char *runtime_dir, const char *socket, usec_t timeout);

/*
 * Sends it and waits for the whole answer.  target: "/readyz?verbose".
 * Returns 0 or -errno; -EBADMSG: that was no answer, or not all of it.
 */
int client_request(
    struct client *, const char *method, const char *target, struct client_answer *);

/* The same in its parts: the request, the head of the answer, its body. */
int client_send(struct client *, const char *method, const char *target);
int client_read_head(struct client *, unsigned *ret_status);
/* As much as is there, at least one byte; 0: that was all; or -errno. */
ssize_t client_read(struct client *, char *bytes, size_t size);
/* All that is to come. */
int client_read_rest(struct client *, unsigned status, struct client_answer *);

/* Waits for the socket, no longer than the deadline; 0 or -errno. */
int client_wait(const struct client *, short events);

void client_clear(struct client *);

#endif
