/*
 * The memory of a plan: what it has for each service and check of a configuration.
 */
#include "supervisor/parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What one call can ask for a service, all of its consequences included. */
#define ACTIONS_PER_SERVICE 8

static size_t
ring_size(const struct service_config *config)
{
	uint32_t count = config->restart_limit.count;

	return count == RESTARTS_UNLIMITED ? 0 : count;
}

static int
allocate(struct plan *p)
{
	size_t n = p->config->count;
	size_t moments = 0;

	for (size_t i = 0; i < n; i++)
		moments += ring_size(&p->config->services[i]);
	p->action_capacity = ACTIONS_PER_SERVICE * (n + p->config->check_count + 2);
	p->checks = calloc(p->config->check_count + 1, sizeof(*p->checks));
	p->services = calloc(n + 1, sizeof(*p->services));
	p->moments = calloc(moments + 1, sizeof(*p->moments));
	p->actions = malloc(p->action_capacity * sizeof(*p->actions));
	p->failed = malloc((4 * n + 1) * sizeof(*p->failed));
	p->askings = calloc(n + 1, sizeof(*p->askings));
	p->marks = calloc(n + 1, sizeof(*p->marks));
	if (!p->services || !p->checks || !p->moments || !p->actions || !p->failed ||
	    !p->askings || !p->marks)
		return -ENOMEM;
	return order_init(&p->order, p->config);
}

int
plan_init(struct plan *p, const struct config *config, uint32_t seed)
{
	size_t used = 0;

	memset(p, 0, sizeof(*p));
	p->config = config;
	if (allocate(p) < 0) {
		plan_clear(p);
		return -ENOMEM;
	}
	for (size_t i = 0; i < config->count; i++) {
		const struct service_config *c = &config->services[i];

		service_init(&p->services[i], c, p->moments + used,
		    seed + (uint32_t)i * 0x9e3779b9U);
		p->services[i].blockers = (unsigned)c->dependencies.count;
		used += ring_size(c);
	}
	for (size_t i = 0; i < config->check_count; i++)
		health_init(&p->checks[i], &config->checks[i]);
	p->unsettled = config->count;
	p->stop_until = USEC_NEVER;
	p->deadline = USEC_NEVER;
	return 0;
}

void
plan_clear(struct plan *p)
{
	order_clear(&p->order);
	free(p->services);
	free(p->checks);
	free(p->moments);
	free(p->actions);
	free(p->failed);
	free(p->askings);
	free(p->marks);
	memset(p, 0, sizeof(*p));
}

/* -- another configuration ------------------------------------------------------ */

static bool requires(const struct config *config, size_t i, size_t other)
{
	const struct dependencies *list = &config->services[i].dependencies;

	for (size_t j = 0; j < list->count; j++)
		if (list->items[j].required && list->items[j].service == other)
			return true;
	return false;
}

/* Whom it names may be there no more: the end stays, without that name. */
void
plan_adopt_ending(const struct plan *p, const struct plan *old, size_t i,
    struct ending *e, const size_t *news, const bool *same_checks)
{
	const struct check_config *check;
	size_t service;

	if (e->number < 0)
		return;
	if (e->kind == ENDING_DEPENDENCY) {
		service = news[e->number];
		e->number = -1;
		if (service != SERVICE_NONE && requires(p->config, i, service))
			e->number = (int)service;
	} else if (e->kind == ENDING_UNHEALTHY) {
		check = &old->config->checks[e->number];
		service = news[check->service];
		if (service == SERVICE_NONE || !same_checks[service])
			e->number = -1;
		else
			e->number += (int)p->config->services[service].first_check -
			    (int)old->config->services[check->service].first_check;
	}
}

/* A budget of another size begins whole. */
static void
adopt_backoff(struct backoff *b, const struct backoff *old)
{
	const struct service_config *config = b->config;
	usec_t *moments = b->moments;
	uint32_t count = config->restart_limit.count;

	if (count == old->config->restart_limit.count && count != RESTARTS_UNLIMITED)
		memcpy(moments, old->moments, count * sizeof(*moments));
	*b = *old;
	b->config = config;
	b->moments = moments;
	if (count != old->config->restart_limit.count)
		b->next = b->total = 0;
}

static void
adopt_service(struct plan *p, const struct plan *old, size_t i, size_t from,
    const size_t *news, const bool *same_checks)
{
	struct service *s = &p->services[i];
	struct backoff backoff = s->backoff;
	const struct service_config *config = s->config;

	adopt_backoff(&backoff, &old->services[from].backoff);
	*s = old->services[from];
	s->config = config;
	s->backoff = backoff;
	if (s->with != SERVICE_NONE)
		s->with = news[s->with];
	plan_adopt_ending(p, old, i, &s->ending, news, same_checks);
	plan_adopt_ending(p, old, i, &s->fault, news, same_checks);
	p->askings[i] = old->askings[from];
	p->open_askings +=
	    p->askings[i].asked && p->askings[i].outcome == PLAN_OUTCOME_PENDING;
}

static void
adopt_checks(
    struct plan *p, const struct plan *old, size_t i, size_t from, bool same, usec_t now)
{
	const struct service_config *c = &p->config->services[i];
	const struct health *h = old->checks + old->config->services[from].first_check;

	if (!same) {
		checks_begin(p, i, now);
		return;
	}
	for (size_t j = 0; j < c->check_count; j++) {
		p->checks[c->first_check + j] = h[j];
		p->checks[c->first_check + j].config =
		    &p->config->checks[c->first_check + j];
	}
}

static void
adopt_forgiven(
    struct plan *p, const struct plan *old, const size_t *news, const bool *same_checks)
{
	struct cause *c = &p->forgiven;

	*c = old->forgiven;
	if (c->kind == CAUSE_NONE)
		return;
	c->service = news[c->service];
	if (c->via != SERVICE_NONE)
		c->via = news[c->via];
	if (c->service == SERVICE_NONE)
		*c = (struct cause){0};
	else
		plan_adopt_ending(p, old, c->service, &c->ending, news, same_checks);
}

/* The first to fail is gone: another one that has failed is to blame still. */
static void
find_forgiven(struct plan *p, usec_t now)
{
	for (size_t i = 0; i < p->config->count && p->forgiven.kind == CAUSE_NONE; i++)
		if (p->services[i].state == SERVICE_FAILED) {
			p->forgiven =
			    cause_of_failure(p->services, p->config->count, i, now);
			p->forgiven.kind = CAUSE_NOTHING_LEFT;
		}
}

void
plan_adopt(struct plan *p, const struct plan *old, const size_t *olds, const size_t *news,
    const bool *same_checks, usec_t now)
{
	p->phase = old->phase;
	p->requests = old->requests;
	p->started = old->started;
	p->has_pending = old->has_pending;
	adopt_forgiven(p, old, news, same_checks);
	for (size_t i = 0; i < p->config->count; i++)
		if (olds[i] != SERVICE_NONE)
			adopt_service(p, old, i, olds[i], news, same_checks);
	for (size_t i = 0; i < p->config->count; i++) {
		if (olds[i] != SERVICE_NONE)
			adopt_checks(p, old, i, olds[i], same_checks[i], now);
		p->services[i].blockers = dependents_count_blockers(p, i);
		p->unsettled -= service_is_final(&p->services[i]);
	}
	find_forgiven(p, now);
}

void
plan_start_these(struct plan *p, const bool *these, usec_t now)
{
	for (unsigned level = 0; level < p->order.level_count; level++)
		for (size_t i = 0; i < p->config->count; i++) {
			struct service_input input = {.event = SERVICE_EV_WANT};

			if (!these[i] || p->order.levels[i] != level)
				continue;
			plan_step(p, i, &input, now);
			input.event = SERVICE_EV_WAIT;
			plan_step(p, i, &input, now);
			dependents_start(p, i, now);
		}
	/* Those that wait for less now. */
	for (size_t i = 0; i < p->config->count; i++)
		dependents_start(p, i, now);
	dependents_fail_waiting(p, now);
	plan_draw_consequences(p, now);
}
