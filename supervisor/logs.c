/*
 * GET /v1/logs: the last output of services from their rings, and what comes.
 *
 * Who follows has a reader for each of them, which is given back when the client has
 * gone.  Services are known by name: the configuration may change meanwhile.
 */
#include "supervisor/call.h"

#include <stdlib.h>
#include <string.h>

#include "supervisor/flow.h"
#include "supervisor/json.h"
#include "supervisor/problem.h"

/* No more of a ring is looked at for a piece that is beyond this. */
#define PIECE_SIZE ((size_t)32 << 10)

struct tail {
	char *name; /* owned */
	size_t service; /* as it was found last */
	bool begun;
	uint64_t most; /* of the lines before until; UINT64_MAX: all */
	uint64_t until; /* what was there already */
	uint64_t skip; /* so many lines first */
	uint64_t end; /* of what is told; UINT64_MAX: of nothing */
	struct ring_reader reader;
};

struct logs {
	struct tail *tails; /* owned */
	size_t count;
	size_t next; /* whose turn it is */
	bool follow;
};

static void
forget(void *state)
{
	struct logs *l = state;

	for (size_t i = 0; i < l->count; i++) {
		ring_reader_clear(&l->tails[i].reader);
		free(l->tails[i].name);
	}
	free(l->tails);
	free(l);
}

/* -- which of them ------------------------------------------------------------------- */

static void
count_line(void *context, const struct ring_line *line)
{
	uint64_t *count = context;

	(void)line;
	(*count)++;
}

/*
 * All but the last so many lines are left out; when its turn has come, since those that
 * are counted may be gone by then.
 */
static void
begin(struct tail *t, const struct ring *ring)
{
	struct ring_reader reader;
	uint64_t count = 0;
	bool more = t->most != UINT64_MAX;

	t->begun = true;
	if (t->end != UINT64_MAX)
		t->until = t->end = ring->end;
	ring_reader_init(&reader, ring);
	while (more && reader.place < t->until)
		more = ring_read_some(&reader, ring, count_line, &count);
	ring_reader_clear(&reader);
	t->skip = count > t->most ? count - t->most : 0;
}

static bool
add(struct logs *l, const struct supervisor *s, size_t service, uint64_t most)
{
	const struct ring *ring = &s->output.sources[service].ring;
	struct tail *t = &l->tails[l->count];

	t->name = strdup(s->config->services[service].name);
	if (!t->name)
		return false;
	t->service = service;
	ring_reader_init(&t->reader, ring);
	t->most = most;
	t->until = ring->end;
	t->end = l->follow ? UINT64_MAX : ring->end;
	l->count++;
	return true;
}

/* The copies of a section are meant by its name as well. */
static bool
is_meant(const char *service, const char *name)
{
	size_t length = strlen(name);

	return strncmp(service, name, length) == 0 &&
	    (service[length] == '\0' || service[length] == '@');
}

/* false: it was refused. */
static bool
add_meant(struct call *c, struct logs *l, uint64_t most)
{
	const struct config *config = c->supervisor->config;
	size_t before = l->count;

	for (size_t i = 0; i < config->count; i++) {
		if (!is_meant(config->services[i].name, c->name))
			continue;
		if (l->count == config->count)
			problem(c->page, 400, "bad-request", "name each service once");
		else if (add(l, c->supervisor, i, most))
			continue;
		else
			problem(c->page, 503, "busy", "there is no memory for it");
		return false;
	}
	if (l->count == before)
		problem(
		    c->page, 404, "no-such-service", "there is no service '%s'", c->name);
	return l->count > before;
}

/* Those that are named by service=; true: there is such a name, or a mistake. */
static bool
add_named(struct call *c, struct logs *l, struct slice parameters, uint64_t most)
{
	struct slice name;
	struct slice value;
	bool any = false;

	while (parameter_next(&parameters, &name, &value)) {
		if (!slice_is(name, "service"))
			continue;
		any = true;
		if (!slice_decode(value, c->name, sizeof(c->name)))
			problem(c->page, 404, "no-such-service",
			    "there is no service '%s'", c->name);
		else if (add_meant(c, l, most))
			continue;
		return true;
	}
	return any;
}

static void
choose(struct call *c, struct logs *l, uint64_t most)
{
	const struct config *config = c->supervisor->config;

	if (add_named(c, l, c->request->query, most) ||
	    add_named(c, l, c->request->form, most))
		return;
	for (size_t i = 0; i < config->count; i++)
		if (!add(l, c->supervisor, i, most)) {
			problem(c->page, 503, "busy", "there is no memory for it");
			return;
		}
}

static struct logs *
make(const struct config *config)
{
	struct logs *l = calloc(1, sizeof(*l));

	if (l)
		l->tails = calloc(config->count + 1, sizeof(*l->tails));
	if (l && !l->tails) {
		free(l);
		return NULL;
	}
	return l;
}

void
feed_logs(struct call *c)
{
	uint64_t most = UINT64_MAX;
	struct logs *l;

	if (parameter_number(c->request, "n", UINT64_MAX / 16, &most) ==
	    PARAMETER_WRONG) {
		call_refuse(c, "n", "a number of lines");
		return;
	}
	if (request_asks(c->request, "follow") && !call_may_wait(c))
		return;
	l = make(c->supervisor->config);
	if (!l) {
		problem(c->page, 503, "busy", "there is no memory for it");
		return;
	}
	l->follow = request_asks(c->request, "follow");
	choose(c, l, most);
	if (c->page->status != 200) {
		forget(l);
		return;
	}
	c->errand->state = l;
	c->errand->forget = forget;
	c->page->kind = PAGE_STREAM;
	c->page->type = "application/x-ndjson";
}

/* -- what they say ---------------------------------------------------------------------- */

struct telling {
	struct tail *tail;
	struct text *text;
};

static void
tell(void *context, const struct ring_line *line)
{
	struct telling *t = context;

	if (t->tail->skip > 0) {
		t->tail->skip--;
		return;
	}
	/* Each line stands alone: no comma goes before it. */
	text_add(t->text, "{");
	json_time(t->text, "time", line->wall);
	json_string(t->text, "service", t->tail->name);
	json_string(t->text, "stream", flow_kind_name((enum stream_kind)line->stream));
	json_bytes(t->text, "message", line->data, line->length);
	if (line->continued)
		json_bool(t->text, "continued", true);
	json_end_object(t->text);
	text_add(t->text, "\n");
}

/* NULL: it is not in the configuration any more. */
static const struct ring *
ring_of(const struct supervisor *s, struct tail *t)
{
	t->service = config_find_again(s->config, t->name, t->service);
	return t->service == SERVICE_NONE ? NULL : &s->output.sources[t->service].ring;
}

static void
add_news(const struct supervisor *s, struct tail *t, struct text *text, size_t limit)
{
	struct telling telling = {.tail = t, .text = text};
	const struct ring *ring = ring_of(s, t);
	bool more = ring != NULL;

	if (ring && !t->begun)
		begin(t, ring);
	while (more && text->length < limit && t->reader.place < t->end)
		more = ring_read_some(&t->reader, ring, tell, &telling);
}

bool
logs_more(const struct supervisor *s, struct errand *errand, struct text *text)
{
	size_t limit = text->length + PIECE_SIZE;
	struct logs *l = errand->state;
	size_t seen = 0;

	for (; seen < l->count && text->length < limit; seen++) {
		if (!l->follow && l->next == l->count)
			break;
		add_news(s, &l->tails[l->next % l->count], text, limit);
		/* Who does not follow has one after the other, each to its end. */
		if (l->follow || text->length < limit)
			l->next++;
	}
	if (l->follow && l->count > 0)
		l->next %= l->count;
	errand->more = text->length >= limit;
	return l->follow || l->next < l->count;
}
