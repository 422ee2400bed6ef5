#include "tests/sim/walk.h"

#include <signal.h>
#include <string.h>

#include "config/moment.h"
#include "tests/sim/story.h"
#include "tests/sim/witness.h"

#define SECONDS(n) ((n)*USEC_PER_SEC)
#define EVENTS_MAX 3000 /* then somebody asks it to stop */

struct walk {
	struct random random;
	struct scenery scenery;
	struct world world;
	struct witness witness;
	struct plan plan;
	usec_t now;
	usec_t lag; /* the plan is called up to this late */
	usec_t request_at; /* somebody asks for a stop */
	usec_t advance_at; /* when the timer will fire */
	unsigned asks; /* chance in percent that a turn brings a request by hand */
	unsigned batch; /* chance in percent that actions wait for another event */
	unsigned long tell_from;
	struct walk_result result;
};

/* -- calling the plan ------------------------------------------------------------- */

static void
call_plan(struct plan *p, const struct occasion *o)
{
	static const struct ending triggered = {.kind = ENDING_WATCHDOG};

	switch (o->call) {
	case CALL_START:
		plan_start(p, o->now);
		break;
	case CALL_HANDLE:
		plan_handle(p, o->service, &o->input, o->now);
		break;
	case CALL_ADVANCE:
		plan_advance(p, o->now);
		break;
	case CALL_REQUEST:
		plan_request_stop(p, o->signal, o->now);
		break;
	case CALL_SWEPT:
		plan_swept(p);
		break;
	case CALL_PROBED:
		plan_probed(p, o->check, o->good, o->now);
		break;
	case CALL_UNPROBED:
		plan_unprobed(p, o->check, o->now);
		break;
	case CALL_LEAVING:
		plan_leaving(p, o->service, o->now);
		break;
	case CALL_EXTEND:
		plan_extend(p, o->service, o->time, o->now);
		break;
	case CALL_WATCHDOG:
		plan_set_watchdog(p, o->service, o->time, o->now);
		break;
	case CALL_ASK:
		(void)plan_ask(p, o->service, o->request, o->now);
		break;
	case CALL_TRIGGER:
		plan_fail(p, o->service, &triggered, o->now);
		break;
	}
}

/* A probe and its end are one thing of the same turn: nothing comes in between. */
static void
carry_out_probes(struct walk *w)
{
	for (size_t i = 0; i < w->witness.decided_count; i++) {
		const struct plan_action *a = &w->witness.decided[i];

		if (a->kind == PLAN_PROBE || a->kind == PLAN_PROBE_DROP)
			world_act(&w->world, a, w->now);
	}
}

static void
call(struct walk *w, struct occasion o)
{
	o.now = w->now;
	witness_before(&w->witness, &o);
	call_plan(&w->plan, &o);
	w->result.broken = witness_after(&w->witness);
	carry_out_probes(w);
	if (w->result.events++ >= w->tell_from)
		story_tell(&w->witness);
}

static void
carry_out(struct walk *w)
{
	struct plan_action a;

	while (plan_next_action(&w->plan, &a))
		if (a.kind != PLAN_PROBE && a.kind != PLAN_PROBE_DROP)
			world_act(&w->world, &a, w->now);
	witness_actions_taken(&w->witness);
}

/* The loop carries out at the end of each turn; a turn may hear several things. */
static void
carry_out_perhaps(struct walk *w)
{
	if (!random_chance(&w->random, w->batch))
		carry_out(w);
}

/* -- what happens next -------------------------------------------------------------- */

static void
ask_to_stop(struct walk *w)
{
	static const int signals[] = {SIGTERM, SIGTERM, SIGINT, SIGQUIT, SIGPWR};
	struct occasion o = {
	    .call = CALL_REQUEST, .signal = signals[random_below(&w->random, 5)]};

	w->request_at = random_chance(&w->random, 30)
	    ? w->now + random_duration(&w->random, SECONDS(5))
	    : USEC_NEVER;
	call(w, o);
}

/* A request for one service. */
static void
ask(struct walk *w)
{
	struct random *r = &w->random;

	call(w,
	    (struct occasion){
		.call = CALL_ASK,
		.service = random_below(r, w->scenery.config.count),
		.request = (enum plan_request)random_below(r, 3),
	    });
}

/* Everything that has happened by now, in any order that it may be heard in. */
static void
hear_all(struct walk *w)
{
	struct occasion o;

	while (!w->result.broken && world_take(&w->world, w->now, &o)) {
		call(w, o);
		carry_out_perhaps(w);
	}
	carry_out(w);
}

static void
advance(struct walk *w)
{
	call(w,
	    (struct occasion){
		.call = CALL_ADVANCE,
		.is_early = plan_deadline(&w->plan) > w->now,
	    });
}

/* One turn of the loop, at the time that has come. */
static void
turn(struct walk *w)
{
	bool timer_first = random_chance(&w->random, 50);
	bool timer = w->now >= w->advance_at;

	if (timer && timer_first)
		advance(w);
	if (!w->result.broken && w->now >= w->request_at)
		ask_to_stop(w);
	if (!w->result.broken && random_chance(&w->random, w->asks))
		ask(w);
	carry_out_perhaps(w);
	if (!w->result.broken)
		hear_all(w);
	if (!w->result.broken && timer && !timer_first)
		advance(w);
	carry_out(w);
	if (!w->result.broken && w->world.is_swept && w->plan.phase == PLAN_SWEEPING &&
	    world_is_empty(&w->world))
		call(w, (struct occasion){.call = CALL_SWEPT});
	carry_out(w);
}

/* Mostly when it is due, at times a bit late, now and then for nothing. */
static void
set_timer(struct walk *w)
{
	usec_t deadline = plan_deadline(&w->plan);

	w->advance_at = moment_after(deadline, random_duration(&w->random, w->lag));
	if (random_chance(&w->random, 5))
		w->advance_at = moment_earlier(
		    w->advance_at, w->now + random_duration(&w->random, SECONDS(1)));
	if (w->advance_at < w->now)
		w->advance_at = w->now;
}

static void
go_on(struct walk *w)
{
	usec_t next;

	set_timer(w);
	next = moment_earlier(world_next(&w->world), w->request_at);
	next = moment_earlier(next, w->advance_at);
	if (next == USEC_NEVER ||
	    (w->result.events > EVENTS_MAX && w->plan.phase == PLAN_RUNNING))
		next = w->request_at = w->now + 1;
	if (next > w->now)
		w->now = next;
	turn(w);
}

/* -- one walk --------------------------------------------------------------------- */

static void
walk_init(struct walk *w, uint64_t seed, unsigned long tell_from)
{
	struct random *r = &w->random;

	memset(w, 0, sizeof(*w));
	w->tell_from = tell_from;
	w->random.state = seed;
	w->now = random_below(r, SECONDS(1000));
	w->lag = random_chance(r, 70) ? 0 : random_duration(r, SECONDS(2));
	w->batch = random_chance(r, 50) ? 0 : (unsigned)random_below(r, 100);
	w->asks = random_chance(r, 60) ? 0 : (unsigned)random_below(r, 30);
	w->request_at =
	    random_chance(r, 20) ? USEC_NEVER : w->now + random_duration(r, SECONDS(200));
	scenery_init(&w->scenery, r);
	world_init(&w->world, &w->scenery.config, r);
}

struct walk_result
walk(uint64_t seed, unsigned long tell_from)
{
	static struct walk w;

	walk_init(&w, seed, tell_from);
	if (plan_init(&w.plan, &w.scenery.config, (uint32_t)random_next(&w.random)) < 0)
		return (struct walk_result){.broken = "there is no memory"};
	witness_init(&w.witness, &w.plan, &w.world, w.lag);
	if (tell_from != TELL_NOTHING)
		scenery_print(&w.scenery);
	call(&w, (struct occasion){.call = CALL_START});
	carry_out(&w);
	while (!w.result.broken && w.plan.phase != PLAN_ENDED)
		go_on(&w);
	plan_clear(&w.plan);
	return w.result;
}
