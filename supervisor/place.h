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
 * In a child, before exec: each descriptor gets its number.  What stands where another
 * is to come moves out of the way, *keep (close-on-exec) too.  Returns 0 or -errno.
 */
int place_descriptors(const struct spawn_fd *, size_t count, int *keep);

#endif
