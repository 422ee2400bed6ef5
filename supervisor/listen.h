#ifndef SUPERVISOR_LISTEN_H
#define SUPERVISOR_LISTEN_H

/*
 * A socket that others can connect to, not blocking.  Returns it, or -errno.
 *
 * The socket of a path takes the place of one that nobody answers at any more
 * (proctor was killed), and of nothing else.  Whoever may pass through the
 * folder may connect.
 */

#include "config/endpoint.h"

int listen_at(const struct endpoint *);

#endif
