#include "init/upward.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/moment.h"
#include "supervisor/sentence.h"

/* A name in the file system, or an abstract one behind '@': see sd_notify(3). */
static bool
find_address(struct upward *u, const char *name)
{
	size_t length = strlen(name);

	if ((*name != '/' && *name != '@') || length >= sizeof(u->address.sun_path))
		return false;
	u->address.sun_family = AF_UNIX;
	memcpy(u->address.sun_path, name, length);
	if (*name == '@')
		u->address.sun_path[0] = '\0';
	u->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	return true;
}

/* Half of what is allowed, as sd_watchdog_enabled(3) asks for. */
static usec_t
watchdog_interval(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	usec_t interval = usec ? strtoull(usec, NULL, 10) : 0;

	if (interval == 0 || (pid && strtol(pid, NULL, 10) != (long)getpid()))
		return USEC_NEVER;
	return moment_later(interval / 2, USEC_PER_MSEC);
}

void
upward_open(struct upward *u)
{
	const char *name = getenv("NOTIFY_SOCKET");

	memset(u, 0, sizeof(*u));
	u->fd = -1;
	u->told = SIZE_MAX;
	u->watchdog = watchdog_interval();
	u->next_ping = u->watchdog == USEC_NEVER ? USEC_NEVER : 0;
	if (name && find_address(u, name))
		u->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	(void)unsetenv("NOTIFY_SOCKET");
	(void)unsetenv("WATCHDOG_USEC");
	(void)unsetenv("WATCHDOG_PID");
}

void
upward_close(struct upward *u)
{
	if (u->fd >= 0)
		close(u->fd);
	u->fd = -1;
}

/* One who does not take it now is told again after so long. */
#define RETRY_TIME USEC_PER_SEC

/*
 * Returns whether it is out.  Where nobody is there (any more: some wait for READY=1
 * and no longer), it is as good as out.
 */
static bool
tell(struct upward *u, const char *text)
{
	ssize_t n = sendto(u->fd, text, strlen(text), MSG_NOSIGNAL,
	    (const struct sockaddr *)&u->address, u->length);
	bool full = n < 0 && (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM);

	u->refused |= full;
	return !full;
}

static size_t
count_ready(const struct plan *p)
{
	size_t ready = 0;

	for (size_t i = 0; i < p->config->count; i++)
		ready += plan_service_is_ready(p, i);
	return ready;
}

static void
tell_progress(struct upward *u, const struct plan *p)
{
	size_t ready = count_ready(p);
	bool first = plan_is_ready(p) && !u->ready_told;
	char text[128];

	if (ready == u->told && !first)
		return;
	(void)snprintf(text, sizeof(text), "%sSTATUS=%zu of %zu services %s ready\n",
	    first ? "READY=1\n" : "", ready, p->config->count,
	    p->config->count == 1 ? "is" : "are");
	if (!tell(u, text))
		return;
	u->told = ready;
	u->ready_told |= first;
}

/* With the time that the stop may take, and what follows it. */
static void
tell_stopping(struct upward *u, const struct supervisor *s, usec_t now)
{
	char cause[SENTENCE_SIZE];
	char text[SENTENCE_SIZE + 128];
	usec_t left = moment_later(s->plan.stop_until, now) - now;

	sentence_cause(cause, sizeof(cause), &s->plan, &s->stats);
	(void)snprintf(text, sizeof(text),
	    "STOPPING=1\nSTATUS=%s\nEXTEND_TIMEOUT_USEC=%llu\n", cause,
	    (unsigned long long)left + 2 * USEC_PER_SEC);
	u->stopping_told = tell(u, text);
}

static usec_t
ping(struct upward *u, const struct plan *p, usec_t now)
{
	if (now >= u->next_ping) {
		bool done = !plan_is_live(p) || tell(u, "WATCHDOG=1\n");

		u->next_ping = moment_after(
		    now, done ? u->watchdog : moment_earlier(u->watchdog, RETRY_TIME));
	}
	return u->next_ping;
}

usec_t
upward_turn(struct upward *u, const struct supervisor *s, usec_t now)
{
	usec_t next;

	if (u->fd < 0)
		return USEC_NEVER;
	u->refused = false;
	if (s->plan.phase == PLAN_RUNNING)
		tell_progress(u, &s->plan);
	else if (!u->stopping_told)
		tell_stopping(u, s, now);
	next = ping(u, &s->plan, now);
	return u->refused ? moment_earlier(next, now + RETRY_TIME) : next;
}
