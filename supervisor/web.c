#include "supervisor/web.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "config/moment.h"
#include "supervisor/head.h"
#include "supervisor/listen.h"
#include "supervisor/problem.h"
#include "supervisor/turn.h"

void
web_init(struct web *w, const struct web_watch *watch, const struct web_site *site)
{
	w->watch = *watch;
	w->site = *site;
}

static void
watch(struct web *w, unsigned slot, int fd, unsigned events)
{
	if (w->events[slot] == events)
		return;
	w->events[slot] = events;
	w->watch.watch(w->watch.context, slot, fd, events);
}

/* -- listeners ------------------------------------------------------------------- */

static void
watch_listener(struct web *w, unsigned i)
{
	const struct web_listener *l = &w->listeners[i];

	watch(w, i, l->fd, l->paused ? 0 : WEB_READ);
}

static void
close_listener(struct web *w, unsigned i)
{
	struct web_listener *l = &w->listeners[i];

	watch(w, i, l->fd, 0);
	close(l->fd);
	if (l->endpoint.at.any.sa_family == AF_UNIX)
		(void)unlink(l->endpoint.at.local.sun_path);
}

int
web_listen(struct web *w, const struct endpoint *endpoint, enum web_guests guests)
{
	int fd;

	if (w->listening == WEB_LISTENERS)
		return -ENOSPC;
	fd = listen_at(endpoint);
	if (fd < 0)
		return fd;
	w->listeners[w->listening] = (struct web_listener){
	    .fd = fd,
	    .guests = guests,
	    .endpoint = *endpoint,
	};
	watch_listener(w, w->listening++);
	return 0;
}

/* Somebody has gone: there may be a descriptor again. */
static void
resume_listeners(struct web *w)
{
	for (unsigned i = 0; i < w->listening; i++) {
		w->listeners[i].paused = 0;
		watch_listener(w, i);
	}
}

/* -- connections ----------------------------------------------------------------- */

static unsigned
slot_of(unsigned connection)
{
	return WEB_LISTENERS + connection;
}

/* The descriptor must not be watched any more when it is closed. */
static void
end_connection(struct web *w, unsigned i)
{
	struct connection *c = &w->connections[i];

	if (c->state == CONNECTION_FREE)
		return;
	watch(w, slot_of(i), c->fd, 0);
	connection_close(c);
	w->used--;
	resume_listeners(w);
}

void
turn_follow(struct web *w, unsigned i)
{
	const struct connection *c = &w->connections[i];
	unsigned events = 0;

	if (c->state == CONNECTION_OVER) {
		end_connection(w, i);
		return;
	}
	if (connection_wants_read(c))
		events = WEB_READ;
	else if (connection_wants_write(c))
		events = WEB_WRITE;
	watch(w, slot_of(i), c->fd, events);
}

/* How soon it has to give way to a new one: the numbers that make_room() takes. */
enum { PATIENCE_NONE, PATIENCE_BUSY, PATIENCE_IDLE, PATIENCE_ENDING };

static unsigned
patience(const struct connection *c)
{
	switch (c->state) {
	case CONNECTION_ENDING:
		return PATIENCE_ENDING;
	case CONNECTION_IDLE: /* one that has just come is about to ask */
		return c->served ? PATIENCE_IDLE : PATIENCE_BUSY;
	case CONNECTION_READING:
	case CONNECTION_ANSWERING:
		return PATIENCE_BUSY;
	case CONNECTION_ASKING: /* one that was heard before lets others be heard */
		return c->served ? PATIENCE_BUSY : PATIENCE_NONE;
	case CONNECTION_STREAMING:
		return connection_wants_write(c) ? PATIENCE_BUSY : PATIENCE_NONE;
	case CONNECTION_WAITING:
	case CONNECTION_FREE:
	case CONNECTION_OVER:
		return PATIENCE_NONE;
	}
	return PATIENCE_NONE;
}

/* least: of that much patience at least. */
static bool
make_room(struct web *w, unsigned least)
{
	const struct connection *best = NULL;

	for (unsigned i = 0; i < WEB_CONNECTIONS; i++) {
		const struct connection *c = &w->connections[i];

		if (patience(c) < least)
			continue;
		if (!best || patience(c) > patience(best) ||
		    (patience(c) == patience(best) && c->since < best->since))
			best = c;
	}
	if (!best)
		return false;
	end_connection(w, (unsigned)(best - w->connections));
	return true;
}

static struct connection *
find_free(struct web *w)
{
	for (unsigned i = 0; i < WEB_CONNECTIONS; i++)
		if (w->connections[i].state == CONNECTION_FREE)
			return &w->connections[i];
	return NULL;
}

/* In the form that whoever connects there will understand. */
static void
say_refused(enum web_guests guests, int fd, unsigned status, const char *words)
{
	struct page page = {.type = TURN_PLAIN};

	text_init(&page.body, WEB_PAGE_LIMIT);
	if (guests == WEB_KNOWN)
		problem_of_status(&page, status, words);
	else
		text_format(&page.body, "%u %s\n", status, head_reason(status));
	text_add_bytes(&page.body, "", 1);
	if (!page.body.failed)
		head_refuse(fd, status, page.type, page.body.bytes);
	text_clear(&page.body);
}

/* Closed at once, it could be so before its request was sent, which then fails. */
static void
refuse(struct web *w, const struct web_listener *l, int fd, unsigned status,
    const char *words, usec_t now)
{
	struct connection *c = find_free(w);

	say_refused(l->guests, fd, status, words);
	if (!c && make_room(w, PATIENCE_ENDING))
		c = find_free(w);
	if (!c) {
		close(fd);
		return;
	}
	connection_open_refused(c, fd, now);
	w->used++;
	turn_follow(w, (unsigned)(c - w->connections));
}

static void
admit(struct web *w, const struct web_listener *l, int fd, usec_t now)
{
	static const int yes = 1;
	enum access access = ACCESS_PAGES;
	struct connection *c;

	if (l->guests == WEB_KNOWN)
		access = w->site.admit(w->site.context, fd);
	if (access == ACCESS_NONE) {
		refuse(w, l, fd, 403,
		    "only root, the user that proctor runs as and control_group may ask",
		    now);
		return;
	}
	c = find_free(w);
	if (!c && make_room(w, PATIENCE_BUSY))
		c = find_free(w);
	if (!c) {
		refuse(w, l, fd, 503, "there are too many connections", now);
		return;
	}
	/* Fails for unix sockets, which never wait. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	connection_open(c, fd, access, now);
	w->used++;
	turn_follow(w, (unsigned)(c - w->connections));
}

static bool
is_passing(int error)
{
	return error == EAGAIN || error == EINTR || error == ECONNABORTED;
}

static void
accept_one(struct web *w, unsigned i, usec_t now)
{
	struct web_listener *l = &w->listeners[i];
	int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0) {
		/* One that still waits would wake the loop for ever. */
		if (is_passing(errno) || make_room(w, PATIENCE_IDLE))
			return;
		l->paused = moment_after(now, WEB_PAUSE);
		watch_listener(w, i);
	} else {
		admit(w, l, fd, now);
	}
}

void
web_handle_ready(struct web *w, unsigned slot, usec_t now)
{
	if (slot < WEB_LISTENERS) {
		accept_one(w, slot, now);
		return;
	}
	connection_handle_ready(&w->connections[slot - WEB_LISTENERS], now);
	turn_follow(w, slot - WEB_LISTENERS);
}

/* -- the loop ---------------------------------------------------------------------- */

void
web_advance(struct web *w, usec_t now, usec_t wall)
{
	for (unsigned i = 0; i < w->listening; i++)
		if (w->listeners[i].paused && w->listeners[i].paused <= now) {
			w->listeners[i].paused = 0;
			watch_listener(w, i);
		}
	for (unsigned i = 0; i < WEB_CONNECTIONS && w->used > 0; i++) {
		struct connection *c = &w->connections[i];

		if (c->state == CONNECTION_FREE || c->state == CONNECTION_WAITING ||
		    c->deadline > now)
			continue;
		connection_expire(c, now);
		turn_follow(w, i);
	}
	turn_answer_one(w, now, wall);
	turn_look_at_errands(w, now, wall);
}

void
web_feed(struct web *w, usec_t now, usec_t wall)
{
	if (w->used > 0)
		turn_look_at_errands(w, now, wall);
}

void
web_admit_again(struct web *w)
{
	for (unsigned i = 0; i < WEB_CONNECTIONS && w->used > 0; i++) {
		struct connection *c = &w->connections[i];
		bool streams = c->state == CONNECTION_STREAMING;

		if (!streams && c->state != CONNECTION_WAITING)
			continue;
		turn_admit_again(w, c);
		if (streams && c->request.status != 0)
			end_connection(w, i);
	}
}

usec_t
web_deadline(const struct web *w)
{
	usec_t deadline = w->again ? 0 : USEC_NEVER;

	for (unsigned i = 0; i < w->listening; i++)
		if (w->listeners[i].paused)
			deadline = moment_earlier(deadline, w->listeners[i].paused);
	for (unsigned i = 0; i < WEB_CONNECTIONS && w->used > 0; i++) {
		const struct connection *c = &w->connections[i];

		if (c->state == CONNECTION_ASKING)
			return 0;
		if (c->state != CONNECTION_FREE)
			deadline = moment_earlier(deadline, c->deadline);
	}
	return deadline;
}

void
web_clear(struct web *w)
{
	for (unsigned i = 0; i < WEB_CONNECTIONS; i++)
		end_connection(w, i);
	for (unsigned i = 0; i < w->listening; i++)
		close_listener(w, i);
	w->listening = 0;
}
