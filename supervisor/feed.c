#include "supervisor/call.h"

#include <stdio.h>
#include <string.h>

#include "supervisor/json.h"

/* A piece has at least one line, and no more begin beyond this. */
#define PIECE_SIZE ((size_t)32 << 10)

/* -- events ------------------------------------------------------------------------ */

static void
write_event(struct text *t, uint64_t sequence, const struct event *e)
{
	/* Each line stands alone: no comma goes before it. */
	text_add(t, "{\"sequence\":");
	text_add_number(t, sequence);
	json_time(t, "time", e->wall);
	json_string(t, "service", e->service);
	json_string(t, "kind", e->kind);
	json_string(t, "words", e->words);
	json_end_object(t);
	text_add(t, "\n");
}

/* Some are not kept any more, or went while the client did not read. */
static void
write_gap(struct text *t, const struct events *events, uint64_t next)
{
	struct event gap = {.kind = "lost", .service = ""};
	char words[64];

	(void)snprintf(words, sizeof(words), "%llu events are not kept any more",
	    (unsigned long long)(events->first - next));
	gap.words = words;
	if (events->first < events->next)
		gap.wall = events_get(events, events->first).wall;
	write_event(t, events->first - 1, &gap);
}

static bool
more_events(const struct events *events, struct errand *errand, struct text *t)
{
	uint64_t end = errand->end < events->next ? errand->end : events->next;
	size_t begin = t->length;

	if (errand->next < events->first) {
		write_gap(t, events, errand->next);
		errand->next = events->first;
	}
	while (errand->next < end && t->length - begin < PIECE_SIZE) {
		struct event e = events_get(events, errand->next);

		write_event(t, errand->next++, &e);
	}
	errand->more = errand->next < end;
	return errand->next < errand->end;
}

/* Those that are kept; only the last n; only those after since. */
static bool
find_beginning(struct call *c, uint64_t *ret_next)
{
	const struct events *events = &c->supervisor->events;
	uint64_t since = events->first - 1;
	uint64_t n = UINT64_MAX;

	if (parameter_number(c->request, "since", UINT64_MAX / 16, &since) ==
	    PARAMETER_WRONG) {
		call_refuse(c, "since", "the sequence of an event");
		return false;
	}
	if (parameter_number(c->request, "n", UINT64_MAX / 16, &n) == PARAMETER_WRONG) {
		call_refuse(c, "n", "a number of events");
		return false;
	}
	*ret_next = since < events->next ? since + 1 : events->next;
	if (events->next - *ret_next > n)
		*ret_next = events->next - n;
	return true;
}

void
feed_events(struct call *c)
{
	bool follow = request_asks(c->request, "follow");

	if (!find_beginning(c, &c->errand->next) || (follow && !call_may_wait(c)))
		return;
	c->errand->end = follow ? UINT64_MAX : c->supervisor->events.next;
	c->page->kind = PAGE_STREAM;
	c->page->type = "application/x-ndjson";
}

bool
feed_more(const struct supervisor *s, const struct request *r, struct errand *errand,
    struct text *text)
{
	(void)r;
	if (errand->state)
		return logs_more(s, errand, text);
	return more_events(&s->events, errand, text);
}
