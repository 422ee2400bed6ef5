#include "tests/sim/voice.h"

#include "config/moment.h"

#define SECONDS(n) ((n)*USEC_PER_SEC)

void
voice_init(struct voice *v)
{
	*v = (struct voice){
	    .ready_at = USEC_NEVER,
	    .ping_at = USEC_NEVER,
	    .speak_at = USEC_NEVER,
	    .hang_at = USEC_NEVER,
	};
}

static usec_t
soon(struct random *r, usec_t now, usec_t max)
{
	return now + random_duration(r, max);
}

/* Mostly well before its watchdog bites, and in some lives too seldom. */
static void
begin_to_ping(struct voice *v, usec_t watchdog, struct random *r, usec_t now)
{
	v->ping_every = 1 + watchdog / 4 + random_below(r, watchdog / 4 + 1);
	if (random_chance(r, 10))
		v->ping_every = 1 + random_below(r, 2 * watchdog);
	v->ping_at = now + v->ping_every;
}

void
voice_begin(struct voice *v, const struct service_config *c, struct random *r, usec_t now)
{
	bool says_ready = c->ready.kind == READY_NOTIFY || c->ready.kind == READY_FD;

	voice_init(v);
	if (random_chance(r, 25))
		v->hang_at = soon(r, now, SECONDS(60));
	if (c->kind == KIND_TASK)
		return;
	if (says_ready && random_chance(r, 85))
		v->ready_at = soon(r, now, SECONDS(10));
	if (c->watchdog != USEC_NEVER)
		begin_to_ping(v, c->watchdog, r, now);
	if (random_chance(r, 30))
		v->speak_at = soon(r, now, SECONDS(60));
}

void
voice_hear_stop(
    struct voice *v, const struct service_config *c, struct random *r, usec_t now)
{
	if (c->kind != KIND_TASK && random_chance(r, 25))
		v->speak_at = soon(r, now, SECONDS(1));
}

usec_t
voice_next(const struct voice *v)
{
	usec_t next =
	    moment_earlier(v->ready_at, moment_earlier(v->ping_at, v->speak_at));

	return next < v->hang_at ? next : USEC_NEVER;
}

bool
voice_is_hung(const struct voice *v, usec_t now)
{
	return v->hang_at <= now;
}

static void
speak(struct voice *v, struct random *r, usec_t now, struct occasion *o)
{
	static const enum call calls[] = {CALL_EXTEND, CALL_EXTEND, CALL_EXTEND,
	    CALL_EXTEND, CALL_WATCHDOG, CALL_LEAVING, CALL_TRIGGER};

	o->call = calls[random_below(r, 7)];
	o->time = random_duration(r, SECONDS(60));
	if (o->call == CALL_WATCHDOG)
		o->time = random_chance(r, 30) ? USEC_NEVER : 1 + SECONDS(1) + o->time;
	v->speak_at = random_chance(r, 70) ? 1 + soon(r, now, SECONDS(10)) : USEC_NEVER;
}

bool
voice_take(struct voice *v, struct random *r, usec_t now, struct occasion *o)
{
	o->call = CALL_HANDLE;
	if (voice_next(v) > now)
		return false;
	if (v->ready_at <= now) {
		v->ready_at = USEC_NEVER;
		o->input = (struct service_input){.event = SERVICE_EV_READY};
	} else if (v->ping_at <= now) {
		v->ping_at = now + v->ping_every;
		o->input = (struct service_input){.event = SERVICE_EV_PING};
	} else {
		speak(v, r, now, o);
	}
	return true;
}
