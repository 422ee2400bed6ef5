#include "supervisor/watching.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/clock.h"

/* What is watched of one service. */
struct watchers {
	struct watching *watching;
	ev_io status;
	ev_io ready;
	ev_io streams[OUTPUT_SINKS];
};

/* -- what is ready ----------------------------------------------------------- */

static size_t
index_of(const struct watchers *w)
{
	return (size_t)(w - w->watching->services);
}

static void
on_status(struct ev_loop *ev, ev_io *io, int events)
{
	const struct watchers *w = io->data;

	(void)ev, (void)events;
	supervisor_handle_status(w->watching->supervisor, index_of(w), clock_now());
}

static void
on_ready(struct ev_loop *ev, ev_io *io, int events)
{
	const struct watchers *w = io->data;

	(void)ev, (void)events;
	supervisor_handle_ready(w->watching->supervisor, index_of(w), clock_now());
}

static void
on_answer(struct ev_loop *ev, ev_io *io, int events)
{
	const struct watching *w = io->data;

	(void)ev, (void)events;
	supervisor_handle_answer(w->supervisor, (size_t)(io - w->answers));
}

static void
on_stream(struct ev_loop *ev, ev_io *io, int events)
{
	const struct watchers *w = io->data;
	struct output *o = &w->watching->supervisor->output;

	(void)ev, (void)events;
	(void)output_read(o, output_stream(o, index_of(w), (unsigned)(io - w->streams)));
}

/* -- what to watch ----------------------------------------------------------- */

/* Nothing, if there is no such descriptor, or it is watched already. */
static void
watch(struct watching *w, ev_io *io, int fd)
{
	if (fd < 0 || ev_is_active(io))
		return;
	ev_io_set(io, fd, EV_READ);
	ev_io_start(w->ev, io);
}

static void
watch_streams(struct watching *w, size_t service)
{
	for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++) {
		ev_io *io = &w->services[service].streams[sink];
		int fd = output_stream(&w->supervisor->output, service, sink)->read_fd;

		if (w->reading[sink])
			watch(w, io, fd);
	}
}

/* WATCH_STREAMS has two of them, and goes its own way. */
static ev_io *
watcher_of(struct watching *w, enum watched kind, size_t index)
{
	if (kind == WATCH_ANSWER)
		return &w->answers[index];
	return kind == WATCH_READY ? &w->services[index].ready
				   : &w->services[index].status;
}

static int
descriptor_of(const struct watching *w, enum watched kind, size_t index)
{
	const struct supervisor *s = w->supervisor;

	if (kind == WATCH_ANSWER)
		return s->probes.items[index].answer_fd;
	return kind == WATCH_READY ? s->children.items[index].ready_fd
				   : s->children.items[index].status_fd;
}

void
watching_watch(struct watching *w, enum watched kind, size_t index)
{
	if (kind == WATCH_STREAMS)
		watch_streams(w, index);
	else
		watch(w, watcher_of(w, kind, index), descriptor_of(w, kind, index));
}

void
watching_unwatch(struct watching *w, enum watched kind, size_t index)
{
	ev_io_stop(w->ev, watcher_of(w, kind, index));
}

void
watching_read(struct watching *w, unsigned sink, bool room)
{
	if (room == w->reading[sink])
		return;
	w->reading[sink] = room;
	for (size_t i = 0; i < w->count; i++)
		if (room)
			watch_streams(w, i);
		else
			ev_io_stop(w->ev, &w->services[i].streams[sink]);
}

/* -- set-up ---------------------------------------------------------------- */

static void
init_all(struct watching *w, const struct config *config)
{
	for (size_t i = 0; i < config->count; i++) {
		struct watchers *one = &w->next_services[i];

		one->watching = w;
		ev_init(&one->status, on_status);
		one->status.data = one;
		ev_init(&one->ready, on_ready);
		one->ready.data = one;
		for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++) {
			ev_init(&one->streams[sink], on_stream);
			one->streams[sink].data = one;
		}
	}
	for (size_t i = 0; i < config->check_count; i++) {
		ev_init(&w->next_answers[i], on_answer);
		w->next_answers[i].data = w;
	}
}

static int
allocate(struct watching *w, const struct config *config)
{
	w->next_services = calloc(config->count + 1, sizeof(*w->next_services));
	w->next_answers = calloc(config->check_count + 1, sizeof(*w->next_answers));
	if (w->next_services && w->next_answers) {
		init_all(w, config);
		return 0;
	}
	free(w->next_services);
	free(w->next_answers);
	w->next_services = NULL;
	w->next_answers = NULL;
	return -ENOMEM;
}

static void
take_next(struct watching *w, const struct config *config)
{
	free(w->services);
	free(w->answers);
	w->services = w->next_services;
	w->answers = w->next_answers;
	w->next_services = NULL;
	w->next_answers = NULL;
	w->count = config->count;
	w->answer_count = config->check_count;
}

int
watching_init(struct watching *w, struct ev_loop *ev, struct supervisor *supervisor,
    const struct config *config)
{
	memset(w, 0, sizeof(*w));
	w->ev = ev;
	w->supervisor = supervisor;
	for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++)
		w->reading[sink] = true;
	if (allocate(w, config) < 0)
		return -ENOMEM;
	take_next(w, config);
	return 0;
}

void
watching_clear(struct watching *w)
{
	free(w->services);
	free(w->answers);
	memset(w, 0, sizeof(*w));
}

int
watching_prepare(struct watching *w, const struct config *config)
{
	if (allocate(w, config) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < w->count; i++) {
		ev_io_stop(w->ev, &w->services[i].status);
		ev_io_stop(w->ev, &w->services[i].ready);
		for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++)
			ev_io_stop(w->ev, &w->services[i].streams[sink]);
	}
	for (size_t i = 0; i < w->answer_count; i++)
		ev_io_stop(w->ev, &w->answers[i]);
	return 0;
}

void
watching_renew(struct watching *w)
{
	take_next(w, w->supervisor->config);
	for (size_t i = 0; i < w->count; i++) {
		watching_watch(w, WATCH_STATUS, i);
		watching_watch(w, WATCH_READY, i);
		watching_watch(w, WATCH_STREAMS, i);
	}
	for (size_t i = 0; i < w->answer_count; i++)
		watching_watch(w, WATCH_ANSWER, i);
}
