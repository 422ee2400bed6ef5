#include "supervisor/watching.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/clock.h"

/* -- what is ready ----------------------------------------------------------- */

static void
on_status(struct ev_loop *ev, ev_io *io, int events)
{
	const struct watching *w = io->data;

	(void)ev, (void)events;
	supervisor_handle_status(
	    w->supervisor, (size_t)(io - w->now.statuses), clock_now());
}

static void
on_ready(struct ev_loop *ev, ev_io *io, int events)
{
	const struct watching *w = io->data;

	(void)ev, (void)events;
	supervisor_handle_ready(
	    w->supervisor, (size_t)(io - w->now.readies), clock_now());
}

static void
on_answer(struct ev_loop *ev, ev_io *io, int events)
{
	const struct watching *w = io->data;

	(void)ev, (void)events;
	supervisor_handle_answer(w->supervisor, (size_t)(io - w->now.answers));
}

/* -- what to watch ----------------------------------------------------------- */

static ev_io *
watcher_of(const struct watching *w, enum watched kind, size_t index)
{
	if (kind == WATCH_ANSWER)
		return &w->now.answers[index];
	return kind == WATCH_READY ? &w->now.readies[index] : &w->now.statuses[index];
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

/* Nothing, if there is no such descriptor, or it is watched already. */
void
watching_start(struct watching *w, enum watched kind, size_t index)
{
	ev_io *io = watcher_of(w, kind, index);
	int fd = descriptor_of(w, kind, index);

	if (fd < 0 || ev_is_active(io))
		return;
	if (kind == WATCH_ANSWER)
		ev_io_init(io, on_answer, fd, EV_READ);
	else
		ev_io_init(io, kind == WATCH_READY ? on_ready : on_status, fd, EV_READ);
	io->data = w;
	ev_io_start(w->ev, io);
}

void
watching_stop(struct watching *w, enum watched kind, size_t index)
{
	ev_io_stop(w->ev, watcher_of(w, kind, index));
}

/* -- set-up ---------------------------------------------------------------- */

static void
clear(struct watchers *w)
{
	free(w->statuses);
	free(w->readies);
	free(w->answers);
	*w = (struct watchers){.statuses = NULL};
}

/* Zeroes: a watcher that was never started is not active. */
static int
allocate(struct watchers *w, const struct config *config)
{
	w->statuses = calloc(config->count + 1, sizeof(*w->statuses));
	w->readies = calloc(config->count + 1, sizeof(*w->readies));
	w->answers = calloc(config->check_count + 1, sizeof(*w->answers));
	if (w->statuses && w->readies && w->answers)
		return 0;
	clear(w);
	return -ENOMEM;
}

static void
take_next(struct watching *w, const struct config *config)
{
	clear(&w->now);
	w->now = w->next;
	w->next = (struct watchers){.statuses = NULL};
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
	if (allocate(&w->next, config) < 0)
		return -ENOMEM;
	take_next(w, config);
	return 0;
}

void
watching_clear(struct watching *w)
{
	clear(&w->now);
	memset(w, 0, sizeof(*w));
}

int
watching_prepare(struct watching *w, const struct config *config)
{
	if (allocate(&w->next, config) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < w->count; i++) {
		watching_stop(w, WATCH_STATUS, i);
		watching_stop(w, WATCH_READY, i);
	}
	for (size_t i = 0; i < w->answer_count; i++)
		watching_stop(w, WATCH_ANSWER, i);
	return 0;
}

void
watching_renew(struct watching *w)
{
	take_next(w, w->supervisor->config);
	for (size_t i = 0; i < w->count; i++) {
		watching_start(w, WATCH_STATUS, i);
		watching_start(w, WATCH_READY, i);
	}
	for (size_t i = 0; i < w->answer_count; i++)
		watching_start(w, WATCH_ANSWER, i);
}
