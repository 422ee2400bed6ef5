#ifndef CONFIG_MOMENT_H
#define CONFIG_MOMENT_H

/* Reckoning with moments of the monotonic clock, where USEC_NEVER is last. */

#include "config/config.h"

static inline usec_t
moment_after(usec_t now, usec_t delay)
{
	return delay >= USEC_NEVER - now ? USEC_NEVER : now + delay;
}

static inline usec_t
moment_earlier(usec_t a, usec_t b)
{
	return a < b ? a : b;
}

static inline usec_t
moment_later(usec_t a, usec_t b)
{
	return a > b ? a : b;
}

#endif
