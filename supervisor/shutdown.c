/*
 * The way down of a plan, from the first cause to PLAN_END.
 */
#include "supervisor/parts.h"

#include "config/moment.h"

/* How long what got SIGKILL may take to vanish before proctor goes anyway. */
#define KILL_MARGIN (500 * USEC_PER_MSEC)

/* What of the time left is not for the levels below. */
static usec_t
share(const struct config *config, usec_t left, unsigned below)
{
	return left - moment_earlier(config->grace / 10 * below, left / 2);
}

usec_t
plan_stop_time(const struct config *config, const struct service_config *service,
    usec_t left, unsigned below)
{
	if (service->stop_timeout != USEC_NEVER)
		return moment_earlier(service->stop_timeout, left);
	return share(config, left, below);
}

usec_t
plan_stop_until(const struct plan *p, size_t i, usec_t now)
{
	const struct config *c = p->config;

	return moment_after(now, plan_stop_time(c, &c->services[i], c->grace, 0));
}

static bool
any_process(const struct plan *p)
{
	for (size_t i = 0; i < p->config->count; i++)
		if (service_has_process(&p->services[i]))
			return true;
	return false;
}

static bool
level_has_process(const struct plan *p, unsigned level)
{
	for (size_t i = 0; i < p->config->count; i++)
		if (p->order.levels[i] == level && service_has_process(&p->services[i]))
			return true;
	return false;
}

/* Levels under this one where there is something to stop. */
static unsigned
busy_levels_below(const struct plan *p, unsigned level)
{
	unsigned count = 0;

	for (unsigned l = 0; l < level; l++)
		if (level_has_process(p, l))
			count++;
	return count;
}

/* What the levels below it are to have is not its to take. */
usec_t
shutdown_latest(const struct plan *p, size_t i)
{
	const struct service *s = &p->services[i];
	usec_t left = p->config->grace;
	unsigned below = 0;

	if (p->phase == PLAN_STOPPING) {
		left = moment_earlier(
		    left, p->stop_until - moment_earlier(s->stop_begun, p->stop_until));
		below = busy_levels_below(p, p->order.levels[i]);
	}
	return moment_after(s->stop_begun, share(p->config, left, below));
}

static void
stop_level(struct plan *p, usec_t now)
{
	unsigned below = busy_levels_below(p, p->level);
	usec_t left = p->stop_until > now ? p->stop_until - now : 0;

	for (size_t i = 0; i < p->config->count; i++) {
		struct service_input input = {.event = SERVICE_EV_STOP};

		if (p->order.levels[i] != p->level)
			continue;
		input.until = moment_after(
		    now, plan_stop_time(p->config, p->services[i].config, left, below));
		plan_step(p, i, &input, now);
	}
}

void
shutdown_end(struct plan *p)
{
	p->phase = PLAN_ENDED;
	p->deadline = USEC_NEVER;
	plan_push(p, PLAN_END, SERVICE_NONE);
}

static void
sweep(struct plan *p)
{
	p->phase = PLAN_SWEEPING;
	plan_push(p, p->killing ? PLAN_SWEEP_KILL : PLAN_SWEEP, SERVICE_NONE);
}

static void
begin_stopping(struct plan *p, usec_t now)
{
	p->phase = PLAN_STOPPING;
	p->deadline = moment_later(p->stop_until, now);
	p->level = p->order.level_count - 1;
	stop_level(p, now);
}

static void
descend(struct plan *p, usec_t now)
{
	while (!level_has_process(p, p->level)) {
		if (p->level == 0) {
			sweep(p);
			return;
		}
		p->level--;
		stop_level(p, now);
	}
}

void
shutdown_go_on(struct plan *p, usec_t now)
{
	if (p->phase == PLAN_DRAINING && !any_process(p))
		begin_stopping(p, now);
	if (p->phase != PLAN_STOPPING)
		return;
	if (!p->killing)
		descend(p, now);
	else if (!any_process(p))
		sweep(p);
}

void
shutdown_begin(struct plan *p, const struct cause *cause, usec_t now)
{
	p->cause = *cause;
	p->phase = PLAN_DRAINING;
	p->stop_until = moment_after(now, p->config->grace);
	p->deadline =
	    moment_earlier(moment_after(now, p->config->drain_delay), p->stop_until);
	plan_push(p, PLAN_TELL_STOP, SERVICE_NONE);
	checks_end(p);
	for (size_t i = 0; i < p->config->count; i++)
		plan_step(p, i, &(struct service_input){.event = SERVICE_EV_RETIRE}, now);
	if (p->config->drain_delay == 0)
		begin_stopping(p, now);
}

void
shutdown_kill(struct plan *p, usec_t now)
{
	p->strays_overdue = p->phase == PLAN_SWEEPING;
	p->killing = true;
	p->phase = PLAN_STOPPING;
	p->deadline = moment_after(now, KILL_MARGIN);
	for (size_t i = 0; i < p->config->count; i++)
		plan_step(p, i, &(struct service_input){.event = SERVICE_EV_KILL}, now);
}

void
shutdown_advance(struct plan *p, usec_t now)
{
	switch (p->phase) {
	case PLAN_DRAINING:
		begin_stopping(p, now);
		break;
	case PLAN_STOPPING:
	case PLAN_SWEEPING:
		if (p->killing)
			shutdown_end(p);
		else
			shutdown_kill(p, now);
		break;
	case PLAN_RUNNING:
	case PLAN_ENDED:
		break;
	}
}
