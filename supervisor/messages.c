/*
 * What services say themselves: through the notify socket, as in sd_notify(3), or
 * through the descriptor of ready = fd:N.
 */
#include "supervisor/deeds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/utf8.h"
#include "supervisor/notification.h"

/* Messages in one turn of the loop: there is other work too. */
enum { MESSAGES_MAX = 64 };

/* What is kept of STATUS=. */
enum { STATUS_SIZE = 512 };

static void
note_status(struct service_stats *stats, const char *text)
{
	size_t length = strnlen(text, STATUS_SIZE);
	char *copy = strndup(text, length);

	if (!copy)
		return;
	utf8_repair(copy, length);
	free(stats->status);
	stats->status = copy;
}

/* All that changes nothing but what is told of it. */
static void
note(struct service_stats *stats, const struct notification *n)
{
	if (n->status)
		note_status(stats, n->status);
	if (n->error >= 0)
		stats->error = n->error;
	if (n->exit_status >= 0)
		stats->exit_status = n->exit_status;
	if (n->ready || n->reloading)
		stats->reloading = n->reloading;
}

/* With ready = fd:N they would come under its number: see check_readiness(). */
static void
store(struct child *child, const struct service_config *c, const struct notification *n,
    struct message *m)
{
	if (n->unstore && n->name)
		fdstore_remove(&child->stored, n->name);
	if (!n->store || c->ready.kind == READY_FD)
		return;
	for (size_t i = 0; i < m->fd_count; i++)
		(void)fdstore_add(
		    &child->stored, m->fds[i], n->name ? n->name : "stored");
	m->fd_count = 0;
}

static void
obey(struct supervisor *s, size_t i, const struct notification *n)
{
	static const struct ending triggered = {.kind = ENDING_WATCHDOG};

	deeds_note_running(s, i, true);
	if (n->main_pid > 0)
		children_set_main(&s->children, i, n->main_pid);
	if (n->watchdog != 0)
		plan_set_watchdog(&s->plan, i, n->watchdog, s->now);
	if (n->extend != 0)
		plan_extend(&s->plan, i, n->extend, s->now);
	if (n->ready && s->config->services[i].ready.kind == READY_NOTIFY)
		deeds_handle(s, i, SERVICE_EV_READY);
	if (n->ping)
		deeds_handle(s, i, SERVICE_EV_PING);
	if (n->stopping)
		plan_leaving(&s->plan, i, s->now);
	if (n->trigger)
		plan_fail(&s->plan, i, &triggered, s->now);
}

/*
 * Only a process of the service counts, and only of one that was given the
 * socket.  What came for a barrier is closed when all else has been done.
 */
static void
handle(struct supervisor *s, struct message *m)
{
	size_t i = m->sender > 0 ? children_owner(&s->children, m->sender) : SERVICE_NONE;
	struct notification n;

	if (i != SERVICE_NONE && service_notifies(&s->config->services[i])) {
		notification_parse(m->text, m->length, &n);
		note(&s->stats.services[i], &n);
		store(&s->children.items[i], &s->config->services[i], &n, m);
		obey(s, i, &n);
		deeds_carry_out(s);
	}
	message_clear(m);
}

void
messages_receive(struct supervisor *s)
{
	struct message m;

	for (int i = 0;
	     i < MESSAGES_MAX && s->notify.fd >= 0 && notify_receive(&s->notify, &m); i++)
		handle(s, &m);
}

void
supervisor_handle_notify(struct supervisor *s, usec_t now)
{
	s->now = now;
	messages_receive(s);
	deeds_carry_out(s);
}

void
messages_forget_ready(struct supervisor *s, size_t i)
{
	struct child *child = &s->children.items[i];

	if (child->ready_fd < 0)
		return;
	s->watch->unwatch(s->watch->context, WATCH_READY, i);
	close(child->ready_fd);
	child->ready_fd = -1;
}

/* A newline is what counts, as in s6; see its notifywhenup. */
void
supervisor_handle_ready(struct supervisor *s, size_t i, usec_t now)
{
	char text[256];
	ssize_t n = read(s->children.items[i].ready_fd, text, sizeof(text));
	bool ready = n > 0 && memchr(text, '\n', (size_t)n);

	s->now = now;
	if (ready || n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		messages_forget_ready(s, i);
	if (ready) {
		deeds_note_running(s, i, true);
		deeds_handle(s, i, SERVICE_EV_READY);
	}
	deeds_carry_out(s);
}

void
supervisor_handle_answer(struct supervisor *s, size_t check)
{
	if (!probes_read(&s->probes, check))
		s->watch->unwatch(s->watch->context, WATCH_ANSWER, check);
}
/* -- syslog(3) ------------------------------------------------------------------ */

/* So many at once: deaths come first. */
enum { SYSLOG_BATCH = 64 };

bool
supervisor_handle_syslog(struct supervisor *s)
{
	struct datagram d;
	int i = 0;

	for (; i < SYSLOG_BATCH && output_takes_syslog(&s->output); i++) {
		if (!devlog_receive(&s->output.devlog, &d))
			break;
		output_syslog(&s->output,
		    d.sender > 0 ? children_owner(&s->children, d.sender) : SERVICE_NONE,
		    &d);
	}
	return i > 0;
}
