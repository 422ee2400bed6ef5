#ifndef INIT_RUN_H
#define INIT_RUN_H

/* proctor run: everything together, for a configuration that is good. */

#include "config/config.h"

/*
 * Returns the exit status, when all has come to its end.  path: the file that it can be
 * read from again; NULL: there is none.
 */
int run_supervise(const struct config *, const char *path);

#endif
