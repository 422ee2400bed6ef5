#include "tests/sim/checkup.h"

#include "config/moment.h"

/* A probe that may only succeed comes this long after the one before. */
#define HOPE_MIN (100 * USEC_PER_MSEC)

/* -- one check --------------------------------------------------------------------- */

static void
forget_results(struct finding *f, const struct check_config *c)
{
	f->is_good = c->kind == CHECK_LIVENESS;
	f->goods = f->bads = 0;
	f->is_probing = f->has_passed = false;
	f->due = 0;
	f->skips = 0;
}

static void
count_result(struct finding *f, const struct check_config *c, bool good)
{
	f->is_probing = false;
	f->has_passed |= good;
	if (!good && !f->counts)
		return;
	f->goods = good ? f->goods + 1 : 0;
	f->bads = good ? 0 : f->bads + 1;
	if (f->goods >= c->successes)
		f->is_good = true;
	if (f->bads >= c->failures)
		f->is_good = false;
}

static void
hear_probe(struct witness *w)
{
	const struct occasion *o = &w->occasion;
	struct finding *f = &w->findings[o->check];

	if (o->call == CALL_PROBED && f->is_probing)
		count_result(f, &w->config->checks[o->check], o->good);
	if (o->call == CALL_UNPROBED) {
		f->is_probing = false;
		f->skips++;
	}
}

/* Before the first success, and not all the time. */
static bool
may_hope(const struct witness *w, size_t check)
{
	const struct finding *f = &w->findings[check];

	return w->config->checks[check].kind != CHECK_LIVENESS && !f->has_passed &&
	    w->occasion.now >= f->begun + HOPE_MIN;
}

static void
note_probe(struct witness *w, size_t check)
{
	struct finding *f = &w->findings[check];

	f->was_probed_twice |= f->is_probing;
	f->counts = w->occasion.now >= f->due;
	f->was_probed_early |= !f->counts && !may_hope(w, check);
	f->is_probing = true;
	f->begun = w->occasion.now;
	if (f->counts)
		f->due = f->begun + w->config->checks[check].interval;
}

/* It took too long, or its service does not run any more. */
static void
note_drop(struct witness *w, size_t check)
{
	const struct check_config *c = &w->config->checks[check];
	struct finding *f = &w->findings[check];

	if (w->occasion.now >= f->begun + c->timeout)
		count_result(f, c, false);
	f->is_probing = false;
}

static void
note_unhealthy(struct witness *w, size_t check)
{
	struct finding *f = &w->findings[check];

	f->is_told_falsely |= f->is_good;
	f->is_condemned |= !f->is_good;
}

static void
note_waiting(struct record *r)
{
	r->told_waiting_twice |= r->told_waiting;
	r->told_waiting = true;
}

static void
note_decision(struct witness *w, const struct plan_action *a)
{
	if (a->kind == PLAN_PROBE)
		note_probe(w, a->service);
	if (a->kind == PLAN_PROBE_DROP)
		note_drop(w, a->service);
	if (a->kind == PLAN_TELL_UNHEALTHY)
		note_unhealthy(w, a->service);
	if (a->kind == PLAN_TELL_WAITING)
		note_waiting(&w->records[a->service]);
}

/* -- one service -------------------------------------------------------------------- */

bool
checkup_runs(const struct witness *w, size_t i)
{
	enum service_state state = w->plan->services[i].state;

	return (state == SERVICE_UP || state == SERVICE_READY) &&
	    w->plan->phase == PLAN_RUNNING;
}

static bool
is_good(const struct witness *w, size_t i, bool only_startup)
{
	const struct service_config *s = &w->config->services[i];

	for (size_t j = s->first_check; j < s->first_check + s->check_count; j++)
		if (!w->findings[j].is_good &&
		    (!only_startup || w->config->checks[j].kind == CHECK_STARTUP))
			return false;
	return true;
}

bool
checkup_has_started(const struct witness *w, size_t i)
{
	return is_good(w, i, true);
}

bool
checkup_is_well(const struct witness *w, size_t i)
{
	return is_good(w, i, false);
}

static bool
was_ready(const struct record *r)
{
	return r->before == SERVICE_READY;
}

static bool
was_on_its_way(const struct record *r)
{
	return r->before == SERVICE_STARTING || r->before == SERVICE_UP;
}

static void
hear_words(struct witness *w)
{
	const struct occasion *o = &w->occasion;
	struct record *r = &w->records[o->service];
	bool pings = o->call == CALL_HANDLE && o->input.event == SERVICE_EV_PING;

	if (o->call == CALL_HANDLE && o->input.event == SERVICE_EV_EXECED &&
	    r->before == SERVICE_STARTING)
		r->execed_at = o->now;
	if (o->call == CALL_HANDLE && o->input.event == SERVICE_EV_READY &&
	    r->before == SERVICE_UP)
		r->said_ready = true;
	if (o->call == CALL_WATCHDOG)
		r->watchdog = o->time;
	if ((pings || o->call == CALL_WATCHDOG) && was_ready(r))
		r->ping_by = moment_after(o->now, r->watchdog);
	if (o->call == CALL_EXTEND && was_on_its_way(r))
		r->ready_by = moment_later(r->ready_by, moment_after(o->now, o->time));
	r->extended |= o->call == CALL_EXTEND;
	r->triggered |= o->call == CALL_TRIGGER;
}

/* Of what has a deadline: it has come, and that was told. */
static void
note_lateness(struct witness *w, struct record *r)
{
	if (w->occasion.call != CALL_ADVANCE)
		return;
	r->is_late |= was_on_its_way(r) && r->ready_by <= w->occasion.now;
	r->has_missed_ping |= was_ready(r) && r->ping_by <= w->occasion.now;
}

static void
note_leaving(struct witness *w)
{
	struct record *r = &w->records[w->occasion.service];

	if (w->occasion.call != CALL_LEAVING || r->before == SERVICE_STOPPING ||
	    w->plan->services[w->occasion.service].state != SERVICE_STOPPING)
		return;
	r->leaves = true;
	r->stop_begun = w->occasion.now;
}

/* How long a check may need to see that its service hangs. */
static usec_t
time_to_see(const struct witness *w, size_t check)
{
	const struct check_config *c = &w->config->checks[check];
	usec_t round = c->interval + c->timeout + 2 * w->lag;

	/* One in between, which does not count, may run when the next is due. */
	if (c->kind == CHECK_STARTUP && !w->findings[check].has_passed)
		round += c->timeout;
	return c->initial_delay + c->failures * round +
	    w->findings[check].skips * (c->interval + w->lag) + w->lag;
}

/* The checks that look at it, and whose failure is its failure: the first to see it. */
static usec_t
time_to_see_service(const struct witness *w, size_t i)
{
	const struct service_config *s = &w->config->services[i];
	enum check_kind kind = checkup_has_started(w, i) ? CHECK_LIVENESS : CHECK_STARTUP;
	usec_t time = USEC_NEVER;

	for (size_t j = s->first_check; j < s->first_check + s->check_count; j++)
		if (w->config->checks[j].kind == kind &&
		    !(kind == CHECK_STARTUP && w->findings[j].is_good))
			time = moment_earlier(time, time_to_see(w, j));
	return time;
}

static usec_t
hung_since(const struct witness *w, size_t i)
{
	const struct body *b = &w->world->bodies[i];

	if (!b->exists || w->records[i].execed_at == USEC_NEVER ||
	    !voice_is_hung(&b->voice, w->occasion.now))
		return USEC_NEVER;
	return moment_later(b->voice.hang_at, w->records[i].execed_at);
}

/* When it will have been seen at the latest that it hangs, if that is looked for. */
static usec_t
seen_by(const struct witness *w, size_t i)
{
	usec_t since = hung_since(w, i);

	return since == USEC_NEVER ? since
				   : moment_after(since, time_to_see_service(w, i));
}

static void
note_down(struct record *r, usec_t now)
{
	r->down_since = now;
	r->told_waiting = false;
}

static void
follow_service(struct witness *w, size_t i)
{
	const struct service_config *s = &w->config->services[i];
	struct record *r = &w->records[i];
	enum service_state state = w->plan->services[i].state;

	note_lateness(w, r);
	r->passed_checks |= checkup_runs(w, i) && checkup_is_well(w, i);
	if (checkup_runs(w, i))
		r->seen_by = seen_by(w, i);
	if (state == SERVICE_READY && !was_ready(r))
		r->ping_by = moment_after(w->occasion.now, r->watchdog);
	if (state == SERVICE_DOWN &&
	    (r->before != SERVICE_DOWN || w->occasion.call == CALL_START))
		note_down(r, w->occasion.now);
	for (size_t j = s->first_check; j < s->first_check + s->check_count; j++)
		if (!checkup_runs(w, i)) {
			w->findings[j].is_left_alone |= w->findings[j].is_probing;
			forget_results(&w->findings[j], &w->config->checks[j]);
		}
}

void
checkup_begin(struct witness *w, size_t i)
{
	const struct service_config *s = &w->config->services[i];
	struct record *r = &w->records[i];

	r->watchdog = s->watchdog;
	r->ready_by = s->kind == KIND_TASK
	    ? USEC_NEVER
	    : moment_after(w->occasion.now, s->ready_timeout);
	r->ping_by = r->execed_at = r->seen_by = USEC_NEVER;
	r->said_ready = r->passed_checks = r->triggered = false;
	r->is_late = r->has_missed_ping = r->leaves = r->extended = false;
	for (size_t j = s->first_check; j < s->first_check + s->check_count; j++) {
		forget_results(&w->findings[j], &w->config->checks[j]);
		w->findings[j].is_condemned = false;
	}
}

void
checkup_before(struct witness *w)
{
	if (w->occasion.call == CALL_PROBED || w->occasion.call == CALL_UNPROBED)
		hear_probe(w);
	else if (w->occasion.call != CALL_ADVANCE && w->occasion.call != CALL_REQUEST)
		hear_words(w);
}

void
checkup_after(struct witness *w)
{
	for (size_t i = 0; i < w->decided_count; i++)
		note_decision(w, &w->decided[i]);
	note_leaving(w);
	for (size_t i = 0; i < w->config->count; i++)
		follow_service(w, i);
}
