#include "tests/sim/probing.h"

#include "config/moment.h"

/* It hangs with its service, or takes too long by itself. */
void
probing_start(struct world *w, size_t check, usec_t now)
{
	const struct check_config *c = &w->config->checks[check];
	struct probing *p = &w->probings[check];

	if (random_chance(w->random, w->shortage)) {
		p->refused = true;
		return;
	}
	*p = (struct probing){
	    .exists = true,
	    .good = !random_chance(w->random, w->bodies[c->service].sickness),
	    .answer_at = random_chance(w->random, 5)
		? USEC_NEVER
		: now + random_duration(w->random, c->timeout + c->timeout / 4),
	};
}

static usec_t
next_of(const struct probing *p)
{
	if (p->refused)
		return 0;
	return p->exists ? p->answer_at : USEC_NEVER;
}

usec_t
probing_next(const struct world *w)
{
	usec_t next = USEC_NEVER;

	for (size_t i = 0; i < w->config->check_count; i++)
		next = moment_earlier(next, next_of(&w->probings[i]));
	return next;
}

/* Of a service that hangs or is gone, no probe says anything good. */
static bool
take(struct world *w, size_t check, usec_t now, struct occasion *o)
{
	struct probing *p = &w->probings[check];
	const struct body *b = &w->bodies[w->config->checks[check].service];

	if (next_of(p) > now)
		return false;
	*o = (struct occasion){.call = CALL_PROBED, .check = check, .good = p->good};
	if (p->refused)
		o->call = CALL_UNPROBED;
	else if (!b->exists || voice_is_hung(&b->voice, now))
		o->good = false;
	if (!p->refused && !o->good && random_chance(w->random, 30)) {
		p->answer_at = USEC_NEVER;
		return false;
	}
	*p = (struct probing){.exists = false};
	return true;
}

bool
probing_take(struct world *w, usec_t now, struct occasion *o)
{
	for (size_t i = 0; i < w->config->check_count; i++)
		if (take(w, i, now, o))
			return true;
	return false;
}
