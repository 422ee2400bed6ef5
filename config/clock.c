#include "config/clock.h"

#include <time.h>

/* Neither clock can fail; see clock_gettime(2). */
static usec_t
read_clock(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (usec_t)now.tv_sec * USEC_PER_SEC + (usec_t)now.tv_nsec / 1000;
}

usec_t
clock_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

usec_t
clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}
