#include "supervisor/flow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "config/clock.h"

/* To be there before anything is read. */
#define READ_ROOM (FLOW_OWN_ROOM + FORM_ROOM + FLOW_SHARE_MIN)

/* Of a file in a row. */
enum { FILE_READS = 64 };

/* -- room -------------------------------------------------------------------------- */

size_t
flow_room(const struct output *o, unsigned way)
{
	return way == OUTPUT_JOURNAL ? journal_room(&o->journal)
				     : sink_room(&o->sinks[way]);
}

size_t
flow_size(unsigned way)
{
	return way == OUTPUT_JOURNAL ? FLOW_JOURNAL_SIZE : FLOW_SINK_SIZE;
}

bool
output_has_room(const struct output *o, unsigned way)
{
	return flow_room(o, way) >= flow_size(way) / 2;
}

bool
output_is_full(const struct output *o, unsigned way)
{
	return flow_room(o, way) < flow_size(way) / 4 || flow_room(o, way) < READ_ROOM;
}

void
flow_write_way(struct output *o, unsigned way)
{
	if (way == OUTPUT_JOURNAL)
		journal_flush(&o->journal);
	else
		sink_flush(&o->sinks[way]);
}

/* -- what found no room -------------------------------------------------------------- */

/* Where there is no memory for it, it is lost; and counted, as the sinks count. */
static void
hold(struct output *o, struct stream *s, const char *data, size_t length)
{
	size_t held = s->held_end - s->held_begin;
	char *bytes;

	if (length == 0)
		return;
	bytes = malloc(held + length);
	if (!bytes) {
		o->sinks[OUTPUT_STDOUT].lost += length;
		o->sinks[OUTPUT_STDOUT].reason = ENOMEM;
		return;
	}
	if (held > 0)
		memcpy(bytes, s->held + s->held_begin, held);
	memcpy(bytes + held, data, length);
	free(s->held);
	s->held = bytes;
	s->held_begin = 0;
	s->held_end = held + length;
}

bool
flow_release(struct output *o, struct stream *s)
{
	if (!s->held)
		return true;
	s->held_begin += flow_take(
	    o, s, clock_wall(), s->held + s->held_begin, s->held_end - s->held_begin);
	if (s->held_begin < s->held_end)
		return false;
	free(s->held);
	s->held = NULL;
	s->held_begin = s->held_end = 0;
	return true;
}

/* -- reading ------------------------------------------------------------------------- */

void
flow_deliver(struct output *o, struct stream *s, const char *data, size_t length)
{
	usec_t wall = clock_wall();
	size_t taken;

	if (s->service != SERVICE_NONE)
		ring_put(&o->sources[s->service].ring,
		    &(struct ring_piece){
			.wall = wall,
			.stream = s->kind,
			.begins = lines_are_even(&s->lines) && !s->held,
			.data = data,
			.length = length,
		    });
	taken = s->held ? 0 : flow_take(o, s, wall, data, length);
	hold(o, s, data + taken, length - taken);
}

size_t
flow_file(const struct output *o, const struct stream *s)
{
	return (size_t)(s - o->streams) - o->config->count * STREAM_PIPES;
}

/* Into scratch.  0: there is nothing now. */
static size_t
read_bytes(struct output *o, struct stream *s, size_t limit)
{
	ssize_t n;

	if (s->kind == STREAM_TAIL)
		return follow_read(&o->follows, flow_file(o, s), o->scratch, limit);
	n = s->read_fd < 0 ? 0 : read(s->read_fd, o->scratch, limit);
	return n > 0 ? (size_t)n : 0;
}

static size_t
in_pipe(const struct stream *s)
{
	int bytes = 0;

	return s->read_fd >= 0 && ioctl(s->read_fd, FIONREAD, &bytes) == 0 ? (size_t)bytes
									   : 0;
}

/*
 * The next process may write to the same pipe before that is read.  Where more than
 * two are gone by then, only the first and the last end are known.
 */
void
flow_mark_end(struct stream *s)
{
	size_t bytes = in_pipe(s);

	if (!s->finishing)
		s->rest = bytes;
	else
		s->later = bytes > s->rest ? bytes - s->rest : 0;
	s->finishing = true;
}

/* The rest of what was begun is a line.  Returns false where there is no room. */
static bool
finish_line(struct output *o, struct stream *s)
{
	usec_t wall = clock_wall();
	bool even = lines_are_even(&s->lines);

	if (!even && !flow_end_line(o, s, wall))
		return false;
	s->finishing = s->later > 0;
	s->rest = s->later;
	s->later = 0;
	if (!even && s->service != SERVICE_NONE)
		ring_put(&o->sources[s->service].ring,
		    &(struct ring_piece){.wall = wall, .stream = s->kind, .ends = true});
	return true;
}

/* At most so much, and not beyond the end of its process. */
static size_t
limit_of(const struct stream *s, size_t limit)
{
	return s->rest == 0 || s->rest > limit ? limit : s->rest;
}

/* What comes next in a pipe is of another process; a file has no such place. */
static bool
pass_end(struct output *o, struct stream *s)
{
	return !s->finishing || s->rest > 0 || s->read_fd < 0 || finish_line(o, s);
}

/* Room for a line, whatever it becomes, and more; or it needs none. */
static bool
may_read(struct output *o, struct stream *s)
{
	if (!flow_release(o, s))
		return false;
	if (flow_room(o, s->way) < READ_ROOM)
		flow_write_way(o, s->way);
	return flow_room(o, s->way) >= READ_ROOM || output_drops(o, s) ||
	    flow_mode(o, s) == LOG_MODE_NULL;
}

size_t
flow_read(struct output *o, struct stream *s, size_t share)
{
	size_t limit = share < FLOW_READ_SIZE ? share : FLOW_READ_SIZE;
	size_t n;

	if (!may_read(o, s) || !pass_end(o, s))
		return 0;
	n = read_bytes(o, s, limit_of(s, limit));
	s->rest -= s->rest > 0 ? n : 0;
	if (n > 0)
		flow_deliver(o, s, o->scratch, n);
	else if (s->finishing)
		(void)finish_line(o, s);
	if (s->kind == STREAM_TAIL)
		own_tell_trouble(o, s);
	return n;
}

size_t
output_read(struct output *o, struct stream *s)
{
	return flow_read(o, s, FLOW_READ_SIZE);
}

static bool
read_pipe_rest(struct output *o, struct stream *s)
{
	size_t left = in_pipe(s);

	while (left > 0) {
		size_t n = output_read(o, s);

		if (n == 0)
			return false;
		left -= n < left ? n : left;
	}
	return true;
}

/* Its end cannot be told beforehand: so much of it in one go. */
static bool
read_file_rest(struct output *o, struct stream *s)
{
	int reads = 0;

	while (reads < FILE_READS && output_read(o, s) > 0)
		reads++;
	return !follow_has_news(&o->follows, flow_file(o, s));
}

/*
 * Reads what is there now.  No more: somebody else may hold the pipe and
 * write for ever.  Returns whether all of it is read and taken.
 */
bool
flow_read_rest(struct output *o, struct stream *s)
{
	bool all = s->kind == STREAM_TAIL ? read_file_rest(o, s) : read_pipe_rest(o, s);

	if (!all || !flow_release(o, s))
		return false;
	return !s->finishing || finish_line(o, s);
}

bool
flow_read_all(struct output *o)
{
	bool all = true;

	follows_handle(&o->follows);
	for (size_t i = 0; i < o->follows.count; i++)
		follow_mark(&o->follows, i);
	for (size_t i = 0; i < o->stream_count; i++) {
		flow_mark_end(&o->streams[i]);
		all &= flow_read_rest(o, &o->streams[i]);
	}
	return all;
}

/* -- writing -------------------------------------------------------------------------- */

bool
flow_write(struct output *o)
{
	bool more = false;

	for (unsigned way = 0; way < OUTPUT_SINKS; way++) {
		sink_flush(&o->sinks[way]);
		more |= o->sinks[way].blocked;
	}
	if (o->journals) {
		journal_flush(&o->journal);
		more |= o->journal.blocked;
	}
	return more;
}

uint64_t
flow_left(const struct output *o)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < OUTPUT_SINKS; i++)
		sum += sink_pending(&o->sinks[i]);
	if (o->journals)
		sum += journal_pending(&o->journal);
	for (size_t i = 0; i < o->stream_count; i++) {
		const struct stream *s = &o->streams[i];
		sum += in_pipe(s) + s->held_end - s->held_begin + s->lines.length;
	}
	return sum;
}
