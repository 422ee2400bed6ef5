#ifndef INIT_RUN_H
#define INIT_RUN_H

/* proctor run: everything together, for a configuration that is good. */

#include "config/config.h"

/* Returns the exit status, when all has come to its end. */
int run_supervise(const struct config *);

#endif
