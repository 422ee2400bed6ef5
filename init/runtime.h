#ifndef INIT_RUNTIME_H
#define INIT_RUNTIME_H

/*
 * The runtime directory, where proctor's sockets go: the first of
 * runtime_dir, /run/proctor and /dev/shm/proctor-UID that can be written.
 * proctor keeps nothing else on disk, and can do without it.
 */

#include <stddef.h>

#include "config/config.h"

/* Its socket of the API and the health pages. */
#define RUNTIME_SOCKET "proctor.sock"

enum { RUNTIME_PLACES = 3 };

struct runtime_places {
	const char *paths[RUNTIME_PLACES]; /* in the order they are tried */
	size_t count;
	char shm[64];
};

/*
 * Where the directory of a proctor of this user may be; runtime_dir as it is
 * set, or NULL.  Borrowed by *ret_places, which must not be copied.
 */
void runtime_find(const char *runtime_dir, uid_t uid, struct runtime_places *ret_places);

/*
 * Makes the directory, if need be.  It has to be proctor's own: in /dev/shm
 * anybody could have made it.  Returns 0 and its path, or -errno of the first
 * that was tried, with *ret_path the path of that.
 */
int runtime_open(const struct config *, char *ret_path, size_t size);

/* Removes it, if nothing is in it. */
void runtime_close(const char *path);

#endif
