#include "supervisor/backoff.h"

/*
 * Refusals in a row that are taken for a passing shortage: with the default
 * delays, about two minutes of it.
 */
#define REFUSALS_MAX 10

/* No delay is doubled more often: 2^63 microseconds are for ever. */
#define DOUBLINGS_MAX 63

void
backoff_init(struct backoff *b, const struct service_config *config, usec_t *moments,
    uint32_t seed)
{
	*b = (struct backoff){.config = config, .moments = moments, .random = seed | 1};
}

void
backoff_note_life(struct backoff *b, usec_t length)
{
	if (length > b->config->restart_delay_max)
		b->attempts = 0;
}

void
backoff_note_process(struct backoff *b)
{
	b->refusals = 0;
}

void
backoff_forgive(struct backoff *b)
{
	b->next = b->total = 0;
	b->attempts = b->refusals = 0;
}

/* xorshift, Marsaglia 2003: jitter needs no more. */
static uint32_t
next_random(struct backoff *b)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 17;
	b->random ^= b->random << 5;
	return b->random;
}

/* Doubles with every attempt; up to a tenth more, so that a crowd spreads. */
static usec_t
next_delay(struct backoff *b)
{
	usec_t max = b->config->restart_delay_max;
	usec_t delay = b->config->restart_delay;

	for (unsigned i = 0; i < b->attempts && delay < max; i++)
		delay *= 2;
	if (b->attempts < DOUBLINGS_MAX)
		b->attempts++;
	delay += delay / 10 * (next_random(b) % 1024) / 1023;
	return delay < max ? delay : max;
}

uint32_t
backoff_recent(const struct backoff *b, usec_t now, usec_t *ret_first)
{
	const struct restart_limit *limit = &b->config->restart_limit;
	uint32_t count = 0;

	if (limit->count == RESTARTS_UNLIMITED) {
		if (b->total > 0)
			*ret_first = b->first;
		return b->total;
	}
	while (count < limit->count && count < b->total) {
		uint32_t back = limit->count - 1 - count;
		usec_t at = b->moments[(b->next + back) % limit->count];

		if (now - at >= limit->window)
			break;
		*ret_first = at;
		count++;
	}
	return count;
}

static void
remember(struct backoff *b, usec_t now)
{
	uint32_t capacity = b->config->restart_limit.count;

	if (b->total++ == 0)
		b->first = now;
	if (capacity == RESTARTS_UNLIMITED)
		return;
	b->moments[b->next] = now;
	b->next = (b->next + 1) % capacity;
}

bool
backoff_restart(struct backoff *b, usec_t now, usec_t *ret_delay)
{
	usec_t first;

	if (b->config->restart_limit.count != RESTARTS_UNLIMITED &&
	    backoff_recent(b, now, &first) >= b->config->restart_limit.count)
		return false;
	remember(b, now);
	*ret_delay = next_delay(b);
	return true;
}

bool
backoff_refusal(struct backoff *b, usec_t *ret_delay)
{
	if (b->refusals >= REFUSALS_MAX)
		return false;
	b->refusals++;
	*ret_delay = next_delay(b);
	return true;
}
