#ifndef SUPERVISOR_ORDER_H
#define SUPERVISOR_ORDER_H

/*
 * Start and stop order from the dependencies.
 *
 * The level of a service is the length of the longest chain of services it
 * starts after: 0 for none.  Starting follows the dependencies themselves;
 * stopping takes the levels in reverse, all of one level at once.
 */

#include "config/config.h"

/* Somebody who starts after a service. */
struct dependent {
	size_t service;
	bool started; /* waits only until it is started */
	bool required; /* fails with it */
};

struct order {
	unsigned *levels; /* one per service */
	unsigned level_count;
	struct dependent *dependents; /* grouped by the service they follow */
	size_t *first; /* dependents of i: first[i] up to first[i + 1] */
};

/*
 * config must be checked: no cycles.  Returns 0 or -ENOMEM.  What it
 * allocates is given back with order_clear().
 */
int order_init(struct order *, const struct config *config);
void order_clear(struct order *);

#endif
