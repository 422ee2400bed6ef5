/*
 * What can be said of a plan at any moment: the status it would end with, whether
 * it is ready, started and live.
 */
#include "supervisor/plan.h"

#include <signal.h>

#include "supervisor/parts.h"

int
plan_status(const struct plan *p)
{
	if (p->cause.kind != CAUSE_ASKED || p->cause.status != 0)
		return cause_status(&p->cause);
	if (p->flaw.kind != CAUSE_NONE && !p->flaw_overdue)
		return cause_status(&p->flaw);
	return p->flaw_overdue || p->strays_overdue ? 128 + SIGKILL : 0;
}

bool
plan_service_is_ready(const struct plan *p, size_t service)
{
	enum service_state state = p->services[service].state;

	return state == SERVICE_DONE ||
	    (state == SERVICE_READY && checks_are_good(p, service));
}

bool
plan_is_ready(const struct plan *p)
{
	if (p->phase != PLAN_RUNNING)
		return false;
	for (size_t i = 0; i < p->config->count; i++)
		if (service_is_critical(p->services[i].config) &&
		    !plan_service_is_ready(p, i))
			return false;
	return true;
}

bool
plan_is_started(const struct plan *p)
{
	return p->started;
}

bool
plan_is_live(const struct plan *p)
{
	return p->cause.kind != CAUSE_FAILED && p->cause.kind != CAUSE_NOTHING_LEFT;
}
