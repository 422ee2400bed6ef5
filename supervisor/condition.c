#include "supervisor/condition.h"

#include <string.h>

#include "supervisor/sentence.h"

const char *
condition_check_state(const struct health *h)
{
	if (h->state == HEALTH_ASLEEP)
		return "asleep";
	if (!h->known)
		return "pending";
	return h->good ? "passing" : "failing";
}

const char *
condition_phase(enum plan_phase phase)
{
#define PHASE_NAME(id, name) [id] = name,
	static const char *const names[] = {PLAN_PHASE_LIST(PHASE_NAME)};
#undef PHASE_NAME

	return names[phase];
}

const char *
condition_ending_kind(enum ending_kind kind)
{
	static const char *const names[ENDING_KIND_COUNT] = {
	    [ENDING_NONE] = "none",
	    [ENDING_EXITED] = "exited",
	    [ENDING_KILLED] = "killed",
	    [ENDING_OOM] = "oom",
	    [ENDING_NOT_EXECUTED] = "not-executed",
	    [ENDING_NO_RESOURCES] = "no-resources",
	    [ENDING_TIMED_OUT] = "timed-out",
	    [ENDING_NOT_READY] = "not-ready",
	    [ENDING_WATCHDOG] = "watchdog",
	    [ENDING_UNHEALTHY] = "unhealthy",
	    [ENDING_DEPENDENCY] = "dependency",
	    [ENDING_UNKILLABLE] = "unkillable",
	};

	return names[kind];
}

/* -- checks -------------------------------------------------------------------- */

void
condition_check_name(struct text *t, const struct config *config, size_t check)
{
	const struct check_config *c = &config->checks[check];
	const char *service = config->services[c->service].name;
	size_t length = strlen(service);

	if (strncmp(c->name, service, length) != 0 || c->name[length] != '/') {
		text_add(t, service);
		text_add(t, "/");
	}
	text_add(t, c->name);
}

void
condition_of_check(struct text *t, const struct view *v, size_t check)
{
	const struct health *h = &v->plan->checks[check];
	const struct check_stats *stats = &v->stats->checks[check];

	text_format(
	    t, "%s check %s ", sentence_check_kind(h->config->kind), h->config->name);
	if (h->good)
		text_add(t, "passes");
	else
		text_add(t, h->known ? "failed" : "has not passed yet");
	/* One of its last life says nothing about this one. */
	if (stats->answer && (h->known || h->in_row > 0)) {
		text_add(t, ": ");
		text_add(t, stats->answer);
	}
}

/* The next one of the service that says no; SIZE_MAX: none. */
static size_t
next_bad_check(const struct view *v, size_t service, size_t from)
{
	size_t end = view_first_check(v, service) + view_check_count(v, service);

	for (size_t i = from; i < end; i++)
		if (v->plan->checks[i].state != HEALTH_ASLEEP && !v->plan->checks[i].good)
			return i;
	return SIZE_MAX;
}

/* -- services -------------------------------------------------------------------- */

void
condition_of_ending(
    struct text *t, const struct view *v, size_t i, const struct ending *e)
{
	char sentence[SENTENCE_SIZE];

	sentence_ending(sentence, sizeof(sentence), v->plan->config,
	    &v->plan->config->services[i], e, v->stats);
	text_add(t, sentence);
}

static bool
is_there(const struct view *v, const struct dependency *d)
{
	enum service_state state = v->plan->services[d->service].state;

	if (d->started)
		return state == SERVICE_UP || state == SERVICE_READY ||
		    state == SERVICE_DONE;
	return plan_service_is_ready(v->plan, d->service);
}

static void
add_waiting(struct text *t, const struct view *v, size_t i)
{
	const struct dependencies *list = &v->plan->config->services[i].dependencies;
	unsigned found = 0;

	for (size_t j = 0; j < list->count && v->plan->phase == PLAN_RUNNING; j++) {
		if (is_there(v, &list->items[j]))
			continue;
		text_add(t, found++ == 0 ? "waits for " : ", ");
		text_add(t, v->plan->config->services[list->items[j].service].name);
	}
	if (found == 0)
		text_add(t, "down");
}

static void
add_not_ready(struct text *t, const struct view *v, size_t i)
{
	const struct service_config *c = &v->plan->config->services[i];
	size_t check = next_bad_check(v, i, c->first_check);

	if (c->kind == KIND_TASK) {
		text_add(t, "running, and not done yet");
		return;
	}
	text_add(t, "not ready: ");
	if (check != SIZE_MAX && c->ready.kind == READY_CHECK)
		condition_of_check(t, v, check);
	else if (c->ready.kind == READY_NOTIFY)
		text_add(t, "it has not said READY=1 yet");
	else if (c->ready.kind == READY_FD)
		text_format(t, "it has not written to descriptor %d yet", c->ready.fd);
	else
		text_add(t, "it runs");
}

static void
add_ready(struct text *t, const struct view *v, size_t i)
{
	size_t check = next_bad_check(v, i, view_first_check(v, i));

	if (check == SIZE_MAX) {
		text_add(t,
		    plan_service_is_ready(v->plan, i) ? "ready" : "not checked any more");
		return;
	}
	text_add(t, "not ready: ");
	condition_of_check(t, v, check);
}

static void
add_stopping(struct text *t, const struct view *v, size_t i)
{
	const struct service *s = &v->plan->services[i];

	text_add(t, s->state == SERVICE_KILLING ? "being killed" : "stopping");
	if (s->fault.kind == ENDING_NONE)
		return;
	text_add(t, ": ");
	condition_of_ending(t, v, i, &s->fault);
}

static void
add_backoff(struct text *t, const struct view *v, size_t i)
{
	const struct service *s = &v->plan->services[i];
	char delay[32];

	sentence_duration(
	    delay, sizeof(delay), s->deadline > v->now ? s->deadline - v->now : 0);
	text_format(t, "restart in %s: ", delay);
	condition_of_ending(t, v, i, &s->ending);
}

static void
add_stopped(struct text *t, const struct view *v, size_t i)
{
	size_t with = v->plan->services[i].with;

	text_add(t, "stopped (asked)");
	if (with != SERVICE_NONE && with != i)
		text_format(t, " with %s", v->plan->config->services[with].name);
}

void
condition_of_service(struct text *t, const struct view *v, size_t i)
{
	const struct service *s = &v->plan->services[i];

	switch (s->state) {
	case SERVICE_DOWN:
		add_waiting(t, v, i);
		break;
	case SERVICE_STARTING:
		text_add(t, "starting");
		break;
	case SERVICE_UP:
		add_not_ready(t, v, i);
		break;
	case SERVICE_READY:
		add_ready(t, v, i);
		break;
	case SERVICE_PRE_STOP:
	case SERVICE_STOPPING:
	case SERVICE_KILLING:
	case SERVICE_CLEARING:
		add_stopping(t, v, i);
		break;
	case SERVICE_BACKOFF:
		add_backoff(t, v, i);
		break;
	case SERVICE_DONE:
		text_add(t, "done");
		break;
	case SERVICE_FAILED:
		text_add(t, "failed: ");
		condition_of_ending(t, v, i, &s->ending);
		break;
	case SERVICE_STOPPED:
		add_stopped(t, v, i);
		break;
	}
}

/* A line for each check, if it is they who say no. */
static void
add_lines(struct text *t, const struct view *v, size_t i)
{
	const char *name = v->plan->config->services[i].name;
	size_t check = next_bad_check(v, i, view_first_check(v, i));

	if (check == SIZE_MAX) {
		text_format(t, "%s: ", name);
		condition_of_service(t, v, i);
		text_add(t, "\n");
		return;
	}
	for (; check != SIZE_MAX; check = next_bad_check(v, i, check + 1)) {
		text_format(t, "%s: ", name);
		condition_of_check(t, v, check);
		text_add(t, "\n");
	}
}

void
condition_of_all(struct text *t, const struct view *v)
{
	char cause[SENTENCE_SIZE];

	if (v->plan->phase != PLAN_RUNNING) {
		sentence_cause(cause, sizeof(cause), v->plan, v->stats);
		text_format(
		    t, "proctor: %s: %s\n", condition_phase(v->plan->phase), cause);
		return;
	}
	for (size_t i = 0; i < v->plan->config->count; i++)
		if (v->plan->config->services[i].critical &&
		    !plan_service_is_ready(v->plan, i))
			add_lines(t, v, i);
}
