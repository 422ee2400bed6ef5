#include "tests/sim/wellness.h"

#include "config/moment.h"
#include "tests/sim/checkup.h"
#include "tests/sim/invariants.h"

#define WAIT_TIME (30 * USEC_PER_SEC)

/* -- probes ------------------------------------------------------------------------ */

static bool
never_two_probes_of_one_check(const struct witness *w)
{
	for (size_t i = 0; i < w->config->check_count; i++)
		if (w->findings[i].was_probed_twice)
			return false;
	return true;
}

static bool
no_probe_before_interval_is_over(const struct witness *w)
{
	for (size_t i = 0; i < w->config->check_count; i++)
		if (w->findings[i].was_probed_early)
			return false;
	return true;
}

static bool
may_be_probed(const struct witness *w, size_t check)
{
	const struct check_config *c = &w->config->checks[check];
	enum service_state before = w->records[c->service].before;

	if (before != SERVICE_UP && before != SERVICE_READY)
		return false;
	if (w->phase_before != PLAN_RUNNING ||
	    w->occasion.now < w->plan->services[c->service].started + c->initial_delay)
		return false;
	/* Where another check has stopped it, all is forgotten by now. */
	if (!checkup_runs(w, c->service))
		return true;
	return c->kind == CHECK_STARTUP ? !w->findings[check].is_good
					: checkup_has_started(w, c->service);
}

static bool
no_probe_without_a_run_or_before_its_startup_check_has_passed(const struct witness *w)
{
	for (size_t i = 0; i < w->decided_count; i++)
		if (w->decided[i].kind == PLAN_PROBE &&
		    !may_be_probed(w, w->decided[i].service))
			return false;
	return true;
}

static bool
a_probe_ends_with_the_run_of_its_service(const struct witness *w)
{
	for (size_t i = 0; i < w->config->check_count; i++)
		if (w->findings[i].is_left_alone)
			return false;
	return true;
}

static bool
a_probe_that_overruns_is_dropped(const struct witness *w)
{
	for (size_t i = 0; i < w->config->check_count; i++) {
		const struct finding *f = &w->findings[i];

		if (w->occasion.call == CALL_ADVANCE && f->is_probing &&
		    f->begun + w->config->checks[i].timeout <= w->occasion.now)
			return false;
	}
	return true;
}

/* -- what follows from them ---------------------------------------------------------- */

static bool
only_what_is_bad_is_called_unhealthy(const struct witness *w)
{
	for (size_t i = 0; i < w->config->check_count; i++)
		if (w->findings[i].is_told_falsely)
			return false;
	return true;
}

static bool
no_run_goes_on_with_a_failed_liveness_check(const struct witness *w)
{
	for (size_t i = 0; i < w->config->check_count; i++) {
		const struct check_config *c = &w->config->checks[i];

		if (c->kind != CHECK_READINESS && w->findings[i].bads >= c->failures &&
		    checkup_runs(w, c->service))
			return false;
	}
	return true;
}

static bool
a_hung_service_is_seen(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++)
		if (checkup_runs(w, i) && w->occasion.now > w->records[i].seen_by)
			return false;
	return true;
}

static usec_t
stop_time(const struct witness *w, size_t i)
{
	const struct service_config *s = &w->config->services[i];

	return w->records[i].extended ? w->config->grace
				      : moment_earlier(s->stop_timeout, w->config->grace);
}

/* Its stop time is over, so it is gone, or was sent SIGKILL. */
static bool
a_stop_ends_in_its_stop_time(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++) {
		enum service_state state = w->plan->services[i].state;
		usec_t begun = w->plan->services[i].stop_begun;

		if ((state == SERVICE_PRE_STOP || state == SERVICE_STOPPING) &&
		    w->occasion.now > begun + stop_time(w, i) + 2 * w->lag)
			return false;
	}
	return true;
}

static bool
any_process_below(const struct witness *w, size_t i)
{
	for (size_t j = 0; j < w->config->count; j++)
		if (w->plan->order.levels[j] < w->plan->order.levels[i] &&
		    service_has_process(&w->plan->services[j]))
			return true;
	return false;
}

/* What is left for them: a tenth of grace, or half of what there is. */
static usec_t
latest_end_of_its_turn(const struct witness *w, size_t i)
{
	usec_t begun = w->records[i].stop_begun;
	usec_t end = w->stop_begun + w->config->grace;
	usec_t left = end > begun ? end - begun : 0;
	usec_t own = w->config->services[i].stop_timeout;

	left -= moment_earlier(w->config->grace / 10, left / 2);
	/* A stop_timeout is as the user has it. */
	return begun + (own == USEC_NEVER ? left : moment_later(left, own));
}

/* Whatever it says. */
static bool
nobody_takes_the_time_of_those_below(const struct witness *w)
{
	if (w->phase_before != PLAN_STOPPING || w->requests >= 2)
		return true;
	for (size_t i = 0; i < w->config->count; i++) {
		const struct record *r = &w->records[i];
		bool stops =
		    r->before == SERVICE_PRE_STOP || r->before == SERVICE_STOPPING;

		if (stops && w->plan->services[i].fault.kind == ENDING_NONE &&
		    !r->leaves && !r->by_hand && any_process_below(w, i) &&
		    w->occasion.now > latest_end_of_its_turn(w, i) + 2 * w->lag)
			return false;
	}
	return true;
}

/* Those of a stop and of a check in one: from the moment it hangs. */
static bool
one_that_hangs_and_is_checked_is_stopped_restarted_or_escalated(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++) {
		enum service_state state = w->plan->services[i].state;
		usec_t until =
		    moment_after(w->records[i].seen_by, stop_time(w, i) + 3 * w->lag);

		if (w->plan->phase == PLAN_RUNNING && w->occasion.now > until &&
		    (checkup_runs(w, i) || state == SERVICE_PRE_STOP ||
			state == SERVICE_STOPPING))
			return false;
	}
	return true;
}

/* -- what a service owes --------------------------------------------------------------- */

static bool
a_missed_watchdog_is_found_at_its_deadline(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++)
		if (w->occasion.call == CALL_ADVANCE &&
		    w->plan->services[i].state == SERVICE_READY &&
		    w->records[i].ping_by <= w->occasion.now)
			return false;
	return true;
}

static bool
one_that_is_not_ready_in_time_is_found_at_its_deadline(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++) {
		enum service_state state = w->plan->services[i].state;

		if (w->occasion.call == CALL_ADVANCE &&
		    (state == SERVICE_STARTING || state == SERVICE_UP) &&
		    w->records[i].ready_by <= w->occasion.now)
			return false;
	}
	return true;
}

static bool
is_fault_true(const struct witness *w, size_t i)
{
	const struct record *r = &w->records[i];
	const struct ending *fault = &w->plan->services[i].fault;

	if (fault->kind == ENDING_NOT_READY)
		return r->is_late;
	if (fault->kind == ENDING_WATCHDOG)
		return fault->number == 0 ? r->triggered : r->has_missed_ping;
	if (fault->kind == ENDING_UNHEALTHY)
		return w->findings[fault->number].is_condemned;
	return true;
}

static bool
nothing_is_stopped_without_a_fault_of_its_own(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++)
		if (w->records[i].is_alive && !is_fault_true(w, i))
			return false;
	return true;
}

/* -- ready ------------------------------------------------------------------------------ */

static bool
has_become_ready(const struct witness *w, size_t i)
{
	const struct record *r = &w->records[i];

	switch (w->config->services[i].ready.kind) {
	case READY_STARTED:
		return r->execed_at != USEC_NEVER;
	case READY_NOTIFY:
	case READY_FD:
		return r->said_ready;
	case READY_CHECK:
		return r->passed_checks || r->said_ready;
	}
	return false;
}

static bool
a_service_is_ready_as_it_says_or_its_checks_say(const struct witness *w)
{
	for (size_t i = 0; i < w->config->count; i++) {
		enum service_state state = w->plan->services[i].state;

		if (state == SERVICE_READY && !has_become_ready(w, i))
			return false;
		if (state == SERVICE_UP && w->config->services[i].kind != KIND_TASK &&
		    w->plan->phase == PLAN_RUNNING && has_become_ready(w, i))
			return false;
	}
	return true;
}

static bool
is_truly_ready(const struct witness *w, size_t i)
{
	const struct body *b = &w->world->bodies[i];
	enum service_state state = w->plan->services[i].state;

	return state == SERVICE_DONE ||
	    (state == SERVICE_READY && b->exists && b->execed && has_become_ready(w, i) &&
		checkup_is_well(w, i));
}

static bool
not_ready_while_a_readiness_check_is_bad(const struct witness *w)
{
	if (w->plan->phase != PLAN_RUNNING)
		return true;
	for (size_t i = 0; i < w->config->count; i++)
		if (plan_service_is_ready(w->plan, i) != is_truly_ready(w, i))
			return false;
	return true;
}

/* And all of them are enough. */
static bool
a_plan_is_ready_only_if_all_critical_ones_are(const struct witness *w)
{
	bool ready = w->stop_begun == USEC_NEVER;

	for (size_t i = 0; i < w->config->count; i++)
		if (w->config->services[i].critical && !is_truly_ready(w, i))
			ready = false;
	return plan_is_ready(w->plan) == ready && (!ready || plan_is_started(w->plan));
}

static bool
live_until_it_escalates(const struct witness *w)
{
	enum cause_kind kind = w->first_cause.kind;
	bool escalates = kind == CAUSE_FAILED || kind == CAUSE_NOTHING_LEFT;

	return plan_is_live(w->plan) == !escalates;
}

/* -- waiting ------------------------------------------------------------------------------ */

static bool
only_a_long_wait_is_told(const struct witness *w)
{
	for (size_t i = 0; i < w->decided_count; i++) {
		const struct plan_action *a = &w->decided[i];

		if (a->kind == PLAN_TELL_WAITING &&
		    (w->records[a->service].told_waiting_twice ||
			w->plan->services[a->service].state != SERVICE_DOWN ||
			w->plan->services[a->service].blockers == 0 ||
			w->occasion.now < w->records[a->service].down_since + WAIT_TIME))
			return false;
	}
	return true;
}

static const struct promise promises[] = {
    PROMISE(never_two_probes_of_one_check),
    PROMISE(no_probe_before_interval_is_over),
    PROMISE(no_probe_without_a_run_or_before_its_startup_check_has_passed),
    PROMISE(a_probe_ends_with_the_run_of_its_service),
    PROMISE(a_probe_that_overruns_is_dropped),
    PROMISE(only_what_is_bad_is_called_unhealthy),
    PROMISE(no_run_goes_on_with_a_failed_liveness_check),
    PROMISE(a_hung_service_is_seen),
    PROMISE(a_stop_ends_in_its_stop_time),
    PROMISE(nobody_takes_the_time_of_those_below),
    PROMISE(one_that_hangs_and_is_checked_is_stopped_restarted_or_escalated),
    PROMISE(a_missed_watchdog_is_found_at_its_deadline),
    PROMISE(one_that_is_not_ready_in_time_is_found_at_its_deadline),
    PROMISE(nothing_is_stopped_without_a_fault_of_its_own),
    PROMISE(a_service_is_ready_as_it_says_or_its_checks_say),
    PROMISE(not_ready_while_a_readiness_check_is_bad),
    PROMISE(a_plan_is_ready_only_if_all_critical_ones_are),
    PROMISE(live_until_it_escalates),
    PROMISE(only_a_long_wait_is_told),
};

const char *
wellness_broken(const struct witness *w)
{
	for (size_t i = 0; i < sizeof(promises) / sizeof(*promises); i++)
		if (!promises[i].is_kept(w))
			return promises[i].name;
	return NULL;
}
