#ifndef SUPERVISOR_VIEW_H
#define SUPERVISOR_VIEW_H

/* What the pages are made from: all that is known at one moment. */

#include "supervisor/children.h"
#include "supervisor/plan.h"
#include "supervisor/stats.h"

struct view {
	const struct plan *plan; /* all are borrowed */
	const struct stats *stats;
	const struct child *children; /* one per service */
	usec_t now;
	usec_t wall; /* the same moment, since 1970 */
};

/* A moment of the monotonic clock, since 1970. */
static inline usec_t
view_wall(const struct view *v, usec_t moment)
{
	return v->wall - (v->now - moment);
}

/* The checks of one service: so many from here. */
static inline size_t
view_first_check(const struct view *v, size_t service)
{
	return v->plan->config->services[service].first_check;
}

static inline size_t
view_check_count(const struct view *v, size_t service)
{
	return v->plan->config->services[service].check_count;
}

#endif
