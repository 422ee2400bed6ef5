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
tell_restart(struct output *o, const struct plan *p, const struct stats *stats,
    const struct service *s, usec_t now)
{
	const struct service_config *c = s->config;
	char ending[SENTENCE_SIZE];
	char delay[32];
	usec_t first;

	sentence_ending(ending, sizeof(ending), p->config, c, &s->ending, stats);
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
tell_failed(struct output *o, const struct plan *p, const struct stats *stats,
    const struct service *s)
{
	char ending[SENTENCE_SIZE];

	sentence_ending(ending, sizeof(ending), p->config, s->config, &s->ending, stats);
	say(o, "%s: %s; it has failed, and is not critical", s->config->name, ending);
}

/* Who asked for the stop knows; and the last line tells of work that is done. */
static void
tell_stop(struct output *o, const struct plan *p, const struct stats *stats)
{
	char cause[SENTENCE_SIZE];

	if (p->cause.kind != CAUSE_FAILED && p->cause.kind != CAUSE_NOTHING_LEFT)
		return;
	sentence_cause(cause, sizeof(cause), p, stats);
	say(o, "%s; stopping", cause);
}

static void
tell_check(struct output *o, const struct plan *p, const struct stats *stats,
    const struct plan_action *a)
{
	const struct check_config *c = &p->config->checks[a->service];
	char text[SENTENCE_SIZE];

	sentence_check(text, sizeof(text), c, a->kind == PLAN_TELL_HEALTHY,
	    &stats->checks[a->service]);
	say(o, "%s: %s", p->config->services[c->service].name, text);
}

static bool
is_waited_for(enum service_state state)
{
	return state != SERVICE_READY && state != SERVICE_DONE;
}

/* The first of those it waits for: it will be told which is next if need be. */
static void
tell_waiting(struct output *o, const struct plan *p, const struct service *s)
{
	const struct dependencies *list = &s->config->dependencies;

	for (size_t i = 0; i < list->count; i++) {
		const struct service *other = &p->services[list->items[i].service];

		if (!is_waited_for(other->state))
			continue;
		say(o, "%s: still waits for %s, which is %s", s->config->name,
		    other->config->name, service_state_name(other->state));
		return;
	}
}

static void
tell_service(struct output *o, const struct plan *p, const struct stats *stats,
    const struct plan_action *a, usec_t now)
{
	const struct service *s = &p->services[a->service];

	if (a->kind == PLAN_TELL_RESTART)
		tell_restart(o, p, stats, s, now);
	else if (a->kind == PLAN_TELL_FAILED)
		tell_failed(o, p, stats, s);
	else if (a->kind == PLAN_TELL_WAITING)
		tell_waiting(o, p, s);
	else if (a->kind == PLAN_TELL_STOPPED)
		say(o, "%s: stopped (asked)", s->config->name);
	else if (a->kind == PLAN_CUT_HOOK)
		say(o, "%s: pre_stop did not end in time; killed", s->config->name);
	else if (a->kind == PLAN_TELL_OVERDUE)
		say(o,
		    p->requests >= 2 ? "%s: killed" : "%s: did not stop in time; killed",
		    s->config->name);
}

void
tell(struct output *o, const struct plan *p, const struct stats *stats,
    const struct plan_action *a, usec_t now)
{
	if (a->kind == PLAN_TELL_STOP)
		tell_stop(o, p, stats);
	else if (a->kind == PLAN_TELL_HEALTHY || a->kind == PLAN_TELL_UNHEALTHY)
		tell_check(o, p, stats, a);
	else
		tell_service(o, p, stats, a, now);
}

void
tell_hook(
    struct output *o, const struct plan *p, size_t service, const struct ending *ending)
{
	const struct service_config *c = &p->config->services[service];
	char text[SENTENCE_SIZE];

	sentence_ending(text, sizeof(text), p->config, c, ending, NULL);
	say(o, "%s: pre_stop %s", c->name, text);
}
