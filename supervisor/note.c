/*
 * What happens to services, and what proctor says of it, to events.
 */
#include "supervisor/deeds.h"

#include <stdio.h>
#include <string.h>

#include "config/clock.h"
#include "supervisor/condition.h"
#include "supervisor/sentence.h"

/* A name is shorter; see config/section.c. */
enum { NAME_SIZE = 256 };

static void
add(struct supervisor *s, const char *kind, size_t service, const char *words)
{
	events_add(
	    &s->events, clock_wall(), kind, s->config->services[service].name, words);
}

static struct view
view_of(const struct supervisor *s)
{
	return (struct view){
	    .plan = &s->plan,
	    .stats = &s->stats,
	    .children = s->children.items,
	    .now = s->now,
	};
}

/* What proctor says while it does so is told as that; NULL: there is no event. */
static const char *
kind_of(enum service_state state, bool ready)
{
	switch (state) {
	case SERVICE_UP:
		return "started";
	case SERVICE_READY: /* its checks have their say */
		return ready ? "ready" : "started";
	case SERVICE_PRE_STOP:
	case SERVICE_STOPPING:
		return "stopping";
	case SERVICE_KILLING:
		return "killed";
	case SERVICE_DONE:
		return "done";
	case SERVICE_FAILED:
		return "failed";
	case SERVICE_STOPPED:
		return "stopped";
	case SERVICE_DOWN: /* waits: told when it takes long */
	case SERVICE_STARTING: /* see note_spawn() */
	case SERVICE_CLEARING:
	case SERVICE_BACKOFF: /* told with the restart */
		return NULL;
	}
	return NULL;
}

void
note_state(struct supervisor *s, size_t service)
{
	enum service_state state = s->plan.services[service].state;
	bool ready = plan_service_is_ready(&s->plan, service);
	const char *kind = kind_of(state, ready);
	struct noted now = {state, ready};
	struct noted last = s->noted[service];
	struct view view = view_of(s);
	struct text words;

	if (last.state == state && last.ready == ready)
		return;
	s->noted[service] = now;
	if (last.state == state && !ready)
		kind = "not-ready";
	if (!kind)
		return;
	text_init(&words, EVENT_WORDS_MAX);
	condition_of_service(&words, &view, service);
	text_add_bytes(&words, "", 1);
	add(s, kind, service, words.failed ? kind : words.bytes);
	text_clear(&words);
}

void
note_spawn(struct supervisor *s, size_t service)
{
	char words[64];

	(void)snprintf(
	    words, sizeof(words), "pid %d", (int)s->children.items[service].pid);
	add(s, "starting", service, words);
	s->noted[service] = (struct noted){SERVICE_STARTING, false};
}

void
note_exit(struct supervisor *s, size_t service)
{
	char words[SENTENCE_SIZE];

	sentence_ending(words, sizeof(words), s->config, &s->config->services[service],
	    &s->stats.services[service].last, &s->stats);
	add(s, "exited", service, words);
}

static const char *
kind_of_action(enum plan_action_kind kind)
{
	switch ((unsigned)kind) {
	case PLAN_TELL_RESTART:
		return "restart";
	case PLAN_TELL_HEALTHY:
	case PLAN_TELL_UNHEALTHY:
		return "check";
	case PLAN_TELL_STOP: /* see note_shutdown() */
	case PLAN_TELL_FAILED: /* see note_state() */
	case PLAN_TELL_STOPPED:
		return "";
	default:
		return NULL;
	}
}

static void
note_shutdown(struct supervisor *s)
{
	char words[SENTENCE_SIZE];

	sentence_cause(words, sizeof(words), &s->plan, &s->stats);
	events_add(&s->events, clock_wall(), "shutdown", "", words);
}

void
note_before(struct supervisor *s, const struct plan_action *a)
{
	s->telling = kind_of_action(a->kind);
}

void
note_after(struct supervisor *s, const struct plan_action *a)
{
	bool of_check = a->kind == PLAN_PROBE || a->kind == PLAN_PROBE_DROP ||
	    a->kind == PLAN_TELL_HEALTHY || a->kind == PLAN_TELL_UNHEALTHY;

	s->telling = NULL;
	if (a->kind == PLAN_TELL_STOP)
		note_shutdown(s);
	else if (of_check)
		note_state(s, s->config->checks[a->service].service);
	else if (a->service < s->config->count)
		note_state(s, a->service);
}

/* "web: ended with 3; restart 1 of 5 in 250ms" is said of web. */
void
note_said(void *context, const char *line)
{
	struct supervisor *s = context;
	const char *words = strstr(line, ": ");
	char name[NAME_SIZE] = "";
	size_t service;
	const char *kind = s->telling ? s->telling : "told";

	if (*kind == '\0')
		return;
	if (words && (size_t)(words - line) < sizeof(name))
		memcpy(name, line, (size_t)(words - line));
	service = *name ? config_find(s->config, name) : SERVICE_NONE;
	if (service != SERVICE_NONE)
		add(s, kind, service, words + 2);
	else
		events_add(&s->events, clock_wall(), kind, "", line);
}
