#ifndef CONFIG_CLOCK_H
#define CONFIG_CLOCK_H

#include "config/config.h"

/* The monotonic clock: what moments are read from. */
usec_t clock_now(void);

/* The time since 1970, for people and their tools. */
usec_t clock_wall(void);

#endif
