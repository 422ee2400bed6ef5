#include "supervisor/outlet.h"

#include <errno.h>
#include <stdlib.h>

/* Where inotify has nothing left for us, as others use it up, or does not tell all. */
#define LOOK_INTERVAL USEC_PER_SEC

static void
on_pipe(struct ev_loop *ev, ev_io *io, int events)
{
	struct outlet *l = io->data;

	(void)ev, (void)events;
	output_ready(l->output, &l->output->streams[io - l->pipes]);
}

static void
on_follows(struct ev_loop *ev, ev_io *io, int events)
{
	struct outlet *l = io->data;

	(void)ev, (void)events;
	output_handle_follows(l->output);
}

/* Waking up is enough: outlet_turn() writes. */
static void
on_way(struct ev_loop *ev, ev_io *io, int events)
{
	(void)ev, (void)io, (void)events;
}

static ev_io *
make_pipes(struct outlet *l, const struct config *config)
{
	size_t count = config->count * STREAM_PIPES;
	ev_io *pipes = calloc(count + 1, sizeof(*pipes));

	for (size_t i = 0; pipes && i < count; i++) {
		ev_init(&pipes[i], on_pipe);
		pipes[i].data = l;
	}
	return pipes;
}

static void
watch_follows(struct outlet *l)
{
	ev_io_init(&l->follows, on_follows, l->output->follows.fd, EV_READ);
	l->follows.data = l;
	if (l->output->follows.fd >= 0)
		ev_io_start(l->ev, &l->follows);
}

static void
init_ways(struct outlet *l)
{
	for (unsigned way = 0; way < OUTPUT_WAYS; way++) {
		int fd = way == OUTPUT_JOURNAL ? l->output->journal.fd
					       : l->output->sinks[way].fd;

		ev_io_init(&l->ways[way], on_way, fd, EV_WRITE);
	}
}

int
outlet_prepare(struct outlet *l, const struct config *config)
{
	l->next_pipes = make_pipes(l, config);
	if (!l->next_pipes)
		return -ENOMEM;
	for (size_t i = 0; i < l->output->config->count * STREAM_PIPES; i++)
		ev_io_stop(l->ev, &l->pipes[i]);
	for (unsigned way = 0; way < OUTPUT_WAYS; way++)
		ev_io_stop(l->ev, &l->ways[way]);
	ev_io_stop(l->ev, &l->follows);
	return 0;
}

void
outlet_renew(struct outlet *l, bool come)
{
	free(come ? l->pipes : l->next_pipes);
	l->pipes = come ? l->next_pipes : l->pipes;
	l->next_pipes = NULL;
	init_ways(l);
	watch_follows(l);
	for (size_t i = 0; i < l->output->config->count; i++)
		outlet_watch(l, i);
}

int
outlet_init(struct outlet *l, struct ev_loop *ev, struct output *output)
{
	*l = (struct outlet){.ev = ev, .output = output};
	l->pipes = make_pipes(l, output->config);
	if (!l->pipes)
		return -ENOMEM;
	for (unsigned way = 0; way < OUTPUT_WAYS; way++)
		l->reading[way] = true;
	init_ways(l);
	watch_follows(l);
	return 0;
}

void
outlet_clear(struct outlet *l)
{
	free(l->pipes);
	*l = (struct outlet){.ev = NULL};
}

/* Those that may be read; the others follow when there is room. */
void
outlet_watch(struct outlet *l, size_t service)
{
	for (unsigned kind = 0; kind < STREAM_PIPES; kind++) {
		const struct stream *s = output_stream(l->output, service, kind);
		ev_io *io = &l->pipes[s - l->output->streams];

		if (s->read_fd < 0 || ev_is_active(io) ||
		    !(l->reading[s->way] || output_drops(l->output, s)))
			continue;
		ev_io_set(io, s->read_fd, EV_READ);
		ev_io_start(l->ev, io);
	}
}

static void
unwatch(struct outlet *l, unsigned way)
{
	for (size_t i = 0; i < l->output->config->count * STREAM_PIPES; i++) {
		const struct stream *s = &l->output->streams[i];

		if (s->way == way && !output_drops(l->output, s))
			ev_io_stop(l->ev, &l->pipes[i]);
	}
}

/* All streams of a way are read until it is full, and then not before there is room. */
static void
watch_way(struct outlet *l, unsigned way, bool blocked)
{
	bool room = l->reading[way] ? !output_is_full(l->output, way)
				    : output_has_room(l->output, way);

	if (blocked)
		ev_io_start(l->ev, &l->ways[way]);
	else
		ev_io_stop(l->ev, &l->ways[way]);
	if (room == l->reading[way])
		return;
	l->reading[way] = room;
	if (!room)
		unwatch(l, way);
	for (size_t i = 0; room && i < l->output->config->count; i++)
		outlet_watch(l, i);
}

void
outlet_turn(struct outlet *l, usec_t now)
{
	const struct output *o = l->output;
	bool due = now >= l->look;

	if (due)
		output_look(l->output);
	l->more = output_turn(l->output);
	if (!output_has_to_look(o))
		l->look = USEC_NEVER;
	else if (due || l->look == USEC_NEVER)
		l->look = now + LOOK_INTERVAL;
	for (unsigned way = 0; way < OUTPUT_SINKS; way++)
		watch_way(l, way, o->sinks[way].blocked);
	if (o->journals)
		watch_way(l, OUTPUT_JOURNAL, o->journal.blocked);
}
