#ifndef INIT_SERVE_H
#define INIT_SERVE_H

/*
 * Where the pages of supervisor/pages.h are served: at http =, for everybody,
 * and at control =, which has the API too, for those of supervisor/peer.h.
 */

#include "supervisor/loop.h"

/*
 * folder: the runtime directory, or NULL.  That nothing can be listened at there
 * is told in a line; without http = nobody outside could ever see that all is
 * well, and a path of control = is there for somebody, so these are an error:
 * -errno, and *ret_what is the one.
 */
int serve_open(
    struct loop *, const struct config *, const char *folder, const char **ret_what);

#endif
