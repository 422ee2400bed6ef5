#ifndef SUPERVISOR_ENVIRONMENT_H
#define SUPERVISOR_ENVIRONMENT_H

/*
 * The environment of one service: what proctor inherited, less unset, then
 * HOME, USER and LOGNAME of a named user, then env_file, env and secret, each
 * over the one before.
 */

#include "config/config.h"

/* Begins as {0}. */
struct environment {
	char **variables; /* owned: NULL-terminated, for execve() */
	size_t count;
	size_t capacity;
	char *text; /* owned: the newest of the strings that are ours, or NULL */
	const char *trouble; /* the file that could not be used, on failure */
};

/*
 * In the place of what it was before.  inherited is borrowed by the result.
 *
 * Files are read here, at each start, so that a task may have written them; a file
 * that is not a regular one is refused, since reading it could block.  Returns 0 or
 * -errno.
 */
int environment_build(
    struct environment *, const struct service_config *, char *const *inherited);

/* Sets one more.  Returns 0 or -ENOMEM. */
int environment_set(struct environment *, const char *name, const char *value);

/* The same with NAME=VALUE, which is borrowed. */
int environment_add(struct environment *, char *variable);

/* Nothing of it is left but room for the next one. */
void environment_empty(struct environment *);
void environment_clear(struct environment *);

#endif
