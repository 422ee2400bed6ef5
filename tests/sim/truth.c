#include "tests/sim/truth.h"

#include <errno.h>
#include <signal.h>

#define STATUS_NONE (-1)

static int
status_of_end(const struct ending *e)
{
	switch (e->kind) {
	case ENDING_EXITED:
		return e->number == 0 ? 69 : e->number;
	case ENDING_KILLED:
		return 128 + e->number;
	case ENDING_OOM:
	case ENDING_UNKILLABLE:
		return 137;
	case ENDING_NOT_EXECUTED:
		return e->number == ENOENT ? 127 : 126;
	case ENDING_NO_RESOURCES:
		return 71;
	case ENDING_TIMED_OUT:
	case ENDING_NOT_READY:
	case ENDING_WATCHDOG:
	case ENDING_UNHEALTHY:
		return 69;
	case ENDING_NONE:
	case ENDING_DEPENDENCY:
		break;
	}
	return STATUS_NONE;
}

static bool requires(const struct witness *w, size_t i, size_t other)
{
	const struct dependencies *list = &w->config->services[i].dependencies;

	for (size_t j = 0; j < list->count; j++)
		if (list->items[j].required && list->items[j].service == other)
			return true;
	return false;
}

static bool
is_fault_of_health(const struct ending *e)
{
	return e->kind == ENDING_NOT_READY || e->kind == ENDING_WATCHDOG ||
	    e->kind == ENDING_UNHEALTHY;
}

static bool
is_fault_true(const struct witness *w, size_t i)
{
	const struct ending *e = &w->plan->services[i].ending;
	const struct record *r = &w->records[i];
	size_t check = (size_t)e->number;

	if (e->kind == ENDING_NOT_READY)
		return r->is_late;
	if (e->kind == ENDING_WATCHDOG)
		return e->number == 0 ? r->triggered : r->has_missed_ping;
	return w->config->checks[check].service == i &&
	    w->config->checks[check].kind != CHECK_READINESS &&
	    w->findings[check].is_condemned;
}

/* STATUS_NONE if what the plan says of its end is not so. */
static int
status_of_service(const struct witness *w, size_t i)
{
	const struct service *s = &w->plan->services[i];
	const struct ending *heard = &w->records[i].heard;
	size_t lost = (size_t)s->ending.number;

	if (s->ending.kind == ENDING_DEPENDENCY) {
		if (!requires(w, i, lost) || !w->records[lost].has_failed)
			return STATUS_NONE;
		/* What somebody has started anew since has another end, or none. */
		return w->plan->services[lost].state == SERVICE_FAILED
		    ? status_of_service(w, lost)
		    : 69;
	}
	if (s->ending.kind == ENDING_TIMED_OUT)
		return w->occasion.now >= s->started + s->config->timeout ? 69
									  : STATUS_NONE;
	if (is_fault_of_health(&s->ending))
		return is_fault_true(w, i) ? 69 : STATUS_NONE;
	if (s->ending.kind == ENDING_UNKILLABLE)
		return w->world->bodies[i].is_unkillable ? 137 : STATUS_NONE;
	if (heard->kind != s->ending.kind || heard->number != s->ending.number)
		return STATUS_NONE;
	return status_of_end(heard);
}

bool
truth_ended_well(const struct witness *w, size_t i)
{
	const struct end_set *success = &w->config->services[i].success;
	const struct ending *e = &w->plan->services[i].ending;

	if (e->kind == ENDING_EXITED)
		return end_set_has_status(success, e->number);
	return e->kind == ENDING_KILLED && end_set_has_signal(success, e->number);
}

/* -- why it ends ---------------------------------------------------------------- */

static bool
has_come_to(const struct witness *w, size_t i, enum service_state state)
{
	return w->plan->services[i].state == state && w->records[i].before != state;
}

static bool
has_services(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++)
		if (w->config->services[i].kind == KIND_SERVICE)
			return true;
	return false;
}

/* A critical service has failed in this call, and the plan says by whose fault. */
static bool
is_failure_true(const struct witness *w)
{
	const struct cause *c = &w->plan->cause;
	size_t failed = c->via == SERVICE_NONE ? c->service : c->via;

	return has_come_to(w, failed, SERVICE_FAILED) &&
	    w->config->services[failed].critical &&
	    status_of_service(w, failed) == status_of_service(w, c->service) &&
	    w->status != STATUS_NONE;
}

static bool
is_everything_settled(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++)
		if (!service_is_final(&w->plan->services[i]))
			return false;
	return true;
}

static bool
any_critical_failure(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++)
		if (w->config->services[i].critical && has_come_to(w, i, SERVICE_FAILED))
			return true;
	return false;
}

/* A service has none that could be done. */
static bool
is_any_work_done(const struct witness *w)
{
	if (has_services(w))
		return false;
	for (size_t i = 0; i < w->config->count; i++)
		if (w->plan->services[i].state == SERVICE_DONE)
			return true;
	return false;
}

static bool
is_cause_true(const struct witness *w)
{
	const struct cause *c = &w->plan->cause;

	switch (c->kind) {
	case CAUSE_NONE:
		return false;
	case CAUSE_ASKED:
		return w->occasion.call == CALL_REQUEST &&
		    c->signal == w->occasion.signal;
	case CAUSE_FAILED:
		return is_failure_true(w);
	case CAUSE_MAIN_DONE:
		return has_come_to(w, c->service, SERVICE_DONE) &&
		    w->config->services[c->service].kind == KIND_MAIN;
	case CAUSE_ALL_DONE:
		return is_everything_settled(w) && is_any_work_done(w) &&
		    !any_critical_failure(w);
	case CAUSE_NOTHING_LEFT:
		return is_everything_settled(w) && !is_any_work_done(w) &&
		    !any_critical_failure(w);
	}
	return false;
}

static void
follow_the_cause(struct witness *w)
{
	const struct cause *c = &w->plan->cause;

	w->first_cause = *c;
	w->status = 0;
	if (c->kind == CAUSE_FAILED)
		w->status = status_of_service(w, c->service);
	if (c->kind == CAUSE_NOTHING_LEFT)
		w->status = w->forgiven_status;
	w->is_cause_wrong = !is_cause_true(w);
}

static void
follow_the_forgiven(struct witness *w)
{
	int told = status_of_end(&w->plan->forgiven.ending);

	for (size_t i = 0; i < w->config->count && !w->has_forgiven; i++) {
		if (w->config->services[i].critical || !has_come_to(w, i, SERVICE_FAILED))
			continue;
		w->forgiven_status = status_of_service(w, i);
		w->has_forgiven = w->forgiven_status == told;
	}
}

/* -- what goes wrong in a stop that was asked for -------------------------------- */

static bool
is_good_stop(const struct witness *w, size_t i)
{
	const struct service_config *c = &w->config->services[i];
	const struct ending *e = &w->plan->services[i].ending;
	int sent = w->records[i].signalled ? c->stop_signal : 0;

	if (truth_ended_well(w, i) || (e->kind == ENDING_EXITED && e->number == 0))
		return true;
	if (sent == 0)
		return false;
	return (e->kind == ENDING_KILLED && e->number == sent) ||
	    (e->kind == ENDING_EXITED && e->number == 128 + sent);
}

/* A flaw, unless there was one in an earlier call. */
static void
note_flaw(struct witness *w, int status, bool *found)
{
	if (w->is_flawed && !*found)
		return;
	if (!*found || status == plan_status(w->plan))
		w->status = status;
	w->is_flawed = *found = true;
}

static void
follow_the_flaws(struct witness *w)
{
	bool swept = w->phase_before == PLAN_SWEEPING;
	bool found = false;

	for (size_t i = 0; i < w->config->count; i++) {
		enum service_state before = w->records[i].before;

		if (!has_come_to(w, i, SERVICE_DOWN) || before == SERVICE_BACKOFF)
			continue;
		if (w->config->services[i].critical && !is_good_stop(w, i))
			note_flaw(w, status_of_service(w, i), &found);
	}
	for (size_t i = 0; i < w->decided_count; i++) {
		/* They may be asked and be killed in one event, if that comes late. */
		swept |= w->decided[i].kind == PLAN_SWEEP;
		if (w->decided[i].kind == PLAN_SEND_KILL ||
		    w->decided[i].kind == PLAN_CUT_HOOK ||
		    (w->decided[i].kind == PLAN_SWEEP_KILL && swept))
			note_flaw(w, 137, &found);
	}
}

void
truth_follow(struct witness *w)
{
	if (w->phase_before == PLAN_RUNNING)
		follow_the_forgiven(w);
	if (w->phase_before == PLAN_RUNNING && w->plan->phase != PLAN_RUNNING)
		follow_the_cause(w);
	else if (w->first_cause.kind == CAUSE_ASKED)
		follow_the_flaws(w);
}
