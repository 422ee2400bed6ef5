#ifndef INIT_HEALTH_H
#define INIT_HEALTH_H

/*
 * proctor health: one question to the proctor that runs here, for Docker's
 * HEALTHCHECK.  Returns the exit status: 0, or 1 after a line that names what
 * is wrong.
 */

#include <stdbool.h>

/*
 * page: "/readyz".  file: the configuration, for its runtime_dir; what is wrong
 * with it does not matter here.
 */
int health_ask(const char *page, const char *file, bool quiet);

#endif
