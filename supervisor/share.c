/* Who is read, when, and how much of it. */
#include "supervisor/flow.h"

/* -- the queues ------------------------------------------------------------------------ */

static struct stream_queue *
queue_of(struct output *o, const struct stream *s)
{
	return &o->queues[output_drops(o, s) ? OUTPUT_WAYS : s->way];
}

void
output_ready(struct output *o, struct stream *s)
{
	struct stream_queue *q = queue_of(o, s);

	if (s->queued)
		return;
	s->queued = true;
	s->next = NULL;
	if (q->first)
		q->last->next = s;
	else
		q->first = s;
	q->last = s;
	q->count++;
	if (q->crowd < q->count)
		q->crowd = q->count;
}

static struct stream *
next_ready(struct stream_queue *q)
{
	struct stream *s = q->first;

	q->first = s->next;
	if (--q->count == 0)
		q->crowd = 0;
	s->queued = false;
	return s;
}

void
output_handle_follows(struct output *o)
{
	struct stream *files = &o->streams[o->config->count * STREAM_PIPES];

	follows_handle(&o->follows);
	for (size_t i = 0; i < o->follows.count; i++)
		if (follow_has_news(&o->follows, i))
			output_ready(o, &files[i]);
}

bool
output_has_to_look(const struct output *o)
{
	for (size_t i = 0; i < o->follows.count; i++)
		if (follow_is_blind(&o->follows, i))
			return true;
	return false;
}

void
output_look(struct output *o)
{
	struct stream *files = &o->streams[o->config->count * STREAM_PIPES];

	for (size_t i = 0; i < o->follows.count; i++) {
		if (!follow_is_blind(&o->follows, i))
			continue;
		follow_mark(&o->follows, i);
		output_ready(o, &files[i]);
	}
}

/* Whether it has to come again without being called. */
static bool
is_unfinished(const struct output *o, const struct stream *s)
{
	return s->held || s->finishing ||
	    (s->kind == STREAM_TAIL && follow_has_news(&o->follows, flow_file(o, s)));
}

/* The same for all of a crowd, whoever of it is the last. */
static size_t
share_of(const struct stream_queue *q, unsigned way)
{
	size_t share = flow_size(way) / q->crowd;

	return share > FLOW_SHARE_MIN ? share : FLOW_SHARE_MIN;
}

/*
 * Each of those that are ready once, by a fair share.  Those for which there is
 * no room stay, in their order.
 */
static void
read_queue(struct output *o, unsigned index)
{
	struct stream_queue *q = &o->queues[index];
	bool waits = index < OUTPUT_WAYS;

	for (size_t left = q->count; left > 0; left--) {
		size_t share = waits ? share_of(q, index) : FLOW_READ_SIZE;
		struct stream *s;

		if (waits && output_is_full(o, index))
			return;
		s = next_ready(q);
		/* What it held was its share: the others are to come before more. */
		if (s->held)
			(void)flow_release(o, s);
		else
			(void)flow_read(o, s, share);
		if (is_unfinished(o, s))
			output_ready(o, s);
	}
}

/* -- a turn -------------------------------------------------------------------------------- */

/* Returns whether anything was to be told. */
static bool
tell_losses(struct output *o)
{
	bool dropped = o->dropped > 0;
	bool lost = o->journals && o->journal.lost != o->journal_told;
	bool failed = own_tell_failures(o);

	if (dropped)
		own_tell_dropped(o);
	if (lost)
		own_tell_lost(o);
	return dropped || lost || failed;
}

bool
output_turn(struct output *o)
{
	bool more = false;

	for (unsigned i = 0; i < OUTPUT_WAYS + 1; i++)
		read_queue(o, i);
	(void)flow_write(o);
	/* Written at once: nobody might come back for it. */
	if (tell_losses(o))
		(void)flow_write(o);
	for (unsigned i = 0; i < OUTPUT_WAYS + 1; i++)
		more |= o->queues[i].first && (i == OUTPUT_WAYS || output_has_room(o, i));
	return more;
}

/* -- the end of a process -------------------------------------------------------------------- */

void
output_finish(struct output *o, size_t service)
{
	for (unsigned kind = 0; kind < STREAM_PIPES; kind++) {
		struct stream *s = output_stream(o, service, kind);

		if (s->read_fd >= 0)
			flow_mark_end(s);
		if (!flow_read_rest(o, s))
			output_ready(o, s);
	}
	for (size_t i = 0; i < o->follows.count; i++) {
		struct stream *s = &o->streams[o->config->count * STREAM_PIPES + i];

		if (s->service != service)
			continue;
		follow_mark(&o->follows, i);
		output_ready(o, s);
	}
}
