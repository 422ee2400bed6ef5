#include "supervisor/metrics.h"

#include <signal.h>

#include "supervisor/condition.h"
#include "supervisor/samples.h"
#include "supervisor/sentence.h"

/* What there is a set of samples of. */
enum scope { SCOPE_PROCTOR, SCOPE_SERVICE, SCOPE_CHECK };

struct writer {
	struct text *text;
	const struct view *view;
	const struct family *family; /* being written */
	bool openmetrics;
};

/* A metric family: one name, and who writes its samples. */
struct family {
	struct sample_head head;
	enum scope scope;
	void (*write)(struct writer *, size_t i); /* of the scope; for proctor, 0 */
};

static void
begin(struct writer *w, const char *suffix)
{
	sample_begin(w->text, w->family->head.name, suffix);
}

/* -- proctor ------------------------------------------------------------------- */

static void
write_build(struct writer *w, size_t i)
{
	(void)i;
	begin(w, "_info");
	sample_label(w->text, "version", PROCTOR_VERSION);
	sample_value(w->text, 1);
}

static void
write_start_time(struct writer *w, size_t i)
{
	(void)i;
	begin(w, "");
	sample_seconds(w->text, view_wall(w->view, w->view->stats->begun));
}

static void
write_live(struct writer *w, size_t i)
{
	(void)i;
	begin(w, "");
	sample_value(w->text, plan_is_live(w->view->plan));
}

static void
write_ready(struct writer *w, size_t i)
{
	(void)i;
	begin(w, "");
	sample_value(w->text, plan_is_ready(w->view->plan));
}

static void
write_started(struct writer *w, size_t i)
{
	(void)i;
	begin(w, "");
	sample_value(w->text, plan_is_started(w->view->plan));
}

/* OpenMetrics: the label of a set of states is called what the metric is. */
static void
write_phase(struct writer *w, size_t i)
{
	(void)i;
	for (int phase = PLAN_RUNNING; phase <= PLAN_ENDED; phase++) {
		begin(w, "");
		sample_label(w->text, w->family->head.name,
		    condition_phase((enum plan_phase)phase));
		sample_value(w->text, w->view->plan->phase == (enum plan_phase)phase);
	}
}

static void
write_orphans(struct writer *w, size_t i)
{
	(void)i;
	begin(w, "_total");
	sample_value(w->text, w->view->stats->orphans);
}

/* -- services ------------------------------------------------------------------ */

static const struct service_stats *
stats_of(const struct writer *w, size_t service)
{
	return &w->view->stats->services[service];
}

static void
begin_service(struct writer *w, size_t i, const char *suffix)
{
	begin(w, suffix);
	sample_label(w->text, "service", w->view->plan->config->services[i].name);
}

static void
write_service_info(struct writer *w, size_t i)
{
	const struct service_config *c = &w->view->plan->config->services[i];

	begin_service(w, i, "_info");
	sample_label(w->text, "kind", sentence_kind(c->kind));
	sample_label(w->text, "critical", c->critical ? "yes" : "no");
	sample_value(w->text, 1);
}

static void
write_up(struct writer *w, size_t i)
{
	begin_service(w, i, "");
	sample_value(w->text, w->view->children[i].pid > 0);
}

static void
write_service_ready(struct writer *w, size_t i)
{
	begin_service(w, i, "");
	sample_value(w->text, plan_service_is_ready(w->view->plan, i));
}

static void
write_state(struct writer *w, size_t i)
{
	enum service_state now = w->view->plan->services[i].state;

	for (int state = 0; state < SERVICE_STATE_COUNT; state++) {
		begin_service(w, i, "");
		sample_label(w->text, w->family->head.name,
		    service_state_name((enum service_state)state));
		sample_value(w->text, now == (enum service_state)state);
	}
}

static void
write_starts(struct writer *w, size_t i)
{
	begin_service(w, i, "_total");
	sample_value(w->text, stats_of(w, i)->starts);
}

static void
write_restarts(struct writer *w, size_t i)
{
	for (int kind = ENDING_NONE + 1; kind < ENDING_KIND_COUNT; kind++) {
		begin_service(w, i, "_total");
		sample_label(
		    w->text, "cause", condition_ending_kind((enum ending_kind)kind));
		sample_value(w->text, stats_of(w, i)->restarts[kind]);
	}
}

static void
write_oom_kills(struct writer *w, size_t i)
{
	begin_service(w, i, "_total");
	sample_value(w->text, stats_of(w, i)->oom_kills);
}

static void
write_service_start_time(struct writer *w, size_t i)
{
	if (stats_of(w, i)->started == 0)
		return;
	begin_service(w, i, "");
	sample_seconds(w->text, view_wall(w->view, stats_of(w, i)->started));
}

static void
write_exit_code(struct writer *w, size_t i)
{
	const struct ending *e = &stats_of(w, i)->last;

	if (e->kind == ENDING_NONE)
		return;
	begin_service(w, i, "");
	sample_value(w->text, (uint64_t)ending_status(e));
}

static int
signal_of(const struct ending *e)
{
	if (e->kind == ENDING_OOM)
		return SIGKILL;
	return e->kind == ENDING_KILLED ? e->number : 0;
}

static void
write_exit_signal(struct writer *w, size_t i)
{
	const struct ending *e = &stats_of(w, i)->last;

	if (e->kind == ENDING_NONE)
		return;
	begin_service(w, i, "");
	sample_value(w->text, (uint64_t)signal_of(e));
}

static void
write_per_stream(struct writer *w, size_t i, const uint64_t *counts)
{
	static const char *const streams[] = {"stdout", "stderr", "tail", "syslog"};

	for (size_t stream = 0; stream < 4; stream++) {
		if (stream > 1 && counts[stream] == 0)
			continue;
		begin_service(w, i, "_total");
		sample_label(w->text, "stream", streams[stream]);
		sample_value(w->text, counts[stream]);
	}
}

static void
write_log_lines(struct writer *w, size_t i)
{
	write_per_stream(w, i, stats_of(w, i)->log_lines);
}

static void
write_log_bytes(struct writer *w, size_t i)
{
	write_per_stream(w, i, stats_of(w, i)->log_bytes);
}

static void
write_log_dropped(struct writer *w, size_t i)
{
	begin_service(w, i, "_total");
	sample_value(w->text, stats_of(w, i)->log_dropped);
}

/* -- checks -------------------------------------------------------------------- */

static void
begin_check(struct writer *w, size_t i, const char *suffix)
{
	const struct check_config *c = &w->view->plan->config->checks[i];

	begin_service(w, c->service, suffix);
	sample_label(w->text, "check", c->name);
	sample_label(w->text, "kind", sentence_check_kind(c->kind));
}

static void
write_passing(struct writer *w, size_t i)
{
	const struct health *h = &w->view->plan->checks[i];

	begin_check(w, i, "");
	sample_value(w->text, h->state != HEALTH_ASLEEP && h->good);
}

static void
write_results(struct writer *w, size_t i)
{
	const struct check_stats *s = &w->view->stats->checks[i];

	begin_check(w, i, "_total");
	sample_label(w->text, "outcome", "success");
	sample_value(w->text, s->good);
	begin_check(w, i, "_total");
	sample_label(w->text, "outcome", "failure");
	sample_value(w->text, s->bad);
}

static void
write_durations(struct writer *w, size_t i)
{
	const struct check_stats *s = &w->view->stats->checks[i];

	begin_check(w, i, "_sum");
	sample_seconds(w->text, s->durations);
	begin_check(w, i, "_count");
	sample_value(w->text, s->good + s->bad);
}

static void
write_last_duration(struct writer *w, size_t i)
{
	const struct check_stats *s = &w->view->stats->checks[i];

	if (s->last == 0)
		return;
	begin_check(w, i, "");
	sample_seconds(w->text, s->duration);
}

/* -- families ------------------------------------------------------------------ */

/* clang-format off */
static const struct family families[] = {
#define PROCTOR(name, type, unit, write, help) \
	{{"proctor_" name, SAMPLE_##type, unit, help}, SCOPE_PROCTOR, write},
#define SERVICE(name, type, unit, write, help) \
	{{"proctor_service" name, SAMPLE_##type, unit, help}, SCOPE_SERVICE, write},
#define CHECK(name, type, unit, write, help) \
	{{"proctor_check_" name, SAMPLE_##type, unit, help}, SCOPE_CHECK, write},

PROCTOR("build", INFO, NULL, write_build, "The build of proctor.")
PROCTOR("start_time_seconds", GAUGE, "seconds", write_start_time,
    "When proctor started, since the epoch.")
PROCTOR("live", GAUGE, NULL, write_live, "1 unless a failure is ending the container.")
PROCTOR("ready", GAUGE, NULL, write_ready,
    "1 if all critical services are ready and no stop is in progress.")
PROCTOR("started", GAUGE, NULL, write_started, "1 once it has been ready.")
PROCTOR("phase", STATESET, NULL, write_phase, "What proctor is doing.")
PROCTOR("orphans_reaped", COUNTER, NULL, write_orphans,
    "Processes of nobody's that ended as children of proctor.")

SERVICE("", INFO, NULL, write_service_info, "What is declared.")
SERVICE("_up", GAUGE, NULL, write_up, "1 if it has a process.")
SERVICE("_ready", GAUGE, NULL, write_service_ready,
    "1 if it is ready, or a task that is done.")
SERVICE("_state", STATESET, NULL, write_state, "The state it is in.")
SERVICE("_starts", COUNTER, NULL, write_starts, "Starts, the first one included.")
SERVICE("_restarts", COUNTER, NULL, write_restarts,
    "Restarts, by the end that made them necessary.")
SERVICE("_oom_kills", COUNTER, NULL, write_oom_kills,
    "Ends by the OOM killer of the kernel.")
SERVICE("_start_time_seconds", GAUGE, "seconds", write_service_start_time,
    "When it was last started, since the epoch.")
SERVICE("_last_exit_code", GAUGE, NULL, write_exit_code,
    "Exit status of its last end, 128 and the signal if it was killed.")
SERVICE("_last_exit_signal", GAUGE, NULL, write_exit_signal,
    "The signal that killed it at its last end, or 0.")
SERVICE("_log_lines", COUNTER, NULL, write_log_lines, "Lines it wrote.")
SERVICE("_log_bytes", COUNTER, "bytes", write_log_bytes, "Bytes it wrote.")
SERVICE("_log_dropped_lines", COUNTER, NULL, write_log_dropped,
    "Lines it wrote that were dropped: log_overflow.")

CHECK("passing", GAUGE, NULL, write_passing, "1 if its verdict is good.")
CHECK("results", COUNTER, NULL, write_results, "Probes that ended, by outcome.")
CHECK("duration_seconds", SUMMARY, "seconds", write_durations,
    "How long its probes took.")
CHECK("last_duration_seconds", GAUGE, "seconds", write_last_duration,
    "How long its last probe took.")
};
/* clang-format on */

static size_t
count_of(const struct config *config, enum scope scope)
{
	switch (scope) {
	case SCOPE_PROCTOR:
		return 1;
	case SCOPE_SERVICE:
		return config->count;
	case SCOPE_CHECK:
		return config->check_count;
	}
	return 0;
}

static void
write_family(struct writer *w)
{
	const struct family *f = w->family;
	size_t count = count_of(w->view->plan->config, f->scope);

	sample_family(w->text, &f->head, w->openmetrics);
	for (size_t i = 0; i < count; i++)
		f->write(w, i);
}

const char *
metrics_type(bool openmetrics)
{
	return openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
			   : "text/plain; version=0.0.4; charset=utf-8";
}

void
metrics_write(struct text *t, const struct view *v, bool openmetrics)
{
	struct writer w = {.text = t, .view = v, .openmetrics = openmetrics};

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		w.family = &families[i];
		write_family(&w);
	}
	if (openmetrics)
		text_add(t, "# EOF\n");
}
