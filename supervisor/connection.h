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
 *
 * An answer may take its time.  ASKING then leads to WAITING, and from there on as
 * if it had just asked; or to STREAMING, whose answer is made piece by piece, the
 * next one when the client has taken the last.  One that closes has gone away.
 */

#include "supervisor/page.h"
#include "supervisor/peer.h"
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
	CONNECTION_WAITING, /* see connection_wait() */
	CONNECTION_ANSWERING,
	CONNECTION_STREAMING, /* see connection_begin_piece() */
	CONNECTION_ENDING,
	CONNECTION_OVER, /* to be closed by the owner, who may watch the descriptor */
};

struct connection {
	int fd; /* owned; only valid unless FREE */
	enum connection_state state;
	usec_t since; /* it is in this state, or its client took some of the answer */
	usec_t deadline; /* see connection_expire(); USEC_NEVER when ASKING */
	bool served; /* it has had an answer */
	enum access access; /* what its client may do */
	char *input; /* owned; REQUEST_SIZE bytes, NULL while there are none */
	size_t length; /* of input */
	struct request_reader reader;
	struct request request; /* points into input */
	struct text head; /* of the answer */
	struct page page;
	struct errand errand;
	size_t written; /* of head and page */
	bool last; /* there are no more pieces */
};

/* fd is its own from now on. */
void connection_open(struct connection *, int fd, enum access, usec_t now);

/* The same with one that was refused: ENDING. */
void connection_open_refused(struct connection *, int fd, usec_t now);

/* Then it is FREE. */
void connection_close(struct connection *);

/*
 * Whether it waits to be able to read, or to write; not at all when ASKING.  One that
 * is WAITING, or STREAMING with nothing to write, reads to see its client go.
 */
bool connection_wants_read(const struct connection *);
bool connection_wants_write(const struct connection *);

/* The socket is ready: one read, or one write. */
void connection_handle_ready(struct connection *, usec_t now);

/*
 * Answers with what is in page; wall is now, since 1970.  A page that failed
 * becomes 503.
 */
void connection_answer(struct connection *, usec_t now, usec_t wall);

/* Nothing to answer yet: WAITING until its errand is looked at again. */
void connection_wait(struct connection *, usec_t now);

/* STREAMING, and the client has taken all there was. */
bool connection_wants_piece(const struct connection *);

/* Around what is then added to page.body; last: no more will come. */
void connection_begin_piece(struct connection *);
void connection_end_piece(struct connection *, bool last, usec_t now);

/* The deadline has come. */
void connection_expire(struct connection *, usec_t now);

#endif
