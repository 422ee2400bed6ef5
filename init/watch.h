#ifndef INIT_WATCH_H
#define INIT_WATCH_H

#include "init/verbs.h"

/* proctor status: once, or again every second. */
int watch_command(const struct given *);

#endif
