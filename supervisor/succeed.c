/*
 * Output that goes over to another configuration.
 */
#include "supervisor/flow.h"

#include <string.h>

#define SWAP(type, a, b)                                                                 \
	do {                                                                             \
		type swapped = (a);                                                      \
		(a) = (b);                                                               \
		(b) = swapped;                                                           \
	} while (0)

/* What it has begun stays, and so does where it goes, unless the log says otherwise. */
static void
take_stream(struct output *o, struct stream *s, struct stream *old, bool same)
{
	size_t service = s->service;
	size_t limit = s->lines.limit;
	unsigned way = s->way;

	SWAP(struct stream, *s, *old);
	s->service = service;
	s->queued = false;
	s->next = NULL;
	if (!same) {
		s->way = way;
		if (s->lines.length < limit)
			s->lines.limit = limit;
	}
	if (s->read_fd >= 0 || s->held)
		output_ready(o, s);
}

static bool
follows_the_same(const struct service_config *a, const struct service_config *b)
{
	if (a->tail.count != b->tail.count)
		return false;
	for (size_t i = 0; i < a->tail.count; i++)
		if (strcmp(a->tail.items[i], b->tail.items[i]) != 0)
			return false;
	return true;
}

/* It points into itself and into the configuration. */
static void
take_follow(struct follow *f, struct follow *old, const char *path,
    const struct identity *identity)
{
	SWAP(struct follow, *f, *old);
	if (f->from)
		f->from = f->from == &old->current ? &f->current : &f->former;
	if (f->awaited)
		f->awaited = path + (f->awaited - f->path);
	f->path = path;
	f->identity = identity;
}

static size_t
first_file(const struct config *config, size_t service)
{
	size_t count = 0;

	for (size_t i = 0; i < service; i++)
		count += config->services[i].tail.count;
	return count;
}

static void
take_files(struct output *o, struct output *old, size_t i, size_t from)
{
	const struct service_config *c = &o->config->services[i];
	size_t file = first_file(o->config, i);
	size_t old_file = first_file(old->config, from);
	struct stream *streams = o->streams + o->config->count * STREAM_PIPES;
	struct stream *olds = old->streams + old->config->count * STREAM_PIPES;

	for (size_t n = 0; n < c->tail.count; n++) {
		take_stream(o, &streams[file + n], &olds[old_file + n], true);
		take_follow(&o->follows.items[file + n],
		    &old->follows.items[old_file + n], c->tail.items[n], &c->identity);
		output_ready(o, &streams[file + n]);
	}
}

static void
take_service(struct output *o, struct output *old, size_t i, size_t from)
{
	const struct service_config *c = &o->config->services[i];
	const struct service_config *was = &old->config->services[from];

	for (unsigned kind = 0; kind < STREAM_PIPES; kind++)
		take_stream(o, output_stream(o, i, kind), output_stream(old, from, kind),
		    c->log == was->log);
	SWAP(struct output_source, o->sources[i], old->sources[from]);
	if (follows_the_same(c, was))
		take_files(o, old, i, from);
}

static void
take_ways(struct output *o, struct output *old)
{
	for (unsigned i = 0; i < OUTPUT_SINKS; i++)
		SWAP(struct sink, o->sinks[i], old->sinks[i]);
	if (old->journals) {
		SWAP(struct journal, o->journal, old->journal);
		SWAP(bool, o->journals, old->journals);
	}
	SWAP(struct devlog, o->devlog, old->devlog);
	memcpy(o->host, old->host, sizeof(o->host));
	o->dropped = old->dropped;
	o->own_lost = old->own_lost;
	o->said = old->said;
	o->said_context = old->said_context;
	if (old->follows.fd >= 0 && o->follows.items)
		SWAP(int, o->follows.fd, old->follows.fd);
}

void
output_adopt(struct output *o, struct output *old, const size_t *olds)
{
	size_t first = o->config->count * STREAM_PIPES;
	size_t file = 0;

	take_ways(o, old);
	for (size_t i = 0; i < o->config->count; i++) {
		const struct service_config *c = &o->config->services[i];

		if (olds[i] != SERVICE_NONE)
			take_service(o, old, i, olds[i]);
		for (size_t n = 0; n < c->tail.count; n++, file++) {
			if (o->follows.items[file].path)
				continue;
			follow_open(&o->follows, file, c->tail.items[n], &c->identity);
			output_ready(o, &o->streams[first + file]);
		}
	}
	take_stream(o, output_syslog_stream(o), output_syslog_stream(old), true);
	output_syslog_stream(o)->service = SERVICE_NONE;
}
