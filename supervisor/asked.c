/*
 * What somebody asks for by hand: start, stop and restart of one service, and what that
 * means to those that it requires and that require it.
 */
#include "supervisor/parts.h"

#include <errno.h>
#include <string.h>

/* Somebody has asked for it to be down, or it is so for good. */
static bool
is_out(const struct service *s)
{
	return s->state == SERVICE_STOPPED || s->state == SERVICE_FAILED ||
	    s->asked == ASKED_HALT || s->pending == ASKED_HALT;
}

/* There is nothing of it that could be stopped. */
static bool
is_over(const struct service *s)
{
	return s->state == SERVICE_STOPPED || s->state == SERVICE_FAILED ||
	    s->state == SERVICE_DONE;
}

/* -- start ------------------------------------------------------------------- */

/* What the marked ones require, and so on.  Returns whether there was any. */
static bool
mark_required(struct plan *p)
{
	bool found = false;

	for (size_t i = 0; i < p->config->count; i++) {
		const struct dependencies *list = &p->config->services[i].dependencies;

		for (size_t j = 0; p->marks[i] && j < list->count; j++) {
			size_t other = list->items[j].service;

			if (!list->items[j].required || p->marks[other] ||
			    !is_out(&p->services[other]))
				continue;
			p->marks[other] = found = true;
		}
	}
	return found;
}

static bool
requires_marked(const struct plan *p, size_t i)
{
	const struct dependencies *list = &p->config->services[i].dependencies;
	bool found = false;

	for (size_t j = 0; j < list->count; j++) {
		size_t other = list->items[j].service;

		if (!list->items[j].required)
			continue;
		if (!p->marks[other] && is_out(&p->services[other]))
			return false;
		found = found || p->marks[other];
	}
	return found;
}

/* It is stopped, or being stopped, only because of what it requires. */
static bool
is_companion(const struct plan *p, size_t i)
{
	const struct service *s = &p->services[i];

	if (service_has_process(s) && s->fault.kind == ENDING_DEPENDENCY)
		return true;
	return is_out(s) && s->state != SERVICE_FAILED && s->with != i &&
	    s->with != SERVICE_NONE;
}

static bool
mark_companions(struct plan *p)
{
	bool found = false;

	for (size_t i = 0; i < p->config->count; i++)
		if (!p->marks[i] && is_companion(p, i) && requires_marked(p, i))
			p->marks[i] = found = true;
	return found;
}

/* It need not stop, unless what it requires is to start anew. */
static enum service_asked
instead_of_halt(const struct plan *p, size_t i)
{
	const struct dependencies *list = &p->config->services[i].dependencies;

	for (size_t j = 0; j < list->count; j++)
		if (list->items[j].required &&
		    p->services[list->items[j].service].pending == ASKED_RENEW)
			return ASKED_RENEW;
	return ASKED_NOTHING;
}

/* In the order of their start: nobody is to find what it requires still failed. */
static void
want_marked(struct plan *p, usec_t now)
{
	static const struct service_input want = {.event = SERVICE_EV_WANT};

	for (unsigned level = 0; level < p->order.level_count; level++)
		for (size_t i = 0; i < p->config->count; i++) {
			if (!p->marks[i] || p->order.levels[i] != level)
				continue;
			if (p->services[i].pending == ASKED_HALT)
				p->services[i].pending = instead_of_halt(p, i);
			plan_step(p, i, &want, now);
		}
}

static void
unmark(struct plan *p)
{
	memset(p->marks, 0, p->config->count * sizeof(*p->marks));
}

/* Some may have waited for one to stop that does not any more. */
static void
start_waiting(struct plan *p, usec_t now)
{
	for (size_t i = 0; i < p->config->count; i++)
		dependents_start(p, i, now);
}

/* All that has to start with it.  Returns whether all of it can. */
static bool
mark_start(struct plan *p, size_t service)
{
	unmark(p);
	p->marks[service] = true;
	while (mark_required(p))
		;
	for (size_t i = 0; i < p->config->count; i++)
		if (p->marks[i] && p->services[i].hangs)
			return false;
	return true;
}

static void
start(struct plan *p, usec_t now)
{
	while (mark_companions(p))
		;
	want_marked(p, now);
	start_waiting(p, now);
}

/* -- stop and restart -------------------------------------------------------- */

/* It is stopped with what it requires, unless it is being stopped anyway. */
static bool
goes_along(const struct service *s, enum service_asked how)
{
	if (is_out(s) || is_over(s))
		return false;
	return how == ASKED_HALT || s->state == SERVICE_BACKOFF || service_has_process(s);
}

static bool
mark_requiring(struct plan *p, enum service_asked how)
{
	bool found = false;

	for (size_t i = 0; i < p->config->count; i++)
		for (size_t j = p->order.first[i];
		     p->marks[i] && j < p->order.first[i + 1]; j++) {
			const struct dependent *d = &p->order.dependents[j];

			if (!d->required || p->marks[d->service] ||
			    !goes_along(&p->services[d->service], how))
				continue;
			p->marks[d->service] = found = true;
		}
	return found;
}

/* The stops themselves are for asked_go_on(). */
static void
stop(struct plan *p, size_t service, enum service_asked how)
{
	unmark(p);
	p->marks[service] = true;
	while (mark_requiring(p, how))
		;
	for (size_t i = 0; i < p->config->count; i++) {
		if (!p->marks[i])
			continue;
		p->services[i].pending = how;
		p->services[i].with = how == ASKED_HALT ? service : SERVICE_NONE;
	}
	p->has_pending = true;
}

/* Somebody that comes after it is to be stopped first, and is still there. */
static bool
has_to_wait(const struct plan *p, size_t i)
{
	for (size_t j = p->order.first[i]; j < p->order.first[i + 1]; j++) {
		const struct service *s = &p->services[p->order.dependents[j].service];

		if (s->pending != ASKED_NOTHING ||
		    (s->asked != ASKED_NOTHING && service_has_process(s)))
			return true;
	}
	return false;
}

static void
stop_pending(struct plan *p, size_t i, usec_t now)
{
	struct service *s = &p->services[i];
	struct service_input input = {
	    .event = s->pending == ASKED_HALT ? SERVICE_EV_HALT : SERVICE_EV_RENEW,
	    .until = plan_stop_until(p, i, now),
	};

	s->pending = ASKED_NOTHING;
	if (!is_over(s))
		plan_step(p, i, &input, now);
}

void
asked_go_on(struct plan *p, usec_t now)
{
	bool moved = p->has_pending;
	bool left = false;

	if (!moved)
		return;
	while (moved) {
		moved = left = false;
		for (size_t i = 0; i < p->config->count; i++) {
			if (p->services[i].pending == ASKED_NOTHING)
				continue;
			if (has_to_wait(p, i)) {
				left = true;
				continue;
			}
			stop_pending(p, i, now);
			moved = true;
		}
	}
	p->has_pending = left;
	start_waiting(p, now);
}

/* -- what becomes of it ------------------------------------------------------ */

static enum plan_outcome
outcome_of_start(const struct plan *p, size_t i)
{
	const struct service *s = &p->services[i];

	if (s->pending == ASKED_RENEW || s->asked == ASKED_RENEW)
		return PLAN_OUTCOME_PENDING;
	if (is_out(s) || s->state == SERVICE_BACKOFF || p->phase != PLAN_RUNNING)
		return PLAN_OUTCOME_FAILED;
	return plan_service_is_ready(p, i) ? PLAN_OUTCOME_DONE : PLAN_OUTCOME_PENDING;
}

static enum plan_outcome
outcome_of_stop(const struct plan *p, size_t i)
{
	const struct service *s = &p->services[i];

	if (s->hangs)
		return PLAN_OUTCOME_FAILED;
	if (is_over(s) || (s->state == SERVICE_DOWN && !s->wanted))
		return PLAN_OUTCOME_DONE;
	if (s->pending == ASKED_HALT || s->asked == ASKED_HALT ||
	    p->phase != PLAN_RUNNING)
		return PLAN_OUTCOME_PENDING;
	return PLAN_OUTCOME_FAILED;
}

void
asked_settle(struct plan *p)
{
	for (size_t i = 0; p->open_askings > 0 && i < p->config->count; i++) {
		struct asking *a = &p->askings[i];

		if (!a->asked || a->outcome != PLAN_OUTCOME_PENDING)
			continue;
		a->outcome = a->request == PLAN_ASK_STOP ? outcome_of_stop(p, i)
							 : outcome_of_start(p, i);
		p->open_askings -= a->outcome != PLAN_OUTCOME_PENDING;
	}
}

void
plan_stop_these(struct plan *p, const bool *these, usec_t now)
{
	for (size_t i = 0; i < p->config->count; i++)
		if (these[i] && !is_over(&p->services[i]))
			stop(p, i, ASKED_HALT);
	plan_draw_consequences(p, now);
}

static int
refuse(const struct plan *p, size_t i, enum plan_request request)
{
	const struct service *s = &p->services[i];
	bool undisturbed = s->pending == ASKED_NOTHING && s->asked == ASKED_NOTHING;

	if (p->phase != PLAN_RUNNING)
		return -ESHUTDOWN;
	if (request == PLAN_ASK_STOP)
		return is_over(s) ? -EALREADY : 0;
	return request == PLAN_ASK_START && undisturbed && s->state == SERVICE_READY &&
		plan_service_is_ready(p, i)
	    ? -EALREADY
	    : 0;
}

static void
note_request(struct plan *p, size_t i, enum plan_request request)
{
	struct asking *a = &p->askings[i];

	p->open_askings += !a->asked || a->outcome != PLAN_OUTCOME_PENDING;
	*a = (struct asking){.asked = true, .request = request};
}

int
plan_ask(struct plan *p, size_t i, enum plan_request request, usec_t now)
{
	struct service *s = &p->services[i];
	bool runs = service_has_process(s);
	int r = refuse(p, i, request);

	/* One that was stopped with another one is to stay so. */
	if (r == -EALREADY && s->state == SERVICE_STOPPED)
		s->with = i;
	if (r == 0 && request != PLAN_ASK_STOP && !mark_start(p, i))
		r = -EBUSY;
	if (r < 0)
		return r;
	note_request(p, i, request);
	if (request == PLAN_ASK_STOP)
		stop(p, i, ASKED_HALT);
	else
		start(p, now);
	if (request == PLAN_ASK_RESTART && runs)
		stop(p, i, ASKED_RENEW);
	plan_draw_consequences(p, now);
	return 0;
}

/* A start and a restart both come to where it is ready. */
bool
plan_asked_otherwise(const struct plan *p, size_t i, enum plan_request request)
{
	const struct asking *a = &p->askings[i];

	return !a->asked || (a->request == PLAN_ASK_STOP) != (request == PLAN_ASK_STOP);
}

enum plan_outcome
plan_asked(const struct plan *p, size_t i, enum plan_request request)
{
	return plan_asked_otherwise(p, i, request) ? PLAN_OUTCOME_FAILED
						   : p->askings[i].outcome;
}
