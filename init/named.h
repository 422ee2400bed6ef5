#ifndef INIT_NAMED_H
#define INIT_NAMED_H

/*
 * Which services a name on the command line means: the one that has it, or the copies
 * of the section that has it.
 */

#include "config/arena.h"
#include "init/client.h"
#include "supervisor/reader.h"

struct named {
	struct arena arena;
	char **items; /* in the arena */
	size_t count;
	int status; /* ASK_DONE, or ASK_UNKNOWN: a line has told of one that is none */
};

/*
 * Asks proctor which services there are.  Where it does not say, the names are taken
 * as they are: what is asked next tells why.
 */
void named_find(struct named *, const struct client_places *, usec_t timeout,
    char *const *names, size_t count);
void named_clear(struct named *);

/* Is it, an object of the API, meant by the name? */
bool named_is(struct slice service, const char *name);

/* A line that says that none of these is, and which one may have been meant. */
int named_unknown(struct slice services, const char *name);

#endif
