#ifndef SUPERVISOR_CLEAN_H
#define SUPERVISOR_CLEAN_H

/*
 * Removes stale files, such as a pid file that a killed container left
 * behind.  The last part of each path may be a pattern as in glob(7).  (Not
 * glob(3): it looks up home directories, and that means NSS.)
 */

#include "config/config.h"

/* What is not there is fine.  Returns 0 or -errno. */
int clean_files(const struct words *paths);

#endif
