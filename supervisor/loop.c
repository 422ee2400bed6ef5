#include "supervisor/loop.h"

#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

/* What is watched of one service. */
struct watchers {
	struct loop *loop;
	ev_io status;
	ev_io streams[OUTPUT_SINKS];
};

struct loop {
	struct supervisor supervisor;
	struct supervisor_watch watch;
	struct ev_loop *ev;
	struct watchers *watchers; /* one per service */
	ev_io signals;
	ev_io oom;
	ev_io sinks[OUTPUT_SINKS];
	bool reading[OUTPUT_SINKS]; /* the streams of this sink are watched */
	ev_timer timer;
	ev_prepare prepare;
};

usec_t
loop_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (usec_t)now.tv_sec * USEC_PER_SEC + (usec_t)now.tv_nsec / 1000;
}

/* -- what is ready ----------------------------------------------------------- */

static void
on_status(struct ev_loop *ev, ev_io *io, int events)
{
	struct watchers *w = io->data;

	(void)ev, (void)events;
	supervisor_handle_status(
	    &w->loop->supervisor, (size_t)(w - w->loop->watchers), loop_now());
}

static void
on_signals(struct ev_loop *ev, ev_io *io, int events)
{
	struct loop *l = io->data;
	struct signalfd_siginfo info[16];
	ssize_t n = read(io->fd, info, sizeof(info));

	(void)ev, (void)events;
	for (size_t i = 0; n > 0 && i < (size_t)n / sizeof(info[0]); i++)
		supervisor_handle_signal(
		    &l->supervisor, (int)info[i].ssi_signo, loop_now());
}

static void
on_oom(struct ev_loop *ev, ev_io *io, int events)
{
	const struct loop *l = io->data;
	const struct supervisor_duties *duties = l->supervisor.duties;

	(void)ev, (void)events;
	duties->look_for_oom_kill(duties->context, loop_now());
}

static void
on_timer(struct ev_loop *ev, ev_timer *timer, int events)
{
	struct loop *l = timer->data;

	(void)ev, (void)events;
	supervisor_handle_timeout(&l->supervisor, loop_now());
}

static void
on_stream(struct ev_loop *ev, ev_io *io, int events)
{
	struct watchers *w = io->data;
	struct output *o = &w->loop->supervisor.output;
	size_t service = (size_t)(w - w->loop->watchers);

	(void)ev, (void)events;
	(void)output_read(o, output_stream(o, service, (unsigned)(io - w->streams)));
}

/* Waking up is enough: before_sleep() writes. */
static void
on_sink(struct ev_loop *ev, ev_io *io, int events)
{
	(void)ev, (void)io, (void)events;
}

/* -- what to watch ----------------------------------------------------------- */

static void
watch_streams(struct loop *l, size_t service)
{
	for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++) {
		ev_io *io = &l->watchers[service].streams[sink];
		int fd = output_stream(&l->supervisor.output, service, sink)->read_fd;

		if (fd < 0 || ev_is_active(io) || !l->reading[sink])
			continue;
		ev_io_set(io, fd, EV_READ);
		ev_io_start(l->ev, io);
	}
}

static void
started(void *context, size_t service)
{
	struct loop *l = context;
	int fd = l->supervisor.children.items[service].status_fd;
	ev_io *io = &l->watchers[service].status;

	watch_streams(l, service);
	if (fd < 0 || ev_is_active(io))
		return;
	ev_io_set(io, fd, EV_READ);
	ev_io_start(l->ev, io);
}

static void
status_known(void *context, size_t service)
{
	struct loop *l = context;

	ev_io_stop(l->ev, &l->watchers[service].status);
}

/* All streams of a sink are read, or left alone, by the room it has. */
static void
watch_sink(struct loop *l, unsigned sink)
{
	struct output *o = &l->supervisor.output;
	bool room = output_has_room(o, sink);

	if (o->sinks[sink].blocked)
		ev_io_start(l->ev, &l->sinks[sink]);
	else
		ev_io_stop(l->ev, &l->sinks[sink]);
	if (room == l->reading[sink])
		return;
	l->reading[sink] = room;
	for (size_t i = 0; i < l->supervisor.config->count; i++)
		if (room)
			watch_streams(l, i);
		else
			ev_io_stop(l->ev, &l->watchers[i].streams[sink]);
}

static void
arm_timer(struct loop *l)
{
	usec_t deadline = plan_deadline(&l->supervisor.plan);
	usec_t now = loop_now();

	ev_timer_stop(l->ev, &l->timer);
	if (deadline == USEC_NEVER)
		return;
	ev_now_update(l->ev);
	ev_timer_set(&l->timer, deadline > now ? (double)(deadline - now) / 1e6 : 0, 0);
	ev_timer_start(l->ev, &l->timer);
}

static void
before_sleep(struct ev_loop *ev, ev_prepare *prepare, int events)
{
	struct loop *l = prepare->data;

	(void)events;
	for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++) {
		sink_flush(&l->supervisor.output.sinks[sink]);
		watch_sink(l, sink);
	}
	arm_timer(l);
	if (l->supervisor.ended)
		ev_break(ev, EVBREAK_ALL);
}

/* -- set-up ---------------------------------------------------------------- */

static void
init_watchers(struct loop *l, int signal_fd)
{
	for (size_t i = 0; i < l->supervisor.config->count; i++) {
		struct watchers *w = &l->watchers[i];

		w->loop = l;
		ev_init(&w->status, on_status);
		w->status.data = w;
		for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++) {
			ev_init(&w->streams[sink], on_stream);
			w->streams[sink].data = w;
		}
	}
	for (unsigned sink = 0; sink < OUTPUT_SINKS; sink++) {
		ev_io_init(&l->sinks[sink], on_sink, l->supervisor.output.sinks[sink].fd,
		    EV_WRITE);
		l->reading[sink] = true;
	}
	ev_io_init(&l->signals, on_signals, signal_fd, EV_READ);
	l->signals.data = l;
	ev_io_init(&l->oom, on_oom, l->supervisor.duties->oom_fd, EV_READ);
	l->oom.data = l;
	ev_init(&l->timer, on_timer);
	l->timer.data = l;
	ev_prepare_init(&l->prepare, before_sleep);
	l->prepare.data = l;
}

struct loop *
loop_new(
    const struct config *config, const struct supervisor_duties *duties, int signal_fd)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->watch = (struct supervisor_watch){l, started, status_known};
	l->watchers = calloc(config->count + 1, sizeof(*l->watchers));
	/*
	 * Not the default loop, which reaps children itself and loses their
	 * statuses; and no say for LIBEV_FLAGS: the environment is the user's.
	 */
	l->ev = ev_loop_new(EVFLAG_NOENV | EVBACKEND_EPOLL);
	if (!l->watchers || !l->ev ||
	    supervisor_init(&l->supervisor, config, duties, &l->watch) < 0) {
		int error = errno;

		loop_free(l);
		errno = error;
		return NULL;
	}
	init_watchers(l, signal_fd);
	return l;
}

void
loop_free(struct loop *l)
{
	if (!l)
		return;
	if (l->ev)
		ev_loop_destroy(l->ev);
	if (l->supervisor.config)
		supervisor_clear(&l->supervisor);
	free(l->watchers);
	free(l);
}

void
loop_run(struct loop *l)
{
	ev_io_start(l->ev, &l->signals);
	if (l->oom.fd >= 0)
		ev_io_start(l->ev, &l->oom);
	ev_prepare_start(l->ev, &l->prepare);
	supervisor_start(&l->supervisor, loop_now());
	while (!l->supervisor.ended)
		ev_run(l->ev, 0);
}

struct supervisor *
loop_supervisor(struct loop *l)
{
	return &l->supervisor;
}
