/*
 * Output that goes over to another configuration.
 */
#include "supervisor/flow.h"

#include <stdio.h>
#include <string.h>

#include "supervisor/swap.h"

/* What it has begun stays, in the room that was made for it. */
static void
take_stream(struct stream *s, struct stream *old)
{
	size_t service = s->service;
	size_t limit = s->lines.limit;

	SWAP(struct stream, *s, *old);
	s->service = service;
	s->queued = false;
	s->next = NULL;
	if (!s->lines.partial)
		s->lines.limit = limit;
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
		take_stream(&streams[file + n], &olds[old_file + n]);
		take_follow(&o->follows.items[file + n],
		    &old->follows.items[old_file + n], c->tail.items[n], &c->identity);
	}
}

static void
take_service(struct output *o, struct output *old, size_t i, size_t from)
{
	const struct service_config *c = &o->config->services[i];
	const struct service_config *was = &old->config->services[from];

	for (unsigned kind = 0; kind < STREAM_PIPES; kind++)
		take_stream(output_stream(o, i, kind), output_stream(old, from, kind));
	SWAP(struct output_source, o->sources[i], old->sources[from]);
	if (words_are_same(&c->tail, &was->tail))
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
		o->journal_told = old->journal_told;
	}
	SWAP(struct devlog, o->devlog, old->devlog);
	memcpy(o->host, old->host, sizeof(o->host));
	o->own_lost = old->own_lost;
	o->said = old->said;
	o->said_context = old->said_context;
	if (old->follows.fd >= 0 && o->follows.items)
		SWAP(int, o->follows.fd, old->follows.fd);
}

/* A datagram that was not yet shown is still of who has sent it. */
static void
take_syslog(struct output *o, struct output *old, const size_t *olds)
{
	struct stream *s = output_syslog_stream(o);
	size_t was = output_syslog_stream(old)->service;

	take_stream(s, output_syslog_stream(old));
	s->service = SERVICE_NONE;
	for (size_t i = 0; was != SERVICE_NONE && i < o->config->count; i++)
		if (olds[i] == was)
			s->service = i;
}

/* Streams know their ways, and are looked at; what is left of others is told. */
static void
settle(struct output *o, const struct output *old)
{
	uint64_t left = flow_left(old);
	char line[128];

	o->dropped = 0;
	for (size_t i = 0; i < o->stream_count; i++) {
		o->streams[i].way = flow_way(o, &o->streams[i]);
		o->dropped += o->streams[i].dropped;
		output_ready(o, &o->streams[i]);
	}
	if (o->no_journal != 0 && !o->journals && old->no_journal == 0)
		own_tell_no_journal(o);
	if (left == 0)
		return;
	(void)snprintf(line, sizeof(line),
	    "%llu bytes of output of what is not there any more were not read in time",
	    (unsigned long long)left);
	output_say(o, line);
}

void
output_adopt(struct output *o, struct output *old, const size_t *olds)
{
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
		}
	}
	follows_leave(&o->follows, &old->follows);
	take_syslog(o, old, olds);
	settle(o, old);
}
