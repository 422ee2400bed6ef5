/*
 * The checks of the services: when they run, and what their verdicts mean to
 * the service.
 */
#include "supervisor/parts.h"

#include "config/moment.h"

/* Between the start of the program and the reason to stop it. */
static bool
is_checked(enum service_state state)
{
	return state == SERVICE_UP || state == SERVICE_READY;
}

static struct health *
first_of(const struct plan *p, size_t service)
{
	return p->checks + p->config->services[service].first_check;
}

/* The startup checks of a service have passed, if it has any. */
static bool
has_started(const struct plan *p, size_t service)
{
	const struct health *h = first_of(p, service);
	size_t n = p->config->services[service].check_count;

	for (size_t i = 0; i < n; i++)
		if (h[i].config->kind == CHECK_STARTUP && !h[i].good)
			return false;
	return true;
}

bool
checks_are_good(const struct plan *p, size_t service)
{
	const struct health *h = first_of(p, service);
	size_t n = p->config->services[service].check_count;

	for (size_t i = 0; i < n; i++)
		if (!h[i].good)
			return false;
	return true;
}

/* The startup checks, or the others. */
static void
begin(struct plan *p, size_t service, bool startup, usec_t now)
{
	struct health *h = first_of(p, service);
	size_t n = p->config->services[service].check_count;

	for (size_t i = 0; i < n; i++)
		if ((h[i].config->kind == CHECK_STARTUP) == startup)
			health_begin(&h[i], p->services[service].started, now);
}

static void
end(struct plan *p, size_t service)
{
	struct health *h = first_of(p, service);
	size_t n = p->config->services[service].check_count;

	for (size_t i = 0; i < n; i++)
		if (health_end(&h[i]) == HEALTH_DROP)
			plan_push(p, PLAN_PROBE_DROP, (size_t)(&h[i] - p->checks));
}

void
checks_begin(struct plan *p, size_t service, usec_t now)
{
	if (!is_checked(p->services[service].state))
		return;
	begin(p, service, true, now);
	if (has_started(p, service))
		begin(p, service, false, now);
}

void
checks_update(struct plan *p, size_t service, enum service_state before, usec_t now)
{
	bool was = is_checked(before);
	bool is = is_checked(p->services[service].state) && p->phase == PLAN_RUNNING;

	if (p->config->services[service].check_count == 0)
		return;
	if (was && !is)
		end(p, service);
	if (is && !was)
		checks_begin(p, service, now);
}

void
checks_end(struct plan *p)
{
	for (size_t i = 0; i < p->config->count; i++)
		end(p, i);
}

/* It is well, so far as that check goes. */
static void
turned_good(struct plan *p, const struct check_config *c, usec_t now)
{
	struct service_input ready = {.event = SERVICE_EV_READY};

	if (c->kind == CHECK_STARTUP && has_started(p, c->service))
		begin(p, c->service, false, now);
	if (p->config->services[c->service].ready.kind == READY_CHECK &&
	    checks_are_good(p, c->service))
		plan_step(p, c->service, &ready, now);
}

/* A service that is not alive, or does not come up, has failed. */
static void
turned_bad(struct plan *p, size_t check, usec_t now)
{
	const struct check_config *c = p->checks[check].config;
	struct service_input fault = {
	    .event = SERVICE_EV_FAULT,
	    .ending = {.kind = ENDING_UNHEALTHY, .number = (int)check},
	    .until = plan_stop_until(p, c->service, now),
	};

	plan_push(p, PLAN_TELL_UNHEALTHY, check);
	if (c->kind != CHECK_READINESS)
		plan_step(p, c->service, &fault, now);
}

static void
conclude(struct plan *p, size_t check, enum health_change change, usec_t now)
{
	switch (change) {
	case HEALTH_SAME:
		break;
	case HEALTH_TURNED_GOOD:
		if (p->checks[check].recovered)
			plan_push(p, PLAN_TELL_HEALTHY, check);
		turned_good(p, p->checks[check].config, now);
		break;
	case HEALTH_TURNED_BAD:
		turned_bad(p, check, now);
		break;
	}
}

void
checks_advance(struct plan *p, usec_t now)
{
	for (size_t i = 0; i < p->config->check_count; i++) {
		enum health_action action;
		enum health_change change = health_tick(&p->checks[i], now, &action);

		if (action == HEALTH_PROBE)
			plan_push(p, PLAN_PROBE, i);
		if (action == HEALTH_DROP)
			plan_push(p, PLAN_PROBE_DROP, i);
		conclude(p, i, change, now);
	}
}

void
plan_probed(struct plan *p, size_t check, bool good, usec_t now)
{
	conclude(p, check, health_result(&p->checks[check], good, now), now);
	plan_draw_consequences(p, now);
}

void
plan_unprobed(struct plan *p, size_t check, usec_t now)
{
	health_skip(&p->checks[check], now);
}

usec_t
checks_deadline(const struct plan *p)
{
	usec_t deadline = USEC_NEVER;

	for (size_t i = 0; i < p->config->check_count; i++)
		deadline = moment_earlier(deadline, p->checks[i].deadline);
	return deadline;
}
