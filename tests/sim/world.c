#include "tests/sim/world.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "config/moment.h"
#include "tests/sim/probing.h"

#define SECONDS(n) ((n)*USEC_PER_SEC)
#define INSTANT (2 * USEC_PER_MSEC)

void
world_init(struct world *w, const struct config *config, struct random *random)
{
	memset(w, 0, sizeof(*w));
	w->config = config;
	w->random = random;
	w->shortage = random_chance(random, 20) ? (unsigned)random_below(random, 100) : 1;
	w->has_strays = random_chance(random, 20);
	w->are_stubborn = random_chance(random, 30);
	w->are_unkillable = random_chance(random, 10);
	w->strays_at = USEC_NEVER;
	for (size_t i = 0; i < SERVICES_MAX; i++) {
		w->bodies[i].exec_at = w->bodies[i].exit_at = w->bodies[i].clear_at =
		    w->bodies[i].hook_at = USEC_NEVER;
		voice_init(&w->bodies[i].voice);
	}
}

static usec_t
soon(struct world *w, usec_t now, usec_t max)
{
	return now + random_duration(w->random, max);
}

/* -- a life ---------------------------------------------------------------------- */

static struct ending
pick_end(struct world *w, enum service_kind kind)
{
	static const int signals[] = {SIGSEGV, SIGKILL, SIGTERM, SIGABRT};
	struct ending end = {.kind = ENDING_EXITED};

	if (random_chance(w->random, kind == KIND_SERVICE ? 15 : 60))
		return end;
	end.number = 1 + (int)random_below(w->random, 4);
	if (random_chance(w->random, 30))
		end = (struct ending){
		    .kind = ENDING_KILLED, .number = signals[random_below(w->random, 4)]};
	else if (random_chance(w->random, 5))
		end = (struct ending){.kind = ENDING_OOM, .number = SIGKILL};
	return end;
}

static void
fail_to_exec(struct world *w, struct body *b, usec_t now)
{
	static const int errors[] = {ENOENT, EACCES, EPERM};

	b->exec_at = USEC_NEVER;
	b->exit_at = soon(w, now, INSTANT);
	b->end = (struct ending){
	    .kind = ENDING_NOT_EXECUTED,
	    .number = errors[random_below(w->random, 3)],
	};
}

static unsigned
pick_sickness(struct random *r)
{
	if (random_chance(r, 70))
		return 0;
	return random_chance(r, 70) ? (unsigned)random_below(r, 60) : 100;
}

static void
spawn(struct world *w, size_t i, usec_t now)
{
	struct body *b = &w->bodies[i];
	enum service_kind kind = w->config->services[i].kind;

	if (random_chance(w->random, w->shortage)) {
		b->refused = true;
		return;
	}
	*b = (struct body){
	    .exists = true,
	    .is_stubborn = random_chance(w->random, 15),
	    .is_unkillable = random_chance(w->random, 3),
	    .leaves = random_chance(w->random, 10),
	    .hook_exists = b->hook_exists,
	    .end = pick_end(w, kind),
	    .exec_at = soon(w, now, 100 * USEC_PER_MSEC),
	    .exit_at = random_chance(w->random, kind == KIND_SERVICE ? 50 : 10)
		? USEC_NEVER
		: soon(w, now, SECONDS(100)),
	    .clear_at = USEC_NEVER,
	    .hook_at = b->hook_at,
	    .sickness = pick_sickness(w->random),
	};
	voice_init(&b->voice);
	if (random_chance(w->random, 3))
		fail_to_exec(w, b, now);
}

static void
end_by(struct body *b, usec_t at, struct ending end)
{
	if (at >= b->exit_at)
		return;
	b->exit_at = at;
	b->end = end;
}

/* Before its program runs, a signal does to it what it does by default. */
static void
receive(struct world *w, size_t i, usec_t now)
{
	struct body *b = &w->bodies[i];
	int signal = w->config->services[i].stop_signal;
	struct ending end = {.kind = ENDING_KILLED, .number = signal};

	if (!b->execed) {
		b->exec_at = USEC_NEVER;
		end_by(b, soon(w, now, INSTANT), end);
		return;
	}
	if (voice_is_hung(&b->voice, now))
		return;
	voice_hear_stop(&b->voice, &w->config->services[i], w->random, now);
	if (b->is_stubborn)
		return;
	if (random_chance(w->random, 60))
		end = (struct ending){.kind = ENDING_EXITED};
	if (end.kind == ENDING_EXITED && random_chance(w->random, 20))
		end.number = random_chance(w->random, 50) ? 128 + signal : 1;
	end_by(b, soon(w, now, SECONDS(5)), end);
}

static void
end_hook(struct world *w, struct body *b, usec_t now)
{
	if (b->hook_exists)
		b->hook_at = moment_earlier(b->hook_at, soon(w, now, INSTANT));
}

static void
kill_body(struct world *w, struct body *b, usec_t now)
{
	struct ending end = {.kind = ENDING_KILLED, .number = SIGKILL};

	end_hook(w, b, now);
	if (!b->is_unkillable)
		end_by(b, soon(w, now, INSTANT), end);
	else if (random_chance(w->random, 50))
		end_by(b, soon(w, now, SECONDS(20)), end);
	else
		b->exit_at = USEC_NEVER;
}

static void
run_hook(struct world *w, struct body *b, usec_t now)
{
	if (b->hook_exists || random_chance(w->random, w->shortage)) {
		b->hook_refused = true;
		return;
	}
	b->hook_exists = true;
	b->hook_at = random_chance(w->random, 20) ? USEC_NEVER : soon(w, now, SECONDS(5));
}

static void
sweep(struct world *w, bool deadly, usec_t now)
{
	w->is_swept = true;
	if (w->has_strays && !(deadly ? w->are_unkillable : w->are_stubborn))
		w->strays_at = soon(w, now, deadly ? INSTANT : SECONDS(5));
}

void
world_act(struct world *w, const struct plan_action *a, usec_t now)
{
	switch (a->kind) {
	case PLAN_SPAWN:
		spawn(w, a->service, now);
		break;
	case PLAN_RUN_HOOK:
		run_hook(w, &w->bodies[a->service], now);
		break;
	case PLAN_CUT_HOOK:
	case PLAN_SEND_SIGNAL:
		if (w->bodies[a->service].exists)
			receive(w, a->service, now);
		break;
	case PLAN_SEND_KILL:
		if (w->bodies[a->service].exists)
			kill_body(w, &w->bodies[a->service], now);
		break;
	case PLAN_SWEEP:
	case PLAN_SWEEP_KILL:
		sweep(w, a->kind == PLAN_SWEEP_KILL, now);
		break;
	case PLAN_PROBE:
		probing_start(w, a->service, now);
		break;
	case PLAN_PROBE_DROP:
		w->probings[a->service] = (struct probing){.exists = false};
		break;
	case PLAN_TELL_WAITING:
	case PLAN_TELL_UNHEALTHY:
	case PLAN_TELL_HEALTHY:
	case PLAN_TELL_RESTART:
	case PLAN_TELL_FAILED:
	case PLAN_TELL_OVERDUE:
	case PLAN_TELL_STOPPED:
	case PLAN_TELL_STOP:
	case PLAN_END:
		break;
	}
}

/* -- what happens ---------------------------------------------------------------- */

static usec_t
body_next(const struct body *b)
{
	usec_t next = moment_earlier(b->clear_at, b->hook_at);

	if (b->refused || b->hook_refused)
		return 0;
	if (b->exists)
		next = moment_earlier(next, moment_earlier(b->exec_at, b->exit_at));
	return b->exists ? moment_earlier(next, voice_next(&b->voice)) : next;
}

usec_t
world_next(const struct world *w)
{
	usec_t next = w->strays_at;

	for (size_t i = 0; i < w->config->count; i++)
		next = moment_earlier(next, body_next(&w->bodies[i]));
	return moment_earlier(next, probing_next(w));
}

static struct service_input
take_exit(struct world *w, struct body *b, usec_t now)
{
	struct service_input input = {
	    .event = SERVICE_EV_EXITED,
	    .ending = b->end,
	    .leftovers = b->leaves,
	};

	b->exists = false;
	end_hook(w, b, now);
	if (b->leaves)
		b->clear_at =
		    random_chance(w->random, 20) ? USEC_NEVER : soon(w, now, SECONDS(3));
	return input;
}

/* Its program may have ended before anybody heard that it ran. */
static bool
take_exec(struct world *w, size_t i, usec_t now)
{
	struct body *b = &w->bodies[i];

	b->exec_at = USEC_NEVER;
	b->execed = true;
	voice_begin(&b->voice, &w->config->services[i], w->random, now);
	return b->exit_at > now || random_chance(w->random, 70);
}

static bool
take_refusal(struct body *b, struct service_input *ret_input)
{
	if (b->refused)
		*ret_input = (struct service_input){
		    .event = SERVICE_EV_EXITED,
		    .ending = {ENDING_NO_RESOURCES, EAGAIN, STEP_FORK},
		};
	else if (b->hook_refused)
		*ret_input = (struct service_input){.event = SERVICE_EV_HOOK};
	else
		return false;
	b->refused = b->hook_refused = false;
	return true;
}

static bool
take_hook(struct body *b, usec_t now, struct service_input *ret_input)
{
	if (b->hook_at > now)
		return false;
	b->hook_at = USEC_NEVER;
	b->hook_exists = false;
	*ret_input = (struct service_input){.event = SERVICE_EV_HOOK};
	return true;
}

static bool
take_clearing(struct body *b, usec_t now, struct service_input *ret_input)
{
	if (b->clear_at > now)
		return false;
	b->clear_at = USEC_NEVER;
	*ret_input = (struct service_input){.event = SERVICE_EV_CLEARED};
	return true;
}

/* One that leaves by itself does so, mostly. */
static bool
take_words(struct world *w, struct body *b, usec_t now, struct occasion *o)
{
	struct ending end = {.kind = ENDING_EXITED};

	if (!b->exists || !voice_take(&b->voice, w->random, now, o))
		return false;
	if (o->call == CALL_LEAVING && random_chance(w->random, 80)) {
		end.number = random_chance(w->random, 20) ? 3 : 0;
		end_by(b, soon(w, now, SECONDS(5)), end);
	}
	return true;
}

static bool
take_event(struct world *w, size_t i, usec_t now, struct occasion *o)
{
	struct body *b = &w->bodies[i];

	*o = (struct occasion){
	    .call = CALL_HANDLE,
	    .service = i,
	    .input = {.event = SERVICE_EV_EXECED},
	};
	if (take_refusal(b, &o->input))
		return true;
	if (b->exists && b->exec_at <= now && b->exec_at <= b->exit_at &&
	    take_exec(w, i, now))
		return true;
	if (b->exists && b->exit_at <= now) {
		o->input = take_exit(w, b, now);
		return true;
	}
	return take_words(w, b, now, o) || take_hook(b, now, &o->input) ||
	    take_clearing(b, now, &o->input);
}

static bool
take_any_event(struct world *w, usec_t now, struct occasion *o)
{
	size_t first = random_below(w->random, w->config->count);

	for (size_t i = 0; i < w->config->count; i++)
		if (take_event(w, (first + i) % w->config->count, now, o))
			return true;
	return false;
}

bool
world_take(struct world *w, usec_t now, struct occasion *o)
{
	if (w->strays_at <= now) {
		w->strays_at = USEC_NEVER;
		w->has_strays = false;
	}
	if (random_chance(w->random, 50) && probing_take(w, now, o))
		return true;
	return take_any_event(w, now, o) || probing_take(w, now, o);
}

bool
world_is_empty(const struct world *w)
{
	for (size_t i = 0; i < w->config->count; i++)
		if (w->bodies[i].exists || w->bodies[i].hook_exists)
			return false;
	return !w->has_strays;
}
