#ifndef SUPERVISOR_FDSTORE_H
#define SUPERVISOR_FDSTORE_H

/*
 * Descriptors that are kept for a service, under names: what it stored through
 * FDSTORE of sd_notify(3), or what proctor itself was started with.  A start hands
 * them on as in sd_listen_fds(3).
 */

#include <stdbool.h>
#include <stddef.h>

/* More is refused; systemd's FileDescriptorStoreMax is a number of this order. */
enum { FDSTORE_MAX = 128 };

struct stored {
	int fd; /* owned, close-on-exec */
	char *name; /* owned */
};

struct fdstore {
	struct stored *items; /* owned */
	size_t count;
};

/* Takes the descriptor over, even when it fails: -ENOMEM, or -ENOSPC for too many. */
int fdstore_add(struct fdstore *, int fd, const char *name);
bool fdstore_has(const struct fdstore *, const char *name);
void fdstore_remove(struct fdstore *, const char *name);
void fdstore_clear(struct fdstore *);

#endif
