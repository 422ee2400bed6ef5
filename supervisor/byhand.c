/*
 * What somebody asks for by hand, carried out: start, stop and restart of a service, a
 * signal for it, and the stop of the whole.
 */
#include "supervisor/deeds.h"

#include <errno.h>
#include <stdio.h>

#include "config/moment.h"
#include "config/signals.h"

static void
say(struct supervisor *s, size_t service, const char *what)
{
	char line[512];

	(void)snprintf(
	    line, sizeof(line), "%s: %s", s->config->services[service].name, what);
	output_say(&s->output, line);
}

int
supervisor_ask(
    struct supervisor *s, size_t service, enum plan_request request, usec_t now)
{
	static const char *const words[] = {
	    [PLAN_ASK_START] = "start asked",
	    [PLAN_ASK_STOP] = "stop asked",
	    [PLAN_ASK_RESTART] = "restart asked",
	};
	int r;

	s->now = now;
	/* What the update stops would not go away. */
	if (s->update && request != PLAN_ASK_STOP)
		return -EINPROGRESS;
	r = plan_ask(&s->plan, service, request, now);
	if (r == 0)
		say(s, service, words[request]);
	deeds_carry_out(s);
	return r;
}

int
supervisor_send(struct supervisor *s, size_t service, int signal)
{
	pid_t pid = s->children.items[service].pid;
	char what[64];

	if (pid <= 0)
		return -ESRCH;
	if (kill(pid, signal) < 0)
		return -errno;
	(void)snprintf(what, sizeof(what), "%s sent, as asked", signal_name(signal));
	say(s, service, what);
	return 0;
}

void
supervisor_shutdown(struct supervisor *s, int status, usec_t now)
{
	s->now = now;
	plan_shutdown(&s->plan, status < 0 ? 0 : status, now);
	deeds_carry_out(s);
}

/* -- what changes by itself ------------------------------------------------------ */

void
supervisor_handle_changes(struct supervisor *s, usec_t now)
{
	s->now = now;
	changes_read(&s->changes, now);
	deeds_tell_changes(s);
}

void
deeds_tell_changes(struct supervisor *s)
{
	const char *trouble = changes_trouble(&s->changes);
	char line[256];

	if (!trouble)
		return;
	(void)snprintf(line, sizeof(line), "watch: %s", trouble);
	output_say(&s->output, line);
}

void
deeds_advance_changes(struct supervisor *s)
{
	size_t i;

	while ((i = changes_take(&s->changes, s->now)) != SERVICE_NONE)
		reloads_change(s, i);
	deeds_tell_changes(s);
}

usec_t
supervisor_deadline(const struct supervisor *s)
{
	return moment_earlier(plan_deadline(&s->plan),
	    moment_earlier(s->reload_deadline, changes_deadline(&s->changes)));
}
