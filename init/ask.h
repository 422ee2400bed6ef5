#ifndef INIT_ASK_H
#define INIT_ASK_H

/*
 * What the commands that ask proctor have in common: to find it, to say why it
 * could not be asked, and the exit statuses.
 */

#include "init/client.h"
#include "supervisor/reader.h"
#include "init/verbs.h"

enum {
	ASK_DONE = 0,
	ASK_FAILED = 1, /* it was asked, and it did not come out well */
	ASK_UNASKED = 2, /* it is not there, does not answer or refuses */
	ASK_DOWN = 3, /* status: something is not ready */
	ASK_UNKNOWN = 69, /* no such service */
};

/* What may be in the way of one that answers at once. */
#define ASK_TIMEOUT (10 * USEC_PER_SEC)

/*
 * Connects.  Returns ASK_DONE, or ASK_UNASKED after a line that says why.
 * client_clear() is due in any case.
 */
int ask_connect(struct client *, const struct client_places *, usec_t timeout);

/* No answer came, r says why: a line, and ASK_UNASKED. */
int ask_unanswered(int r);

/* The answer to one question; for all of the above. */
int ask(const struct given *, const char *method, const char *target, usec_t timeout,
    struct client *, struct client_answer *);

/*
 * ASK_DONE for an answer of 2xx that is JSON, with *ret_value; else a line with
 * what it says, and the exit status for that.
 */
int ask_judge(const struct client_answer *, struct slice *ret_value);

/* The line alone: what it says in {"error":{"message":...}}. */
int ask_say_error(const struct client_answer *);

/* A path of the API: bytes that are not plain as %XX. */
void ask_add_path(struct text *, const char *name);
/* With a NUL at its end; NULL: there is no memory. */
const char *ask_finish(struct text *);

/* --timeout: 0 and USEC_NEVER if it is not given, or EX_USAGE after a line. */
int ask_timeout(const struct given *, usec_t *ret_timeout);
/* --lines: 0 and UINT64_MAX if it is not given. */
int ask_lines(const struct given *, uint64_t *ret_lines);

/* What a string of the answer says; it cannot steer a terminal. */
void ask_put(struct slice, FILE *);

/* The worse of two exit statuses. */
int ask_worse(int, int);

/* At the end: the status, or a worse one if not all could be written. */
int ask_written(int status);

#endif
