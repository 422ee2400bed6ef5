/*
 * The memory of a plan: what it has for each service and check of a configuration.
 */
#include "supervisor/plan.h"

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
	p->actions = calloc(p->action_capacity, sizeof(*p->actions));
	p->failed = calloc(4 * n + 1, sizeof(*p->failed));
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
