#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

/* Numbers that look like chance and come out the same for the same seed. */

#include <stdbool.h>

#include "config/config.h"

struct random {
	uint64_t state;
};

/* splitmix64, Vigna 2015: any seed is as good as any other. */
static inline uint64_t
random_next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* 0 up to count - 1. */
static inline uint64_t
random_below(struct random *r, uint64_t count)
{
	return random_next(r) % count;
}

static inline bool
random_chance(struct random *r, unsigned percent)
{
	return random_below(r, 100) < percent;
}

/* As likely to be about 1 ms as about 1 s, and now and then nothing at all. */
static inline usec_t
random_duration(struct random *r, usec_t max)
{
	usec_t bound = max >> random_below(r, 20);

	return random_below(r, bound + 1);
}

#endif
