#ifndef SUPERVISOR_CONNECTION_H
#define SUPERVISOR_CONNECTION_H

/*
 * One connection of the HTTP server.
 *
 *          bytes          whole          page           all is written
 *   IDLE -------> READING -----> ASKING -----> ANSWERING --------------> IDLE
 *    |               |  time is up  ^              |
 *    v               +--------------+              v
 *   OVER <------------------------------------- ENDING
 *
 * Everything has its time.  IDLE ends in silence, READING in 408; ENDING is
 * for a client that was refused: closed at once, with bytes of it unread, the
 * kernel would reset the connection and the answer be lost.
 *
 * What is sent after a request, before its answer, waits in the same buffer.
 */

#include "supervisor/page.h"
#include "supervisor/request.h"

#define CONNECTION_REQUEST_TIME (5 * USEC_PER_SEC)
#define CONNECTION_IDLE_TIME (30 * USEC_PER_SEC)
#define CONNECTION_ANSWER_TIME (30 * USEC_PER_SEC)
#define CONNECTION_ENDING_TIME USEC_PER_SEC

enum connection_state {
	CONNECTION_FREE,
	CONNECTION_IDLE,
	CONNECTION_READING,
	CONNECTION_ASKING, /* request is whole; see connection_answer() */
	CONNECTION_ANSWERING,
	CONNECTION_ENDING,
	CONNECTION_OVER, /* to be closed by the owner, who may watch the descriptor */
};

struct connection {
	int fd; /* owned; only valid unless FREE */
	enum connection_state state;
	usec_t since; /* it is in this state, or its client took some of the answer */
	usec_t deadline; /* see connection_expire(); USEC_NEVER when ASKING */
	bool served; /* it has had an answer */
	char *input; /* owned; REQUEST_SIZE bytes, NULL while there are none */
	size_t length; /* of input */
	struct request_reader reader;
	struct request request; /* points into input */
	struct text head; /* of the answer */
	struct page page;
	size_t written; /* of both */
};

/* fd is its own from now on. */
void connection_open(struct connection *, int fd, usec_t now);

/* Then it is FREE. */
void connection_close(struct connection *);

/* Whether it waits to be able to read, or to write; not at all when ASKING. */
bool connection_wants_read(const struct connection *);
bool connection_wants_write(const struct connection *);

/* The socket is ready: one read, or one write. */
void connection_handle_ready(struct connection *, usec_t now);

/*
 * Answers with what is in page; wall is now, since 1970.  A page that failed
 * becomes 503.
 */
void connection_answer(struct connection *, usec_t now, usec_t wall);

/* The deadline has come. */
void connection_expire(struct connection *, usec_t now);

/* A last word to somebody who does not get a connection. */
void connection_refuse(int fd, unsigned status);

/* "Service Unavailable" */
const char *connection_reason(unsigned status);

#endif
