#include "supervisor/cause.h"

#include <sysexits.h>

/* Whether it failed for one that is failed still: not started anew by somebody since. */
static bool
is_lost(const struct service *services, const struct ending *e)
{
	return e->kind == ENDING_DEPENDENCY && e->number >= 0 &&
	    services[e->number].state == SERVICE_FAILED;
}

struct cause
cause_of_failure(const struct service *services, size_t count, size_t i, usec_t now)
{
	size_t root = i;
	usec_t first = now;
	struct cause c = {.kind = CAUSE_FAILED, .via = SERVICE_NONE};

	/* Ends of different times can name each other in a circle. */
	for (size_t n = 0; n < count && is_lost(services, &services[root].ending); n++)
		root = (size_t)services[root].ending.number;
	if (root != i)
		c.via = i;
	c.service = root;
	c.ending = services[root].ending;
	c.restarts = backoff_recent(&services[root].backoff, now, &first);
	c.span = now - first;
	return c;
}

int
cause_status(const struct cause *c)
{
	int status;

	if (c->kind == CAUSE_ASKED)
		return c->status;
	if (c->kind != CAUSE_FAILED && c->kind != CAUSE_NOTHING_LEFT)
		return 0;
	status = ending_status(&c->ending);
	return status != 0 ? status : EX_UNAVAILABLE;
}
