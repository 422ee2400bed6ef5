#ifndef INIT_RUNTIME_H
#define INIT_RUNTIME_H

/*
 * The runtime directory, where proctor's sockets go: the first of
 * runtime_dir, /run/proctor and /dev/shm/proctor-UID that can be written.
 * proctor keeps nothing else on disk, and can do without it.
 */

#include <stddef.h>

#include "config/config.h"

/*
 * Makes the directory, if need be.  It has to be proctor's own: in /dev/shm
 * anybody could have made it.  Returns 0 and its path, or -errno of the first
 * that was tried, with *ret_path the path of that.
 */
int runtime_open(const struct config *, char *ret_path, size_t size);

/* Removes it, if nothing is in it. */
void runtime_close(const char *path);

#endif
