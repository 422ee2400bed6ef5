#ifndef SUPERVISOR_STALE_H
#define SUPERVISOR_STALE_H

#include <sys/un.h>

/*
 * Frees a path for a socket of this type: takes away one that nobody answers
 * at any more (proctor was killed).  Returns 0, -EEXIST: it is no socket,
 * -EADDRINUSE: somebody may be there, or another -errno.
 */
int stale_remove(const struct sockaddr_un *, int type);

#endif
