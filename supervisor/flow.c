#include "supervisor/flow.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <syslog.h>
#include <unistd.h>

#include "config/clock.h"

/* To be there before anything is read. */
#define READ_ROOM (FLOW_OWN_ROOM + FORM_ROOM + FLOW_SHARE_MIN)

/* What is around an entry of the journal, its names included. */
#define ENTRY_SIZE ((size_t)1024)

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

static void
write_way(struct output *o, unsigned way)
{
	if (way == OUTPUT_JOURNAL)
		journal_flush(&o->journal);
	else
		sink_flush(&o->sinks[way]);
}

/* -- lines ------------------------------------------------------------------------- */

struct emission {
	struct output *output;
	struct stream *stream;
	const char *name;
	enum log_mode mode;
	bool drop; /* there is no room, and it does not wait */
};

const char *
flow_stream_name(const struct stream *s)
{
	static const char *const names[STREAM_KINDS] = {
	    "stdout", "stderr", "tail", "syslog"};

	return names[s->kind];
}

static pid_t
pid_of(const struct output *o, const struct stream *s)
{
	if (s->kind == STREAM_SYSLOG)
		return s->pid;
	return s->service == SERVICE_NONE ? 0 : o->sources[s->service].pid;
}

static void
count_line(const struct emission *e, size_t length)
{
	const struct stream *s = e->stream;
	struct service_stats *stats;

	if (!e->output->stats || s->service == SERVICE_NONE)
		return;
	stats = &e->output->stats[s->service];
	stats->log_bytes[s->kind] += length + 1;
	stats->log_lines[s->kind]++;
	stats->log_dropped += e->drop;
}

/* Whether this one is dropped; so is the rest of a line whose beginning was. */
static bool
drops_line(struct emission *e, bool continued)
{
	struct stream *s = e->stream;

	if (!continued)
		s->dropping = e->drop;
	if (!e->drop && !s->dropping)
		return false;
	if (!continued) {
		s->dropped++;
		e->output->dropped++;
	}
	return true;
}

static void
journal_line(const struct emission *e, const char *data, size_t length, bool continued)
{
	struct output *o = e->output;
	const struct stream *s = e->stream;
	struct journal_entry entry = {
	    .service = e->name,
	    .stream = flow_stream_name(s),
	    .pid = pid_of(o, s),
	    .priority = s->priority,
	    .facility = s->priority < 0 ? LOG_FAC(LOG_DAEMON) : s->facility,
	    .data = data,
	    .length = length,
	};

	if (s->priority < 0)
		entry.priority =
		    continued ? LOG_INFO : journal_priority(&entry.data, &entry.length);
	if (!journal_put(&o->journal, &entry))
		o->journal.lost++;
}

static void
emit_line(void *context, const char *data, size_t length, bool continued)
{
	struct emission *e = context;
	struct sink *sink;
	char *to;

	count_line(e, length);
	if (e->mode == LOG_MODE_NULL || drops_line(e, continued))
		return;
	if (e->stream->way == OUTPUT_JOURNAL) {
		journal_line(e, data, length, continued);
		return;
	}
	sink = &e->output->sinks[e->stream->way];
	to = sink_reserve(sink, form_size(&e->output->form, length));
	if (to)
		sink_commit(
		    sink, form_line(&e->output->form, to, data, length, continued));
	else
		sink->lost += length + 1;
}

static unsigned
colour_of(const struct output *o, const struct stream *s)
{
	static const unsigned colours[] = {36, 32, 33, 35, 34, 31};

	if (s->way >= OUTPUT_SINKS || !o->coloured[s->way])
		return 0;
	return colours[s->service % (sizeof(colours) / sizeof(colours[0]))];
}

void
flow_set_origin(struct output *o, struct stream *s, size_t service)
{
	enum log_mode mode = service == SERVICE_NONE ? o->config->log
						     : o->config->services[service].log;

	s->service = service;
	s->way = output_mode(o, mode) == LOG_MODE_JOURNAL ? OUTPUT_JOURNAL
							  : OUTPUT_STDOUT;
}

static struct emission
begin_emission(struct output *o, struct stream *s, usec_t wall)
{
	const struct service_config *c =
	    s->service == SERVICE_NONE ? NULL : &o->config->services[s->service];
	struct emission e = {
	    .output = o,
	    .stream = s,
	    .name = c ? c->name : flow_stream_name(s),
	    .mode = output_mode(o, c ? c->log : o->config->log),
	};
	struct form_style style = {
	    .mode = e.mode,
	    .timestamps = o->config->timestamps,
	    .merge = c ? c->log_json_merge : o->config->log_json_merge,
	};
	struct form_origin origin = {
	    .service = e.name,
	    .stream = flow_stream_name(s),
	    .pid = pid_of(o, s),
	    .priority = s->priority,
	    .colour = colour_of(o, s),
	    .wall = wall,
	};

	form_begin(&o->form, &style, &origin);
	return e;
}

/* So many bytes may be taken: whatever lines they are, there is room for them. */
static size_t
fitting(const struct emission *e)
{
	const struct output *o = e->output;
	unsigned way = e->stream->way;
	size_t room = flow_room(o, way);

	if (e->mode == LOG_MODE_NULL || e->drop)
		return SIZE_MAX;
	if (way == OUTPUT_JOURNAL)
		return room > 2 * FORM_LINE_SIZE
		    ? (room - 2 * FORM_LINE_SIZE) / ENTRY_SIZE
		    : 0;
	return room > FLOW_OWN_ROOM ? form_fitting(&o->form, room - FLOW_OWN_ROOM) : 0;
}

/* The same, after what is in the way has been written as far as possible. */
static size_t
make_fitting(struct emission *e)
{
	size_t fits = fitting(e);

	if (fits == 0) {
		write_way(e->output, e->stream->way);
		fits = fitting(e);
	}
	if (fits == 0 && output_drops(e->output, e->stream)) {
		e->drop = true;
		fits = SIZE_MAX;
	}
	return fits;
}

/* Takes as many of the bytes as there is room for.  Returns how many. */
static size_t
take(struct emission *e, const char *data, size_t length)
{
	size_t taken = 0;

	while (taken < length) {
		size_t n = make_fitting(e);

		if (n == 0)
			break;
		if (n > length - taken)
			n = length - taken;
		lines_feed(&e->stream->lines, data + taken, n, emit_line, e);
		taken += n;
	}
	return taken;
}

/* The rest of what was begun is a line.  Returns false where there is no room. */
static bool
finish_line(struct output *o, struct stream *s)
{
	usec_t wall = clock_wall();
	struct emission e = begin_emission(o, s, wall);

	if (make_fitting(&e) == 0)
		return false;
	lines_finish(&s->lines, emit_line, &e);
	s->finishing = false;
	ring_put(&o->sources[s->service].ring,
	    &(struct ring_piece){.wall = wall, .stream = s->kind, .ends = true});
	return true;
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

/* Returns whether nothing is held any more. */
static bool
release(struct output *o, struct stream *s)
{
	struct emission e;

	if (!s->held)
		return true;
	e = begin_emission(o, s, clock_wall());
	s->held_begin += take(&e, s->held + s->held_begin, s->held_end - s->held_begin);
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
	struct emission e = begin_emission(o, s, wall);
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
	taken = s->held ? 0 : take(&e, data, length);
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

/* Room for a line, whatever it becomes, and more; or it needs none. */
static bool
may_read(struct output *o, struct stream *s)
{
	const struct service_config *c = &o->config->services[s->service];

	if (!release(o, s))
		return false;
	if (flow_room(o, s->way) < READ_ROOM)
		write_way(o, s->way);
	return flow_room(o, s->way) >= READ_ROOM || output_drops(o, s) ||
	    c->log == LOG_MODE_NULL;
}

size_t
flow_read(struct output *o, struct stream *s, size_t share)
{
	size_t limit = share < FLOW_READ_SIZE ? share : FLOW_READ_SIZE;
	size_t n;

	if (!may_read(o, s))
		return 0;
	n = read_bytes(o, s, limit);
	if (n > 0)
		flow_deliver(o, s, o->scratch, n);
	else if (s->finishing)
		(void)finish_line(o, s);
	return n;
}

size_t
output_read(struct output *o, struct stream *s)
{
	return flow_read(o, s, FLOW_READ_SIZE);
}

/*
 * Reads what is in the pipe now.  No more: somebody else may hold it and
 * write for ever.  Returns whether all of it is read and taken.
 */
bool
flow_read_rest(struct output *o, struct stream *s)
{
	int left = 0;

	if (s->kind == STREAM_TAIL)
		while (output_read(o, s) > 0)
			continue;
	else if (s->read_fd >= 0)
		(void)ioctl(s->read_fd, FIONREAD, &left);
	while (left > 0) {
		size_t n = output_read(o, s);

		if (n == 0)
			return false;
		left -= (int)n;
	}
	if (!release(o, s))
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
	for (size_t i = 0; i < o->stream_count; i++)
		all &= flow_read_rest(o, &o->streams[i]);
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
		int in_pipe = 0;

		if (s->read_fd >= 0 && ioctl(s->read_fd, FIONREAD, &in_pipe) == 0)
			sum += (uint64_t)in_pipe;
		sum += s->held_end - s->held_begin + s->lines.length;
	}
	return sum;
}
