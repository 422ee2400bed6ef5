#include "supervisor/plan.h"

#include <signal.h>

#include "config/moment.h"
#include "supervisor/parts.h"

/* -- actions ----------------------------------------------------------------- */

void
plan_push(struct plan *p, enum plan_action_kind kind, size_t service)
{
	if (p->action_tail < p->action_capacity)
		p->actions[p->action_tail++] = (struct plan_action){kind, service};
}

/* The restart that was to be told has been given up by now. */
static bool
is_stale(const struct plan *p, const struct plan_action *a)
{
	return a->kind == PLAN_TELL_RESTART &&
	    p->services[a->service].state != SERVICE_BACKOFF;
}

bool
plan_next_action(struct plan *p, struct plan_action *ret_action)
{
	while (p->action_head < p->action_tail) {
		*ret_action = p->actions[p->action_head++];
		if (!is_stale(p, ret_action))
			return true;
	}
	p->action_head = p->action_tail = 0;
	return false;
}

static void
push_action(struct plan *p, enum service_action action, size_t i)
{
	switch (action) {
	case SERVICE_NOTHING:
		break;
	case SERVICE_SPAWN:
		plan_push(p, PLAN_SPAWN, i);
		break;
	case SERVICE_RUN_HOOK:
		plan_push(p, PLAN_RUN_HOOK, i);
		break;
	case SERVICE_SEND_SIGNAL:
		plan_push(p, PLAN_SEND_SIGNAL, i);
		break;
	case SERVICE_CUT_HOOK:
		plan_push(p, PLAN_CUT_HOOK, i);
		break;
	case SERVICE_SEND_KILL:
		plan_push(p, PLAN_SEND_KILL, i);
		break;
	case SERVICE_TELL_WAITING:
		plan_push(p, PLAN_TELL_WAITING, i);
		break;
	}
}

/* -- one service takes a step ------------------------------------------------ */

/* What it requires may have failed while it was stopped for another reason. */
static void
note_restart(struct plan *p, size_t i)
{
	size_t lost = dependents_lost(p, i);

	if (lost == SERVICE_NONE)
		plan_push(p, PLAN_TELL_RESTART, i);
	else
		p->failed[p->failed_count++] = lost;
}

static void
note_failed(struct plan *p, size_t i, usec_t now)
{
	struct cause cause = cause_of_failure(p->services, p->config->count, i, now);

	if (p->phase != PLAN_RUNNING)
		return;
	if (service_is_critical(p->services[i].config)) {
		shutdown_begin(p, &cause, now);
		return;
	}
	if (p->forgiven.kind == CAUSE_NONE) {
		p->forgiven = cause;
		p->forgiven.kind = CAUSE_NOTHING_LEFT;
	}
	plan_push(p, PLAN_TELL_FAILED, i);
	p->failed[p->failed_count++] = i;
}

static void
note_done(struct plan *p, size_t i, usec_t now)
{
	struct cause cause = {
	    .kind = CAUSE_MAIN_DONE,
	    .service = i,
	    .via = SERVICE_NONE,
	    .ending = p->services[i].ending,
	};

	if (p->services[i].config->kind == KIND_MAIN && p->phase == PLAN_RUNNING)
		shutdown_begin(p, &cause, now);
}

/* What of the stop will keep a request to stop from having gone well. */
static void
note_flaw(struct plan *p, size_t i, bool overdue, usec_t now)
{
	if (p->phase == PLAN_RUNNING || p->flaw.kind != CAUSE_NONE)
		return;
	p->flaw = cause_of_failure(p->services, p->config->count, i, now);
	p->flaw_overdue = overdue;
}

static void
note_cut_hook(struct plan *p, size_t i, usec_t now)
{
	bool first = p->flaw.kind == CAUSE_NONE;

	note_flaw(p, i, true, now);
	p->flaw_hook = p->flaw_hook || (first && p->flaw.kind != CAUSE_NONE);
}

static void
note_down(struct plan *p, size_t i, usec_t now)
{
	const struct service *s = &p->services[i];

	if (service_is_critical(s->config) &&
	    !ending_is_good_stop(&s->ending, s->config, s->sent))
		note_flaw(p, i, false, now);
}

/* It is down because somebody wants it anew. */
static void
note_wanted(struct plan *p, size_t i, usec_t now)
{
	size_t lost = dependents_lost(p, i);

	if (!p->services[i].wanted || p->phase != PLAN_RUNNING)
		return;
	if (lost == SERVICE_NONE)
		dependents_start(p, i, now);
	else
		p->failed[p->failed_count++] = lost;
}

static bool
is_final(enum service_state state)
{
	return state == SERVICE_DONE || state == SERVICE_FAILED;
}

/* The verdict comes first: what follows a failure that ends it all never starts. */
static void
note_change(struct plan *p, size_t i, enum service_state before, usec_t now)
{
	const struct service *s = &p->services[i];

	p->unsettled += is_final(before);
	p->unsettled -= is_final(s->state);
	if (s->state == SERVICE_BACKOFF) {
		note_restart(p, i);
	} else if (s->state == SERVICE_KILLING && s->overdue) {
		plan_push(p, PLAN_TELL_OVERDUE, i);
		note_flaw(p, i, true, now);
	} else if (s->state == SERVICE_FAILED) {
		note_failed(p, i, now);
	} else if (s->state == SERVICE_DONE) {
		note_done(p, i, now);
	} else if (s->state == SERVICE_DOWN && before != SERVICE_BACKOFF) {
		note_down(p, i, now);
	} else if (s->state == SERVICE_STOPPED) {
		plan_push(p, PLAN_TELL_STOPPED, i);
	}
	checks_update(p, i, before, now);
	dependents_update(p, i, before, now);
	if (s->state == SERVICE_DOWN)
		note_wanted(p, i, now);
}

void
plan_step(struct plan *p, size_t i, const struct service_input *input, usec_t now)
{
	struct service *s = &p->services[i];
	enum service_state before = s->state;
	enum service_action action = service_step(s, input, now);

	push_action(p, action, i);
	if (action == SERVICE_CUT_HOOK)
		note_cut_hook(p, i, now);
	if (s->state != before)
		note_change(p, i, before, now);
}

/* -- what is left to draw from an event ---------------------------------------- */

/* Nothing is left that could change: whether that is success. */
static bool
is_work_done(const struct plan *p)
{
	bool done = false;

	for (size_t i = 0; i < p->config->count; i++) {
		if (p->config->services[i].kind == KIND_SERVICE)
			return false;
		done = done || p->services[i].state == SERVICE_DONE;
	}
	return done;
}

/* Every public function ends here, when each service has taken its step. */
void
plan_draw_consequences(struct plan *p, usec_t now)
{
	static const struct cause all_done = {
	    .kind = CAUSE_ALL_DONE, .via = SERVICE_NONE};

	p->started = p->started || plan_is_ready(p);
	do {
		while (p->failed_count > 0)
			dependents_fail(p, p->failed[--p->failed_count], now);
		asked_go_on(p, now);
	} while (p->failed_count > 0);
	if (p->phase == PLAN_RUNNING && p->unsettled == 0)
		shutdown_begin(p, is_work_done(p) ? &all_done : &p->forgiven, now);
	shutdown_go_on(p, now);
	asked_settle(p);
}

void
plan_start(struct plan *p, usec_t now)
{
	for (size_t i = 0; i < p->config->count; i++) {
		dependents_start(p, i, now);
		if (p->services[i].state == SERVICE_DOWN)
			plan_step(
			    p, i, &(struct service_input){.event = SERVICE_EV_WAIT}, now);
	}
	plan_draw_consequences(p, now);
}

void
plan_handle(struct plan *p, size_t service, const struct service_input *input, usec_t now)
{
	plan_step(p, service, input, now);
	plan_draw_consequences(p, now);
}

void
plan_fail(struct plan *p, size_t service, const struct ending *ending, usec_t now)
{
	struct service_input input = {
	    .event = SERVICE_EV_FAULT,
	    .ending = *ending,
	    .until = plan_stop_until(p, service, now),
	};

	plan_handle(p, service, &input, now);
}

void
plan_leaving(struct plan *p, size_t service, usec_t now)
{
	struct service_input input = {
	    .event = SERVICE_EV_LEAVING,
	    .until = plan_stop_until(p, service, now),
	};

	plan_handle(p, service, &input, now);
}

void
plan_extend(struct plan *p, size_t service, usec_t by, usec_t now)
{
	const struct service *s = &p->services[service];
	struct service_input input = {
	    .event = SERVICE_EV_EXTEND,
	    .until = moment_after(now, by),
	};

	if (s->state == SERVICE_PRE_STOP || s->state == SERVICE_STOPPING)
		input.until = moment_earlier(input.until, shutdown_latest(p, service));
	plan_handle(p, service, &input, now);
}

void
plan_set_watchdog(struct plan *p, size_t service, usec_t interval, usec_t now)
{
	p->services[service].watchdog = interval;
	plan_handle(p, service, &(struct service_input){.event = SERVICE_EV_PING}, now);
}

void
plan_advance(struct plan *p, usec_t now)
{
	for (size_t i = 0; i < p->config->count; i++) {
		struct service *s = &p->services[i];
		struct service_input input = {.event = SERVICE_EV_TIMEOUT};

		if (s->deadline > now)
			continue;
		input.until = plan_stop_until(p, i, now);
		plan_step(p, i, &input, now);
	}
	checks_advance(p, now);
	plan_draw_consequences(p, now);
	if (p->deadline <= now) {
		shutdown_advance(p, now);
		plan_draw_consequences(p, now);
	}
}

void
plan_request_stop(struct plan *p, int signal, usec_t now)
{
	struct cause asked = {.kind = CAUSE_ASKED, .signal = signal, .via = SERVICE_NONE};

	if (signal == SIGTERM || signal == SIGINT)
		p->requests++;
	if (p->phase == PLAN_RUNNING)
		shutdown_begin(p, &asked, now);
	else if (p->requests >= 2 && !p->killing && p->phase != PLAN_ENDED)
		shutdown_kill(p, now);
	plan_draw_consequences(p, now);
}

void
plan_shutdown(struct plan *p, int status, usec_t now)
{
	struct cause asked = {.kind = CAUSE_ASKED, .status = status, .via = SERVICE_NONE};

	if (p->phase == PLAN_RUNNING)
		shutdown_begin(p, &asked, now);
	plan_draw_consequences(p, now);
}

void
plan_swept(struct plan *p)
{
	if (p->phase == PLAN_SWEEPING)
		shutdown_end(p);
}

usec_t
plan_deadline(const struct plan *p)
{
	usec_t deadline = moment_earlier(p->deadline, checks_deadline(p));

	if (p->phase == PLAN_ENDED)
		return USEC_NEVER;
	for (size_t i = 0; i < p->config->count; i++)
		deadline = moment_earlier(deadline, p->services[i].deadline);
	return deadline;
}
