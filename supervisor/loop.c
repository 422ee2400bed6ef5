#include "supervisor/loop.h"

#include <errno.h>
#include <ev.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "config/clock.h"
#include "config/moment.h"
#include "supervisor/api.h"
#include "supervisor/outlet.h"
#include "supervisor/spawn.h"
#include "supervisor/watching.h"

/* From one try to the next to let go of what children had to share. */
#define SETTLE_INTERVAL (100 * USEC_PER_MSEC)

struct loop {
	struct supervisor supervisor;
	struct supervisor_watch watch;
	struct ev_loop *ev;
	struct watching watching; /* of services and checks */
	ev_io signals;
	ev_io notify;
	ev_io oom;
	struct outlet outlet;
	ev_io syslog;
	ev_io changes;
	ev_timer timer;
	ev_prepare prepare;
	struct web web;
	ev_io sockets[WEB_SLOTS]; /* of web */
};

/* -- what is ready ----------------------------------------------------------- */

static void
on_notify(struct ev_loop *ev, ev_io *io, int events)
{
	struct loop *l = io->data;

	(void)ev, (void)events;
	supervisor_handle_notify(&l->supervisor, clock_now());
}

static void
on_changes(struct ev_loop *ev, ev_io *io, int events)
{
	struct loop *l = io->data;

	(void)ev, (void)events;
	supervisor_handle_changes(&l->supervisor, clock_now());
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
on_syslog(struct ev_loop *ev, ev_io *io, int events)
{
	struct loop *l = io->data;

	(void)ev, (void)events;
	(void)supervisor_handle_syslog(&l->supervisor);
}

static void
on_socket(struct ev_loop *ev, ev_io *io, int events)
{
	struct loop *l = io->data;

	(void)ev, (void)events;
	web_handle_ready(&l->web, (unsigned)(io - l->sockets), clock_now());
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
on_watch(void *context, enum watched kind, size_t index)
{
	struct loop *l = context;

	if (kind == WATCH_STREAMS)
		outlet_watch(&l->outlet, index);
	else
		watching_start(&l->watching, kind, index);
}

static void
on_unwatch(void *context, enum watched kind, size_t index)
{
	watching_stop(&((struct loop *)context)->watching, kind, index);
}

static int
on_prepare(void *context, const struct config *config)
{
	struct loop *l = context;

	if (outlet_prepare(&l->outlet, config) < 0)
		return -ENOMEM;
	if (watching_prepare(&l->watching, config) < 0) {
		outlet_renew(&l->outlet, false);
		return -ENOMEM;
	}
	ev_io_stop(l->ev, &l->changes);
	return 0;
}

static void
on_renew(void *context)
{
	struct loop *l = context;

	outlet_renew(&l->outlet, true);
	watching_renew(&l->watching);
	watch(l, &l->changes, l->supervisor.changes.fd);
	watch(l, &l->notify, l->supervisor.notify.fd);
	web_admit_again(&l->web);
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
watch_syslog(struct loop *l)
{
	if (output_takes_syslog(&l->supervisor.output))
		ev_io_start(l->ev, &l->syslog);
	else
		ev_io_stop(l->ev, &l->syslog);
}

static void
arm_timer(struct loop *l)
{
	const struct supervisor_duties *duties = l->supervisor.duties;
	usec_t now = clock_now();
	usec_t deadline = moment_earlier(supervisor_deadline(&l->supervisor),
	    moment_earlier(web_deadline(&l->web), duties->turn(duties->context, now)));

	deadline = l->outlet.more ? 0 : moment_earlier(deadline, l->outlet.look);
	if (spawn_settle() < 0)
		deadline = moment_earlier(deadline, now + SETTLE_INTERVAL);
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
	/* A request may have something done, and that be told. */
	web_advance(&l->web, clock_now(), clock_wall());
	supervisor_handle_turn(&l->supervisor, clock_now());
	outlet_turn(&l->outlet, clock_now());
	web_feed(&l->web, clock_now(), clock_wall());
	watch_syslog(l);
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
init_watchers(struct loop *l, int signal_fd)
{
	watch_always(l, &l->notify, on_notify, l->supervisor.notify.fd, 0);
	watch_always(l, &l->oom, on_oom, l->supervisor.duties->oom_fd, 0);
	watch_always(l, &l->changes, on_changes, l->supervisor.changes.fd, 0);
	/* Deaths come before all else in a turn. */
	watch_always(l, &l->signals, on_signals, signal_fd, EV_MAXPRI);
	ev_io_init(&l->syslog, on_syslog, l->supervisor.output.devlog.fd, EV_READ);
	l->syslog.data = l;
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
	/* Pages of its own: most of its connections are never used, and cost nothing. */
	struct loop *l = mmap(
	    NULL, sizeof(*l), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct web_site site;

	if (l == MAP_FAILED)
		return NULL;
	l->watch =
	    (struct supervisor_watch){l, on_watch, on_unwatch, on_prepare, on_renew};
	site = api_site(&l->supervisor);
	web_init(&l->web, &(struct web_watch){l, watch_socket}, &site);
	/*
	 * Not the default loop, which reaps children itself and loses their
	 * statuses; and no say for LIBEV_FLAGS: the environment is the user's.
	 */
	l->ev = ev_loop_new(EVFLAG_NOENV | EVBACKEND_EPOLL);
	if (!l->ev || watching_init(&l->watching, l->ev, &l->supervisor, config) < 0 ||
	    supervisor_init(&l->supervisor, config, duties, &l->watch) < 0) {
		int error = errno;

		loop_free(l);
		errno = error;
		return NULL;
	}
	init_watchers(l, signal_fd);
	if (outlet_init(&l->outlet, l->ev, &l->supervisor.output) < 0) {
		loop_free(l);
		errno = ENOMEM;
		return NULL;
	}
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
	outlet_clear(&l->outlet);
	watching_clear(&l->watching);
	(void)munmap(l, sizeof(*l));
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
