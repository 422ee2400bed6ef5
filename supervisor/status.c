#include "supervisor/status.h"

#include "supervisor/condition.h"
#include "supervisor/json.h"
#include "supervisor/sentence.h"

#define WORDS_LIMIT ((size_t)8192)

/* -- checks -------------------------------------------------------------------- */

void
status_write_check(struct text *t, const struct view *v, size_t i)
{
	const struct health *h = &v->plan->checks[i];
	const struct check_stats *s = &v->stats->checks[i];

	json_begin_object(t, NULL);
	json_string(t, "name", h->config->name);
	json_string(t, "service", v->plan->config->services[h->config->service].name);
	json_string(t, "kind", sentence_check_kind(h->config->kind));
	json_string(t, "probe", h->config->probe.text);
	json_string(t, "state", condition_check_state(h));
	json_string(t, "answer", s->answer);
	if (s->last)
		json_time(t, "answered", view_wall(v, s->last));
	else
		json_null(t, "answered");
	json_seconds(t, "duration_seconds", s->duration);
	json_number(t, "successes", s->good);
	json_number(t, "failures", s->bad);
	json_number(t, "in_row", h->in_row);
	json_end_object(t);
}

/* -- services -------------------------------------------------------------------- */

static uint64_t
restarts(const struct service_stats *s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < ENDING_KIND_COUNT; i++)
		sum += s->restarts[i];
	return sum;
}

/* A sentence of supervisor/condition.h as a string. */
static void
write_words(struct text *t, const char *name, const struct view *v, size_t i,
    const struct ending *e)
{
	struct text words;

	text_init(&words, WORDS_LIMIT);
	if (e)
		condition_of_ending(&words, v, i, e);
	else
		condition_of_service(&words, v, i);
	text_add_bytes(&words, "", 1);
	if (words.failed)
		json_null(t, name);
	else
		json_string(t, name, words.bytes);
	text_clear(&words);
}

static void
write_last_exit(struct text *t, const struct view *v, size_t i)
{
	const struct ending *e = &v->stats->services[i].last;

	if (e->kind == ENDING_NONE) {
		json_null(t, "last_exit");
		return;
	}
	json_begin_object(t, "last_exit");
	json_string(t, "kind", condition_ending_kind(e->kind));
	json_number(t, "status", (uint64_t)ending_status(e));
	write_words(t, "reason", v, i, e);
	json_end_object(t);
}

static void
write_life(struct text *t, const struct view *v, size_t i)
{
	const struct service_stats *s = &v->stats->services[i];
	pid_t pid = v->children[i].pid;

	if (pid > 0)
		json_number(t, "pid", (uint64_t)pid);
	else
		json_null(t, "pid");
	if (s->started)
		json_time(t, "started", view_wall(v, s->started));
	else
		json_null(t, "started");
	if (pid > 0 && s->started)
		json_seconds(t, "uptime_seconds", v->now - s->started);
	else
		json_null(t, "uptime_seconds");
}

void
status_write_service(struct text *t, const char *name, const struct view *v, size_t i)
{
	const struct service_config *c = &v->plan->config->services[i];
	const struct service_stats *s = &v->stats->services[i];

	json_begin_object(t, name);
	json_string(t, "name", c->name);
	json_string(t, "kind", sentence_kind(c->kind));
	json_string(t, "state", service_state_name(v->plan->services[i].state));
	json_bool(t, "ready", plan_service_is_ready(v->plan, i));
	json_bool(t, "critical", c->critical);
	json_bool(t, "wanted", v->plan->services[i].wanted);
	write_words(t, "condition", v, i, NULL);
	json_string(t, "note", s->status);
	json_number(t, "errno", (uint64_t)s->error);
	json_number(t, "exit_status", (uint64_t)s->exit_status);
	json_bool(t, "reloading", s->reloading);
	write_life(t, v, i);
	json_number(t, "starts", s->starts);
	json_number(t, "restarts", restarts(s));
	json_number(t, "oom_kills", s->oom_kills);
	write_last_exit(t, v, i);
	json_begin_array(t, "checks");
	for (size_t n = 0; n < view_check_count(v, i); n++)
		status_write_check(t, v, view_first_check(v, i) + n);
	json_end_array(t);
	json_end_object(t);
}

/* -- the whole ------------------------------------------------------------------- */

static void
write_reason(struct text *t, const struct view *v)
{
	const struct plan *p = v->plan;
	char cause[SENTENCE_SIZE];

	if (p->phase == PLAN_RUNNING) {
		json_null(t, "reason");
		return;
	}
	sentence_cause(cause, sizeof(cause), p, v->stats);
	json_string(t, "reason", cause);
}

void
status_write(struct text *t, const struct view *v)
{
	const struct plan *p = v->plan;

	json_begin_object(t, NULL);
	json_string(t, "version", PROCTOR_VERSION);
	json_string(t, "state", condition_phase(p->phase));
	write_reason(t, v);
	json_bool(t, "live", plan_is_live(p));
	json_bool(t, "ready", plan_is_ready(p));
	json_bool(t, "startup", plan_is_started(p));
	json_time(t, "started", view_wall(v, v->stats->begun));
	json_seconds(t, "uptime_seconds", v->now - v->stats->begun);
	json_number(t, "orphans_reaped", v->stats->orphans);
	json_begin_array(t, "services");
	for (size_t i = 0; i < p->config->count; i++)
		status_write_service(t, NULL, v, i);
	json_end_array(t);
	json_end_object(t);
	text_add(t, "\n");
}
