#ifndef SUPERVISOR_PLACE_H
#define SUPERVISOR_PLACE_H

#include <stddef.h>

enum { SPAWN_FDS_MAX = 256 };

/* A descriptor that the child gets under another number. */
struct spawn_fd {
	int from; /* close-on-exec */
	int to; /* over 2 */
};

/*
 * Below are those that a child needs.  What stays open for each service, and is not for a
 * child, is above: so the child can leave it behind without looking at each (spawn.c).
 */
#define PLACE_LOW 64

/* Takes it, close-on-exec, above.  Returns where it is now: where it was, if it cannot be. */
int place_above(int fd);

/*
 * A pipe from a child, close-on-exec: ends[0], to read from, above and not blocking, and
 * ends[1], the child's.  Returns 0, or -errno and nothing is open.
 */
int place_pipe(int ends[2]);

/*
 * In a child, before exec: each descriptor gets its number.  What stands where another
 * is to come moves out of the way, *keep (close-on-exec) too.  Returns 0 or -errno.
 */
int place_descriptors(const struct spawn_fd *, size_t count, int *keep);

#endif
