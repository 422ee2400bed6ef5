#include "supervisor/events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int
events_init(struct events *e)
{
	*e = (struct events){.first = 1, .next = 1};
	e->bytes = malloc(EVENTS_SIZE);
	e->places = malloc(EVENTS_MAX * sizeof(*e->places));
	if (e->bytes && e->places)
		return 0;
	events_clear(e);
	return -ENOMEM;
}

void
events_clear(struct events *e)
{
	free(e->bytes);
	free(e->places);
	*e = (struct events){.first = 1, .next = 1};
}

static struct event_place *
place_of(const struct events *e, uint64_t sequence)
{
	return &e->places[sequence % EVENTS_MAX];
}

/* Whether the oldest one lies between from and to. */
static bool
is_oldest_in(const struct events *e, size_t from, size_t to)
{
	const struct event_place *p = place_of(e, e->first);

	return e->first < e->next && p->at < to && p->at + p->length > from;
}

/* They lie in their order, in one piece each; the oldest follow the newest. */
static size_t
make_room(struct events *e, size_t length)
{
	if (e->end + length > EVENTS_SIZE) {
		while (is_oldest_in(e, e->end, EVENTS_SIZE))
			e->first++;
		e->end = 0;
	}
	while (
	    is_oldest_in(e, e->end, e->end + length) || e->next - e->first == EVENTS_MAX)
		e->first++;
	return e->end;
}

void
events_add(struct events *e, usec_t wall, const char *kind, const char *service,
    const char *words)
{
	size_t name = strlen(service);
	size_t said = strnlen(words, EVENT_WORDS_MAX);
	size_t length = name + said + 2;
	char *bytes;

	if (!e->bytes || name > EVENT_WORDS_MAX)
		return;
	bytes = e->bytes + make_room(e, length);
	memcpy(bytes, service, name + 1);
	memcpy(bytes + name + 1, words, said);
	bytes[length - 1] = '\0';
	*place_of(e, e->next) = (struct event_place){
	    .wall = wall,
	    .kind = kind,
	    .at = (uint32_t)e->end,
	    .length = (uint32_t)length,
	};
	e->next++;
	e->end += length;
}

struct event
events_get(const struct events *e, uint64_t sequence)
{
	const struct event_place *p = place_of(e, sequence);
	const char *bytes = e->bytes + p->at;

	return (struct event){p->wall, p->kind, bytes, bytes + strlen(bytes) + 1};
}
