/*
 * What the change of one service means to those that come after it or
 * require it.
 */
#include "supervisor/parts.h"

/* Whether this state is what a dependent waits for. */
static bool
satisfies(enum service_state state, const struct dependent *d)
{
	switch (state) {
	case SERVICE_READY:
	case SERVICE_DONE:
		return true;
	case SERVICE_UP:
		return d->started;
	case SERVICE_FAILED: /* for good: nobody need wait any longer */
	case SERVICE_STOPPED: /* nor for one that somebody wants down */
		return !d->required;
	case SERVICE_DOWN:
	case SERVICE_STARTING:
	case SERVICE_PRE_STOP:
	case SERVICE_STOPPING:
	case SERVICE_KILLING:
	case SERVICE_CLEARING:
	case SERVICE_BACKOFF:
		return false;
	}
	return false;
}

/* What it comes after is there, but to be stopped as soon as others are. */
static bool
comes_too_late(const struct plan *p, size_t i)
{
	const struct dependencies *list = &p->config->services[i].dependencies;

	for (size_t j = 0; j < list->count; j++)
		if (p->services[list->items[j].service].pending != ASKED_NOTHING)
			return true;
	return false;
}

void
dependents_start(struct plan *p, size_t i, usec_t now)
{
	struct service *s = &p->services[i];

	if (p->phase == PLAN_RUNNING && s->state == SERVICE_DOWN && s->wanted &&
	    s->blockers == 0 && !(p->has_pending && comes_too_late(p, i)))
		plan_step(p, i, &(struct service_input){.event = SERVICE_EV_START}, now);
}

void
dependents_update(struct plan *p, size_t i, enum service_state before, usec_t now)
{
	enum service_state after = p->services[i].state;

	for (size_t j = p->order.first[i]; j < p->order.first[i + 1]; j++) {
		const struct dependent *d = &p->order.dependents[j];
		bool was = satisfies(before, d);
		bool is = satisfies(after, d);

		if (was && !is)
			p->services[d->service].blockers++;
		if (!was && is) {
			p->services[d->service].blockers--;
			dependents_start(p, d->service, now);
		}
	}
}

unsigned
dependents_count_blockers(const struct plan *p, size_t i)
{
	const struct dependencies *list = &p->config->services[i].dependencies;
	unsigned count = 0;

	for (size_t j = 0; j < list->count; j++) {
		const struct dependency *d = &list->items[j];
		struct dependent as = {
		    .service = i, .started = d->started, .required = d->required};

		count += !satisfies(p->services[d->service].state, &as);
	}
	return count;
}

/* i fails, for what it requires has. */
static void
fail(struct plan *p, size_t i, size_t lost, usec_t now)
{
	struct service_input input = {
	    .event = SERVICE_EV_FAULT,
	    .ending = {.kind = ENDING_DEPENDENCY, .number = (int)lost},
	    .until = plan_stop_until(p, i, now),
	};

	if (p->phase == PLAN_RUNNING)
		plan_step(p, i, &input, now);
}

void
dependents_fail(struct plan *p, size_t i, usec_t now)
{
	for (size_t j = p->order.first[i]; j < p->order.first[i + 1]; j++)
		if (p->order.dependents[j].required)
			fail(p, p->order.dependents[j].service, i, now);
}

size_t
dependents_lost(const struct plan *p, size_t i)
{
	const struct dependencies *list = &p->config->services[i].dependencies;

	for (size_t j = 0; j < list->count; j++)
		if (list->items[j].required &&
		    p->services[list->items[j].service].state == SERVICE_FAILED)
			return list->items[j].service;
	return SERVICE_NONE;
}

void
dependents_fail_waiting(struct plan *p, usec_t now)
{
	for (size_t i = 0; i < p->config->count; i++) {
		const struct service *s = &p->services[i];
		size_t lost = dependents_lost(p, i);

		if (s->state == SERVICE_DOWN && s->wanted && lost != SERVICE_NONE)
			fail(p, i, lost, now);
	}
}
