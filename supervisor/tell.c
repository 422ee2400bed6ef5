#include "supervisor/tell.h"

#include <stdarg.h>
#include <stdio.h>

#include "supervisor/sentence.h"

static void say(struct output *o, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
say(struct output *o, const char *format, ...)
{
	char line[SENTENCE_SIZE + 256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	output_say(o, line);
}

static void
tell_restart(struct output *o, const struct plan *p, const struct service *s, usec_t now)
{
	const struct service_config *c = s->config;
	char ending[SENTENCE_SIZE];
	char delay[32];
	usec_t first;

	sentence_ending(ending, sizeof(ending), p->config, c, &s->ending);
	sentence_duration(delay, sizeof(delay), s->deadline - now);
	if (s->ending.kind == ENDING_NO_RESOURCES)
		say(o, "%s: %s; another try in %s", c->name, ending, delay);
	else if (c->restart_limit.count == RESTARTS_UNLIMITED)
		say(o, "%s: %s; restart %u in %s", c->name, ending, s->backoff.total,
		    delay);
	else
		say(o, "%s: %s; restart %u of %u in %s", c->name, ending,
		    backoff_recent(&s->backoff, now, &first), c->restart_limit.count,
		    delay);
}

static void
tell_failed(struct output *o, const struct plan *p, const struct service *s)
{
	char ending[SENTENCE_SIZE];

	sentence_ending(ending, sizeof(ending), p->config, s->config, &s->ending);
	say(o, "%s: %s; it has failed, and is not critical", s->config->name, ending);
}

/* Who asked for the stop knows; and the last line tells of work that is done. */
static void
tell_stop(struct output *o, const struct plan *p)
{
	char cause[SENTENCE_SIZE];

	if (p->cause.kind != CAUSE_FAILED && p->cause.kind != CAUSE_NOTHING_LEFT)
		return;
	sentence_cause(cause, sizeof(cause), p);
	say(o, "%s; stopping", cause);
}

void
tell(struct output *o, const struct plan *p, const struct plan_action *a, usec_t now)
{
	const struct service *s =
	    a->service == SERVICE_NONE ? NULL : &p->services[a->service];

	if (a->kind == PLAN_TELL_STOP)
		tell_stop(o, p);
	else if (a->kind == PLAN_TELL_RESTART && s)
		tell_restart(o, p, s, now);
	else if (a->kind == PLAN_TELL_FAILED && s)
		tell_failed(o, p, s);
	else if (a->kind == PLAN_CUT_HOOK && s)
		say(o, "%s: pre_stop did not end in time; killed", s->config->name);
	else if (a->kind == PLAN_TELL_OVERDUE && s)
		say(o,
		    p->requests >= 2 ? "%s: killed" : "%s: did not stop in time; killed",
		    s->config->name);
}

void
tell_hook(
    struct output *o, const struct plan *p, size_t service, const struct ending *ending)
{
	const struct service_config *c = &p->config->services[service];
	char text[SENTENCE_SIZE];

	sentence_ending(text, sizeof(text), p->config, c, ending);
	say(o, "%s: pre_stop %s", c->name, text);
}
