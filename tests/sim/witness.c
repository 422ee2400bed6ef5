#include "tests/sim/witness.h"

#include <signal.h>
#include <string.h>

#include "tests/sim/checkup.h"
#include "tests/sim/invariants.h"
#include "tests/sim/truth.h"

void
witness_init(
    struct witness *w, const struct plan *plan, const struct world *world, usec_t lag)
{
	memset(w, 0, sizeof(*w));
	w->plan = plan;
	w->world = world;
	w->config = plan->config;
	w->lag = lag;
	w->stop_begun = USEC_NEVER;
	for (size_t i = 0; i < w->config->count; i++) {
		w->records[i].stop_begun = USEC_NEVER;
		w->records[i].down_since = USEC_NEVER;
		checkup_begin(w, i);
	}
}

void
witness_before(struct witness *w, const struct occasion *occasion)
{
	w->occasion = *occasion;
	w->phase_before = w->plan->phase;
	for (size_t i = 0; i < w->config->count; i++)
		w->records[i].before = w->plan->services[i].state;
	if (occasion->call == CALL_REQUEST &&
	    (occasion->signal == SIGTERM || occasion->signal == SIGINT))
		w->requests++;
	checkup_before(w);
}

/* -- what was said -------------------------------------------------------------- */

static void
hear(struct witness *w)
{
	const struct service_input *input = &w->occasion.input;
	struct record *r = &w->records[w->occasion.service];

	if (w->occasion.call != CALL_HANDLE)
		return;
	if (input->event == SERVICE_EV_EXITED) {
		r->is_alive = false;
		r->heard = input->ending;
		r->exited_at = w->occasion.now;
	}
	if (input->event == SERVICE_EV_EXECED ||
	    (input->event == SERVICE_EV_EXITED &&
		input->ending.kind != ENDING_NO_RESOURCES))
		r->refusals = 0;
}

static void
count_advances(struct witness *w)
{
	if (w->occasion.call != CALL_ADVANCE)
		return;
	if (w->occasion.now != w->last_advance)
		w->calls_at_once = 0;
	w->calls_at_once++;
	w->last_advance = w->occasion.now;
}

/* -- what was decided ----------------------------------------------------------- */

bool
witness_is_of_check(const struct plan_action *a)
{
	return a->kind == PLAN_PROBE || a->kind == PLAN_PROBE_DROP ||
	    a->kind == PLAN_TELL_UNHEALTHY || a->kind == PLAN_TELL_HEALTHY;
}

static void
note_spawn(struct witness *w, size_t i)
{
	struct record *r = &w->records[i];

	r->spawned_twice |= r->is_alive;
	r->is_alive = true;
	r->stop_begun = USEC_NEVER;
	r->signalled = r->by_hand = false;
	checkup_begin(w, i);
}

static void
note_decision(struct witness *w, const struct plan_action *a)
{
	struct record *r;

	if (a->service == SERVICE_NONE || witness_is_of_check(a))
		return;
	r = &w->records[a->service];
	if (a->kind == PLAN_SPAWN)
		note_spawn(w, a->service);
	if ((a->kind == PLAN_SEND_SIGNAL || a->kind == PLAN_RUN_HOOK) &&
	    r->stop_begun == USEC_NEVER)
		r->stop_begun = w->occasion.now;
	r->signalled |= a->kind == PLAN_SEND_SIGNAL || a->kind == PLAN_CUT_HOOK;
}

static void
note_restart(struct witness *w, size_t i)
{
	struct record *r = &w->records[i];
	const struct service *s = &w->plan->services[i];

	r->by_hand |= s->asked != ASKED_NOTHING;
	r->has_failed |= s->state == SERVICE_FAILED;
	/* Somebody has started it anew. */
	if (r->before == SERVICE_FAILED && s->state != SERVICE_FAILED)
		r->restart_count = r->refusals = 0;
	if (w->occasion.call == CALL_ASK || s->state == SERVICE_STOPPED)
		r->refusals = 0;
	if (s->state != SERVICE_BACKOFF || r->before == SERVICE_BACKOFF)
		return;
	r->ended_well = truth_ended_well(w, i);
	/* One that is told while it is stopped by hand leads to no try. */
	if (s->ending.kind == ENDING_NO_RESOURCES) {
		r->refusals++;
		return;
	}
	memmove(r->restarts + 1, r->restarts, sizeof(r->restarts) - sizeof(*r->restarts));
	r->restarts[0] = w->occasion.now;
	r->restart_count++;
}

const char *
witness_after(struct witness *w)
{
	w->decided = w->plan->actions + w->seen;
	w->decided_count = w->plan->action_tail - w->seen;
	w->seen = w->plan->action_tail;
	hear(w);
	count_advances(w);
	for (size_t i = 0; i < w->decided_count; i++)
		note_decision(w, &w->decided[i]);
	checkup_after(w);
	for (size_t i = 0; i < w->config->count; i++)
		note_restart(w, i);
	if (w->phase_before == PLAN_RUNNING && w->plan->phase != PLAN_RUNNING)
		w->stop_begun = w->occasion.now;
	truth_follow(w);
	return invariants_broken(w);
}

void
witness_actions_taken(struct witness *w)
{
	w->seen = 0;
}
