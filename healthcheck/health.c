#include "healthcheck/health.h"

#include <string.h>

#include "config/moment.h"

/* The first pause before a probe that may only succeed; it doubles. */
#define HOPE_MIN (100 * USEC_PER_MSEC)

static void
enter(struct health *h, enum health_state state, usec_t deadline)
{
	h->state = state;
	h->deadline = deadline;
}

void
health_init(struct health *h, const struct check_config *config)
{
	memset(h, 0, sizeof(*h));
	h->config = config;
	h->good = config->kind == CHECK_LIVENESS;
	enter(h, HEALTH_ASLEEP, USEC_NEVER);
}

void
health_begin(struct health *h, usec_t since, usec_t now)
{
	health_init(h, h->config);
	h->due = moment_later(moment_after(since, h->config->initial_delay), now);
	h->hope = h->config->kind == CHECK_LIVENESS ? USEC_NEVER : HOPE_MIN;
	enter(h, HEALTH_WAITING, h->due);
}

enum health_action
health_end(struct health *h)
{
	bool probing = h->state == HEALTH_PROBING;

	health_init(h, h->config);
	return probing ? HEALTH_DROP : HEALTH_NOTHING;
}

/* One more result: whether it turns the verdict. */
static enum health_change
count(struct health *h, bool good)
{
	uint32_t threshold = good ? h->config->successes : h->config->failures;

	if (h->last != good)
		h->in_row = 0;
	h->last = good;
	if (good)
		h->hope = USEC_NEVER;
	else if (!h->counts)
		return HEALTH_SAME;
	if (h->in_row < threshold)
		h->in_row++;
	if (h->in_row < threshold || (h->known && h->good == good))
		return HEALTH_SAME;
	h->recovered = h->known && good;
	h->known = true;
	h->good = good;
	return good ? HEALTH_TURNED_GOOD : HEALTH_TURNED_BAD;
}

static void
wait_for_next(struct health *h, usec_t now)
{
	usec_t next = moment_earlier(h->due, moment_after(h->begun, h->hope));

	h->hope = moment_after(h->hope, h->hope);
	enter(h, HEALTH_WAITING, moment_later(next, now));
}

static enum health_change
conclude(struct health *h, bool good, usec_t now)
{
	enum health_change change = count(h, good);

	if (h->config->kind == CHECK_STARTUP && change == HEALTH_TURNED_GOOD)
		enter(h, HEALTH_ASLEEP, USEC_NEVER);
	else
		wait_for_next(h, now);
	return change;
}

enum health_change
health_tick(struct health *h, usec_t now, enum health_action *ret_action)
{
	*ret_action = HEALTH_NOTHING;
	if (h->deadline > now)
		return HEALTH_SAME;
	if (h->state == HEALTH_PROBING) {
		*ret_action = HEALTH_DROP;
		return conclude(h, false, now);
	}
	*ret_action = HEALTH_PROBE;
	h->begun = now;
	h->counts = now >= h->due;
	if (h->counts)
		h->due = moment_after(now, h->config->interval);
	enter(h, HEALTH_PROBING, moment_after(now, h->config->timeout));
	return HEALTH_SAME;
}

enum health_change
health_result(struct health *h, bool good, usec_t now)
{
	return h->state == HEALTH_PROBING ? conclude(h, good, now) : HEALTH_SAME;
}

void
health_skip(struct health *h, usec_t now)
{
	if (h->state == HEALTH_PROBING)
		wait_for_next(h, now);
}
