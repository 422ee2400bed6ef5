#include "supervisor/loop.h"

#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "config/clock.h"
#include "config/moment.h"

/* What is watched of one service. */
struct watchers {
	struct loop *loop;
	ev_io status;
	ev_io ready;
	ev_io streams[STREAM_PIPES];
};

struct loop {
	struct supervisor supervisor;
	struct supervisor_watch watch;
	struct ev_loop *ev;
	struct watchers *watchers; /* one per service */
	ev_io *answers; /* one per check */
	ev_io signals;
	ev_io notify;
	ev_io oom;
	ev_io ways[OUTPUT_WAYS];
	bool reading[OUTPUT_WAYS]; /* the streams of this way are watched */
	ev_io follows;
	ev_io syslog;
	bool more; /* output that need not be waited for */
	ev_timer timer;
	ev_prepare prepare;
	struct web web;
	ev_io sockets[WEB_SLOTS]; /* of web */
};

/* -- what is ready ----------------------------------------------------------- */

static void
on_status(struct ev_loop *ev, ev_io *io, int events)
{
	struct watchers *w = io->data;

	(void)ev, (void)events;
	supervisor_handle_status(
	    &w->loop->supervisor, (size_t)(w - w->loop->watchers), clock_now());
}

static void
on_ready(struct ev_loop *ev, ev_io *io, int events)
{
	struct watchers *w = io->data;

	(void)ev, (void)events;
	supervisor_handle_ready(
	    &w->loop->supervisor, (size_t)(w - w->loop->watchers), clock_now());
}

static void
on_answer(struct ev_loop *ev, ev_io *io, int events)
{
	struct loop *l = io->data;

	(void)ev, (void)events;
	supervisor_handle_answer(&l->supervisor, (size_t)(io - l->answers));
}

static void
on_notify(struct ev_loop *ev, ev_io *io, int events)
{
	struct loop *l = io->data;

	(void)ev, (void)events;
	supervisor_handle_notify(&l->supervisor, clock_now());
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
		    &l->supervisor, (int)info[i].ssi_signo, clock_now());
}

static void
on_oom(struct ev_loop *ev, ev_io *io, int events)
{
	const struct loop *l = io->data;
	const struct supervisor_duties *duties = l->supervisor.duties;

	(void)ev, (void)events;
	duties->look_for_oom_kill(duties->context, clock_now());
}

static void
on_timer(struct ev_loop *ev, ev_timer *timer, int events)
{
	struct loop *l = timer->data;

	(void)ev, (void)events;
	supervisor_handle_timeout(&l->supervisor, clock_now());
}

static void
on_stream(struct ev_loop *ev, ev_io *io, int events)
{
	struct watchers *w = io->data;
	struct output *o = &w->loop->supervisor.output;
	size_t service = (size_t)(w - w->loop->watchers);

	(void)ev, (void)events;
	output_ready(o, output_stream(o, service, (unsigned)(io - w->streams)));
}

static void
on_follows(struct ev_loop *ev, ev_io *io, int events)
{
	struct loop *l = io->data;

	(void)ev, (void)events;
	output_handle_follows(&l->supervisor.output);
}

static void
on_syslog(struct ev_loop *ev, ev_io *io, int events)
{
	struct loop *l = io->data;

	(void)ev, (void)events;
	supervisor_handle_syslog(&l->supervisor);
}

static void
on_socket(struct ev_loop *ev, ev_io *io, int events)
{
	struct loop *l = io->data;

	(void)ev, (void)events;
	web_handle_ready(&l->web, (unsigned)(io - l->sockets), clock_now());
}

/* Waking up is enough: before_sleep() writes. */
static void
on_way(struct ev_loop *ev, ev_io *io, int events)
{
	(void)ev, (void)io, (void)events;
}

/* -- what to watch ----------------------------------------------------------- */

/* Nothing, if there is no such descriptor, or it is watched already. */
static void
watch(struct loop *l, ev_io *io, int fd)
{
	if (fd < 0 || ev_is_active(io))
		return;
	ev_io_set(io, fd, EV_READ);
	ev_io_start(l->ev, io);
}

static void
watch_streams(struct loop *l, size_t service)
{
	const struct output *o = &l->supervisor.output;

	for (unsigned kind = 0; kind < STREAM_PIPES; kind++) {
		const struct stream *s = output_stream(o, service, kind);

		if (l->reading[s->way] || output_drops(o, s))
			watch(l, &l->watchers[service].streams[kind], s->read_fd);
	}
}

static void
unwatch_streams(struct loop *l, size_t service, unsigned way)
{
	const struct output *o = &l->supervisor.output;

	for (unsigned kind = 0; kind < STREAM_PIPES; kind++) {
		const struct stream *s = output_stream(o, service, kind);

		if (s->way == way && !output_drops(o, s))
			ev_io_stop(l->ev, &l->watchers[service].streams[kind]);
	}
}

/* WATCH_STREAMS has two of them, and goes its own way. */
static ev_io *
watcher_of(struct loop *l, enum watched kind, size_t index)
{
	if (kind == WATCH_ANSWER)
		return &l->answers[index];
	return kind == WATCH_READY ? &l->watchers[index].ready
				   : &l->watchers[index].status;
}

static int
descriptor_of(const struct loop *l, enum watched kind, size_t index)
{
	const struct supervisor *s = &l->supervisor;

	if (kind == WATCH_ANSWER)
		return s->probes.items[index].answer_fd;
	return kind == WATCH_READY ? s->children.items[index].ready_fd
				   : s->children.items[index].status_fd;
}

static void
on_watch(void *context, enum watched kind, size_t index)
{
	struct loop *l = context;

	if (kind == WATCH_STREAMS)
		watch_streams(l, index);
	else
		watch(l, watcher_of(l, kind, index), descriptor_of(l, kind, index));
}

static void
on_unwatch(void *context, enum watched kind, size_t index)
{
	struct loop *l = context;

	ev_io_stop(l->ev, watcher_of(l, kind, index));
}

static void
watch_socket(void *context, unsigned slot, int fd, unsigned events)
{
	struct loop *l = context;
	ev_io *io = &l->sockets[slot];

	ev_io_stop(l->ev, io);
	if (events == 0)
		return;
	ev_io_set(io, fd, events == WEB_READ ? EV_READ : EV_WRITE);
	ev_io_start(l->ev, io);
}

static void
answer(void *context, const struct request *request, struct page *page)
{
	const struct loop *l = context;

	supervisor_answer(&l->supervisor, request, clock_now(), clock_wall(), page);
}

static void
watch_if(struct loop *l, ev_io *io, bool wanted)
{
	if (wanted)
		ev_io_start(l->ev, io);
	else
		ev_io_stop(l->ev, io);
}

/* All streams of a way are read, or left alone, by the room it has. */
static void
watch_way(struct loop *l, unsigned way, bool blocked)
{
	bool room = output_has_room(&l->supervisor.output, way);

	watch_if(l, &l->ways[way], blocked);
	if (room == l->reading[way])
		return;
	l->reading[way] = room;
	for (size_t i = 0; i < l->supervisor.config->count; i++)
		if (room)
			watch_streams(l, i);
		else
			unwatch_streams(l, i, way);
}

static void
watch_output(struct loop *l)
{
	const struct output *o = &l->supervisor.output;

	for (unsigned way = 0; way < OUTPUT_SINKS; way++)
		watch_way(l, way, o->sinks[way].blocked);
	if (o->journals)
		watch_way(l, OUTPUT_JOURNAL, o->journal.blocked);
	if (o->devlog.fd >= 0)
		watch_if(l, &l->syslog, output_takes_syslog(o));
}

static void
arm_timer(struct loop *l)
{
	const struct supervisor_duties *duties = l->supervisor.duties;
	usec_t now = clock_now();
	usec_t deadline = moment_earlier(plan_deadline(&l->supervisor.plan),
	    moment_earlier(web_deadline(&l->web), duties->turn(duties->context, now)));

	if (l->more)
		deadline = 0;
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
	l->more = output_turn(&l->supervisor.output);
	watch_output(l);
	web_advance(&l->web, clock_now(), clock_wall());
	arm_timer(l);
	if (l->supervisor.ended)
		ev_break(ev, EVBREAK_ALL);
}

/* -- set-up ---------------------------------------------------------------- */

static void
watch_always(struct loop *l, ev_io *io, void (*callback)(struct ev_loop *, ev_io *, int),
    int fd, int priority)
{
	ev_init(io, callback);
	ev_set_priority(io, priority);
	io->data = l;
	watch(l, io, fd);
}

static void
init_output_watchers(struct loop *l)
{
	const struct output *o = &l->supervisor.output;

	for (unsigned way = 0; way < OUTPUT_WAYS; way++) {
		int fd = way == OUTPUT_JOURNAL ? o->journal.fd : o->sinks[way].fd;

		ev_io_init(&l->ways[way], on_way, fd, EV_WRITE);
		l->reading[way] = true;
	}
	watch_always(l, &l->follows, on_follows, o->follows.fd, 0);
	ev_io_init(&l->syslog, on_syslog, o->devlog.fd, EV_READ);
	l->syslog.data = l;
}

static void
init_watchers(struct loop *l, int signal_fd)
{
	for (size_t i = 0; i < l->supervisor.config->count; i++) {
		struct watchers *w = &l->watchers[i];

		w->loop = l;
		ev_init(&w->status, on_status);
		w->status.data = w;
		ev_init(&w->ready, on_ready);
		w->ready.data = w;
		for (unsigned kind = 0; kind < STREAM_PIPES; kind++) {
			ev_init(&w->streams[kind], on_stream);
			w->streams[kind].data = w;
		}
	}
	for (size_t i = 0; i < l->supervisor.config->check_count; i++) {
		ev_init(&l->answers[i], on_answer);
		l->answers[i].data = l;
	}
	watch_always(l, &l->notify, on_notify, l->supervisor.notify.fd, 0);
	watch_always(l, &l->oom, on_oom, l->supervisor.duties->oom_fd, 0);
	/* Deaths come before all else in a turn. */
	watch_always(l, &l->signals, on_signals, signal_fd, EV_MAXPRI);
	init_output_watchers(l);
	for (unsigned slot = 0; slot < WEB_SLOTS; slot++) {
		ev_init(&l->sockets[slot], on_socket);
		l->sockets[slot].data = l;
	}
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
	l->watch = (struct supervisor_watch){l, on_watch, on_unwatch};
	web_init(
	    &l->web, &(struct web_watch){l, watch_socket}, &(struct web_site){l, answer});
	l->watchers = calloc(config->count + 1, sizeof(*l->watchers));
	l->answers = calloc(config->check_count + 1, sizeof(*l->answers));
	/*
	 * Not the default loop, which reaps children itself and loses their
	 * statuses; and no say for LIBEV_FLAGS: the environment is the user's.
	 */
	l->ev = ev_loop_new(EVFLAG_NOENV | EVBACKEND_EPOLL);
	if (!l->watchers || !l->answers || !l->ev ||
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
	web_clear(&l->web);
	if (l->ev)
		ev_loop_destroy(l->ev);
	if (l->supervisor.config)
		supervisor_clear(&l->supervisor);
	free(l->watchers);
	free(l->answers);
	free(l);
}

void
loop_run(struct loop *l)
{
	ev_prepare_start(l->ev, &l->prepare);
	supervisor_start(&l->supervisor, clock_now());
	while (!l->supervisor.ended)
		ev_run(l->ev, 0);
}

int
loop_listen(struct loop *l, const struct endpoint *endpoint, enum web_guests guests)
{
	return web_listen(&l->web, endpoint, guests);
}

struct supervisor *
loop_supervisor(struct loop *l)
{
	return &l->supervisor;
}
