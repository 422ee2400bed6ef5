#ifndef INIT_SERVE_H
#define INIT_SERVE_H

/*
 * Where the pages of supervisor/pages.h are served: at http =, for everybody,
 * and at proctor.sock in the runtime directory, for root and proctor's own user.
 */

#include "supervisor/loop.h"

/*
 * folder: the runtime directory, or NULL.  That nothing can be listened at there
 * is told in a line; without http = nobody outside could ever see that all is
 * well, so that is an error: -errno.
 */
int serve_open(struct loop *, const struct config *, const char *folder);

#endif
