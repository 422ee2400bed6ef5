#ifndef SUPERVISOR_HOLE_H
#define SUPERVISOR_HOLE_H

/*
 * Where a file was truncated, a writer that does not append goes on at its own
 * position, and the kernel makes a hole before it: it reads as NULs.
 */

#include <stdbool.h>
#include <sys/types.h>

/* Moves the offset to what was written.  Returns false where there is nothing yet. */
bool hole_skip(int fd, off_t *offset);

#endif
