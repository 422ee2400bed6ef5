#include "tests/sim/invariants.h"

#include "config/moment.h"
#include "tests/sim/wellness.h"

/* What plan.h and service.h promise, said once more and apart from them. */
#define KILL_MARGIN (500 * USEC_PER_MSEC)
#define CLEAR_TIME USEC_PER_SEC
#define REFUSALS_MAX 10
#define ADVANCES_MAX 1000

/* -- one service ------------------------------------------------------------------- */

static bool
never_two_processes_of_one_service(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++)
		if (w->records[i].spawned_twice)
			return false;
	return true;
}

/* Or has had a second to be. */
static bool
no_next_life_before_the_last_one_is_cleared(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++) {
		const struct record *r = &w->records[i];

		if (r->before == SERVICE_CLEARING &&
		    w->plan->services[i].state != SERVICE_CLEARING &&
		    w->occasion.input.event != SERVICE_EV_CLEARED &&
		    w->occasion.now < r->exited_at + CLEAR_TIME)
			return false;
	}
	return true;
}

/* One that does not die of SIGKILL has failed while it is still there. */
static bool
states_are_true(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++) {
		const struct service *s = &w->plan->services[i];
		bool is_alive = w->records[i].is_alive;
		bool hangs =
		    s->state == SERVICE_FAILED && w->world->bodies[i].is_unkillable;

		if (w->world->bodies[i].exists && !is_alive)
			return false;
		if (s->state != SERVICE_CLEARING && !hangs &&
		    service_has_process(s) != is_alive)
			return false;
	}
	return true;
}

static bool
no_restart_that_the_policy_forbids(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++) {
		const struct service *s = &w->plan->services[i];
		enum restart_policy policy = w->config->services[i].restart;

		if (s->state != SERVICE_BACKOFF || s->ending.kind == ENDING_NO_RESOURCES)
			continue;
		if (policy == RESTART_NEVER ||
		    (policy == RESTART_ON_FAILURE && w->records[i].ended_well))
			return false;
	}
	return true;
}

/* The least time a service has before it may be killed. */
static usec_t
least_stop_time(const struct witness *w, size_t i)
{
	const struct service_config *c = &w->config->services[i];
	usec_t begun = w->records[i].stop_begun;
	usec_t alone =
	    moment_after(begun, moment_earlier(c->stop_timeout, w->config->grace));
	usec_t left;

	if (w->stop_begun == USEC_NEVER)
		return alone;
	begun = begun > w->stop_begun ? begun : w->stop_begun;
	left = w->stop_begun + w->config->grace;
	left = left > begun ? (left - begun) / 2 : 0;
	return moment_earlier(alone, begun + moment_earlier(c->stop_timeout, left));
}

static bool
may_be_killed(const struct witness *w, size_t i)
{
	bool grace_is_over = w->stop_begun != USEC_NEVER &&
	    w->occasion.now >= w->stop_begun + w->config->grace;

	if (w->requests >= 2 || grace_is_over)
		return true;
	return (w->records[i].signalled || w->records[i].leaves) &&
	    w->occasion.now >= least_stop_time(w, i);
}

static bool
kill_only_after_the_signal_and_its_time_or_now(const struct witness *w)
{
	for (size_t i = 0; i < w->decided_count; i++)
		if (w->decided[i].kind == PLAN_SEND_KILL &&
		    !may_be_killed(w, w->decided[i].service))
			return false;
	return true;
}

static bool
budget_is_kept(const struct witness *w, size_t i)
{
	const struct service_config *c = &w->config->services[i];
	const struct record *r = &w->records[i];
	uint32_t limit = c->restart_limit.count;

	if (r->refusals > REFUSALS_MAX && w->plan->services[i].state == SERVICE_BACKOFF)
		return false;
	if (r->restart_count > 0 && (c->restart == RESTART_NEVER || limit == 0))
		return false;
	if (limit == RESTARTS_UNLIMITED || r->restart_count <= limit)
		return true;
	return r->restarts[0] - r->restarts[limit] >= c->restart_limit.window;
}

static bool
budgets_are_never_exceeded(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++)
		if (!budget_is_kept(w, i))
			return false;
	return true;
}

/* -- order ------------------------------------------------------------------------- */

static bool
lets_go(const struct dependency *d, enum service_state state)
{
	if (state == SERVICE_READY || state == SERVICE_DONE)
		return true;
	if (state == SERVICE_UP)
		return d->started;
	return (state == SERVICE_FAILED || state == SERVICE_STOPPED) && !d->required;
}

/* Within one call a dependency may have come or gone: either counts. */
static bool
all_let_go(const struct witness *w, size_t i)
{
	const struct dependencies *list = &w->config->services[i].dependencies;

	for (size_t j = 0; j < list->count; j++) {
		const struct dependency *d = &list->items[j];

		if (!lets_go(d, w->records[d->service].before) &&
		    !lets_go(d, w->plan->services[d->service].state))
			return false;
	}
	return true;
}

static bool
no_start_before_what_it_comes_after_is_ready_or_done(const struct witness *w)
{
	for (size_t i = 0; i < w->decided_count; i++)
		if (w->decided[i].kind == PLAN_SPAWN &&
		    !all_let_go(w, w->decided[i].service))
			return false;
	return true;
}

static bool
no_start_on_the_way_down(const struct witness *w)
{
	for (size_t i = 0; i < w->decided_count; i++)
		if (w->decided[i].kind == PLAN_SPAWN && w->phase_before != PLAN_RUNNING)
			return false;
	return true;
}

static bool
has_dependent_with_a_process(const struct witness *w, size_t i)
{
	const struct order *o = &w->plan->order;

	for (size_t j = o->first[i]; j < o->first[i + 1]; j++)
		if (service_has_process(&w->plan->services[o->dependents[j].service]))
			return true;
	return false;
}

/* By hand only those that require it go first; and one that has failed is out of turn. */
static bool
none_is_stopped_before_those_that_come_after_it(const struct witness *w)
{
	for (size_t i = 0; i < w->decided_count; i++) {
		const struct plan_action *a = &w->decided[i];

		if ((a->kind == PLAN_SEND_SIGNAL || a->kind == PLAN_RUN_HOOK) &&
		    w->plan->services[a->service].fault.kind == ENDING_NONE &&
		    !w->records[a->service].by_hand &&
		    has_dependent_with_a_process(w, a->service))
			return false;
	}
	return true;
}

static bool
has_requiring_that_runs(const struct witness *w, size_t i)
{
	const struct order *o = &w->plan->order;

	for (size_t j = o->first[i]; j < o->first[i + 1]; j++) {
		const struct service *s = &w->plan->services[o->dependents[j].service];

		if (o->dependents[j].required &&
		    (s->state == SERVICE_UP || s->state == SERVICE_READY) &&
		    w->records[o->dependents[j].service].before == s->state)
			return true;
	}
	return false;
}

static bool
by_hand_those_that_require_it_are_stopped_first(const struct witness *w)
{
	for (size_t i = 0; i < w->decided_count; i++) {
		const struct plan_action *a = &w->decided[i];

		if ((a->kind == PLAN_SEND_SIGNAL || a->kind == PLAN_RUN_HOOK) &&
		    w->plan->phase == PLAN_RUNNING &&
		    w->plan->services[a->service].fault.kind == ENDING_NONE &&
		    has_requiring_that_runs(w, a->service))
			return false;
	}
	return true;
}

static bool
what_was_stopped_by_hand_stays_so(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++)
		if (w->records[i].before == SERVICE_STOPPED &&
		    w->plan->services[i].state != SERVICE_STOPPED &&
		    w->occasion.call != CALL_ASK)
			return false;
	return true;
}

static bool
a_request_by_hand_ends_nothing(const struct witness *w)
{
	return w->occasion.call != CALL_ASK || w->phase_before != PLAN_RUNNING ||
	    w->plan->phase == PLAN_RUNNING;
}

/* -- the end ----------------------------------------------------------------------- */

static bool
first_cause_is_the_one_told(const struct witness *w)
{
	const struct cause *first = &w->first_cause;
	const struct cause *told = &w->plan->cause;

	return !w->is_cause_wrong && first->kind == told->kind &&
	    first->signal == told->signal && first->service == told->service &&
	    first->via == told->via && first->ending.kind == told->ending.kind &&
	    first->ending.number == told->ending.number;
}

static bool
no_exit_0_after_an_unforgiven_failure(const struct witness *w)
{
	return w->plan->phase != PLAN_ENDED || w->status == 0 ||
	    plan_status(w->plan) != 0;
}

static bool
exit_status_is_the_true_one(const struct witness *w)
{
	return w->plan->phase != PLAN_ENDED || plan_status(w->plan) == w->status;
}

static bool
everything_ends_within_grace(const struct witness *w)
{
	if (w->plan->phase == PLAN_RUNNING)
		return true;
	return w->occasion.now <=
	    w->stop_begun + w->config->grace + KILL_MARGIN + 3 * w->lag;
}

static bool
a_stop_takes_no_longer_than_it_must(const struct witness *w)
{
	if (w->plan->phase != PLAN_DRAINING && w->plan->phase != PLAN_STOPPING)
		return true;
	for (size_t i = 0; i < w->config->count; i++)
		if (service_has_process(&w->plan->services[i]))
			return true;
	return false;
}

static bool
the_way_down_has_a_deadline(const struct witness *w)
{
	return w->plan->phase == PLAN_RUNNING || w->plan->phase == PLAN_ENDED ||
	    plan_deadline(w->plan) != USEC_NEVER;
}

/* -- up, and not dead -------------------------------------------------------------- */

static bool
waits_for_something_alive(const struct witness *w, size_t i)
{
	const struct service *s = &w->plan->services[i];
	const struct dependencies *list = &w->config->services[i].dependencies;

	/* Those that have to stop before it are alive. */
	if (s->pending != ASKED_NOTHING)
		return true;
	if (s->state == SERVICE_BACKOFF || s->state == SERVICE_CLEARING)
		return s->deadline != USEC_NEVER;
	if (service_has_process(s))
		return w->records[i].is_alive;
	if (s->state != SERVICE_DOWN)
		return false;
	for (size_t j = 0; j < list->count; j++) {
		const struct dependency *d = &list->items[j];

		if (w->plan->services[d->service].pending != ASKED_NOTHING ||
		    !lets_go(d, w->plan->services[d->service].state))
			return waits_for_something_alive(w, d->service);
	}
	return false;
}

static bool
never_up_and_dead(const struct witness *w)
{
	if (w->plan->phase != PLAN_RUNNING)
		return true;
	for (size_t i = 0; i < w->config->count; i++) {
		enum service_state state = w->plan->services[i].state;

		if (state == SERVICE_DONE || state == SERVICE_STOPPED ||
		    (state == SERVICE_FAILED && !w->config->services[i].critical))
			continue;
		if (!waits_for_something_alive(w, i))
			return false;
	}
	return true;
}

/* -- the machinery ----------------------------------------------------------------- */

static bool
deadline_is_never_in_the_past(const struct witness *w)
{
	return w->occasion.call != CALL_ADVANCE ||
	    plan_deadline(w->plan) >= w->occasion.now;
}

static bool
time_goes_on(const struct witness *w)
{
	return w->calls_at_once <= ADVANCES_MAX;
}

static bool
an_early_timer_changes_nothing(const struct witness *w)
{
	if (!w->occasion.is_early)
		return true;
	for (size_t i = 0; i < w->config->count; i++)
		if (w->plan->services[i].state != w->records[i].before)
			return false;
	return w->decided_count == 0 && w->plan->phase == w->phase_before;
}

static bool
the_queue_never_overflows(const struct witness *w)
{
	return w->plan->action_tail < w->plan->action_capacity &&
	    w->plan->failed_count == 0;
}

static bool
books_are_right(const struct witness *w)
{
	size_t unsettled = 0;

	for (size_t i = 0; i < w->config->count; i++) {
		const struct dependencies *list = &w->config->services[i].dependencies;
		unsigned blockers = 0;

		for (size_t j = 0; j < list->count; j++)
			if (!lets_go(&list->items[j],
				w->plan->services[list->items[j].service].state))
				blockers++;
		if (blockers != w->plan->services[i].blockers)
			return false;
		if (!service_is_final(&w->plan->services[i]))
			unsettled++;
	}
	return unsettled == w->plan->unsettled;
}

static const struct promise promises[] = {
    PROMISE(never_two_processes_of_one_service),
    PROMISE(no_next_life_before_the_last_one_is_cleared),
    PROMISE(states_are_true),
    PROMISE(no_restart_that_the_policy_forbids),
    PROMISE(kill_only_after_the_signal_and_its_time_or_now),
    PROMISE(budgets_are_never_exceeded),
    PROMISE(no_start_before_what_it_comes_after_is_ready_or_done),
    PROMISE(no_start_on_the_way_down),
    PROMISE(none_is_stopped_before_those_that_come_after_it),
    PROMISE(by_hand_those_that_require_it_are_stopped_first),
    PROMISE(what_was_stopped_by_hand_stays_so),
    PROMISE(a_request_by_hand_ends_nothing),
    PROMISE(first_cause_is_the_one_told),
    PROMISE(no_exit_0_after_an_unforgiven_failure),
    PROMISE(exit_status_is_the_true_one),
    PROMISE(everything_ends_within_grace),
    PROMISE(a_stop_takes_no_longer_than_it_must),
    PROMISE(the_way_down_has_a_deadline),
    PROMISE(never_up_and_dead),
    PROMISE(deadline_is_never_in_the_past),
    PROMISE(time_goes_on),
    PROMISE(an_early_timer_changes_nothing),
    PROMISE(the_queue_never_overflows),
    PROMISE(books_are_right),
};

const char *
invariants_broken(const struct witness *w)
{
	for (size_t i = 0; i < sizeof(promises) / sizeof(*promises); i++)
		if (!promises[i].is_kept(w))
			return promises[i].name;
	return wellness_broken(w);
}
