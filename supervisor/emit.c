/* Lines, on their way out. */
#include "supervisor/flow.h"

#include <syslog.h>

/* What is around an entry of the journal, its names included. */
#define ENTRY_SIZE ((size_t)1024)

/* -- lines ------------------------------------------------------------------------- */

struct emission {
	struct output *output;
	struct stream *stream;
	const char *name;
	enum log_mode mode;
	bool drop; /* there is no room, and it does not wait */
};

const char *
flow_kind_name(enum stream_kind kind)
{
	static const char *const names[STREAM_KINDS] = {
	    "stdout", "stderr", "tail", "syslog"};

	return names[kind];
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
}

/*
 * Whether this one is dropped.  So is the rest of its line then, even where the
 * beginning of it is out: nothing is left out in the middle.
 */
static bool
drops_line(struct emission *e, bool continued)
{
	struct stream *s = e->stream;

	if (continued && s->dropping)
		return true;
	s->dropping = e->drop;
	if (!e->drop)
		return false;
	s->dropped++;
	e->output->dropped++;
	if (e->output->stats)
		e->output->stats[s->service].log_dropped++;
	return true;
}

static void
journal_line(const struct emission *e, const char *data, size_t length, bool continued)
{
	struct output *o = e->output;
	const struct stream *s = e->stream;
	struct journal_entry entry = {
	    .service = e->name,
	    .stream = flow_kind_name(s->kind),
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

enum log_mode
flow_mode(const struct output *o, const struct stream *s)
{
	return output_mode(o,
	    s->service == SERVICE_NONE ? o->config->log
				       : o->config->services[s->service].log);
}

const char *
flow_name(const struct output *o, const struct stream *s)
{
	return s->service == SERVICE_NONE ? flow_kind_name(s->kind)
					  : o->config->services[s->service].name;
}

static struct form_style
style_of(const struct output *o, const struct stream *s)
{
	return (struct form_style){
	    .mode = flow_mode(o, s),
	    .timestamps = o->config->timestamps,
	    .merge = s->service == SERVICE_NONE
		? o->config->log_json_merge
		: o->config->services[s->service].log_json_merge,
	};
}

unsigned
flow_way(const struct output *o, const struct stream *s)
{
	if (flow_mode(o, s) == LOG_MODE_JOURNAL)
		return OUTPUT_JOURNAL;
	return s->kind == STREAM_STDERR && !o->shared ? OUTPUT_STDERR : OUTPUT_STDOUT;
}

void
flow_set_origin(struct output *o, struct stream *s, size_t service)
{
	struct form_style style;

	s->service = service;
	style = style_of(o, s);
	s->way = flow_way(o, s);
	lines_init(&s->lines, form_limit(&style, flow_name(o, s)));
}

static struct emission
begin_emission(struct output *o, struct stream *s, usec_t wall)
{
	struct form_style style = style_of(o, s);
	struct emission e = {
	    .output = o,
	    .stream = s,
	    .name = flow_name(o, s),
	    .mode = style.mode,
	};
	struct form_origin origin = {
	    .service = e.name,
	    .stream = flow_kind_name(s->kind),
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
		flow_write_way(e->output, e->stream->way);
		fits = fitting(e);
	}
	if (fits == 0 && output_drops(e->output, e->stream)) {
		e->drop = true;
		fits = SIZE_MAX;
	}
	return fits;
}

size_t
flow_take(
    struct output *o, struct stream *s, usec_t wall, const char *data, size_t length)
{
	struct emission e = begin_emission(o, s, wall);
	size_t taken = 0;

	while (taken < length) {
		size_t n = make_fitting(&e);

		if (n == 0)
			break;
		if (n > length - taken)
			n = length - taken;
		lines_feed(&s->lines, data + taken, n, emit_line, &e);
		taken += n;
	}
	return taken;
}

bool
flow_end_line(struct output *o, struct stream *s, usec_t wall)
{
	struct emission e = begin_emission(o, s, wall);

	if (make_fitting(&e) == 0)
		return false;
	lines_finish(&s->lines, emit_line, &e);
	return true;
}
