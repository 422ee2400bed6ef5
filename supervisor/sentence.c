#include "supervisor/sentence.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/signals.h"

/* Appends, and keeps what fits. */
static void add(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
add(char *buffer, size_t size, const char *format, ...)
{
	size_t used = strnlen(buffer, size);
	va_list args;

	if (used >= size)
		return;
	va_start(args, format);
	(void)vsnprintf(buffer + used, size - used, format, args);
	va_end(args);
}

void
sentence_duration(char *buffer, size_t size, usec_t duration)
{
	unsigned long long ms = (duration + USEC_PER_MSEC / 2) / USEC_PER_MSEC;
	unsigned long long s = (duration + USEC_PER_SEC / 2) / USEC_PER_SEC;

	buffer[0] = '\0';
	if (ms < 1000)
		add(buffer, size, "%llums", ms);
	else if (ms < 10000 && ms % 1000 >= 100)
		add(buffer, size, "%llu.%llus", ms / 1000, ms % 1000 / 100);
	else if (s < 60)
		add(buffer, size, "%llus", s);
	else if (s < 3600)
		add(buffer, size, s % 60 ? "%llum%llus" : "%llum", s / 60, s % 60);
	else
		add(buffer, size, "%lluh%llum", s / 3600, s / 60 % 60);
}

const char *
sentence_kind(enum service_kind kind)
{
	switch (kind) {
	case KIND_SERVICE:
		return "service";
	case KIND_TASK:
		return "task";
	case KIND_MAIN:
		return "main";
	}
	return "service";
}

static const char *
step_text(enum spawn_step step)
{
	switch (step) {
	case STEP_EXEC:
		return "exec";
	case STEP_FORK:
		return "fork";
	case STEP_PIPE:
		return "a pipe for its output";
	case STEP_ENVIRONMENT:
		return "environment";
	case STEP_CLEAN:
		return "clean";
	case STEP_STDIO:
		return "standard input and output";
	case STEP_SESSION:
		return "session";
	case STEP_TERMINAL:
		return "terminal";
	case STEP_LIMIT:
		return "limit";
	case STEP_NICE:
		return "nice";
	case STEP_OOM_SCORE:
		return "oom_score_adj";
	case STEP_GROUPS:
		return "groups";
	case STEP_GROUP:
		return "group";
	case STEP_USER:
		return "user";
	case STEP_DIRECTORY:
		return "directory";
	}
	return "set-up";
}

/* The value in the configuration that the failed step is about, if one is. */
static const char *
step_value(enum spawn_step step, const struct service_config *c)
{
	if (step == STEP_USER)
		return c->user;
	if (step == STEP_GROUP)
		return c->group;
	if (step == STEP_DIRECTORY)
		return c->directory;
	return NULL;
}

static void
add_not_executed(
    char *buffer, size_t size, const struct service_config *c, const struct ending *e)
{
	const char *value = step_value(e->step, c);

	if (e->step == STEP_EXEC && e->number == ENOENT)
		add(buffer, size, "could not be executed: '%s' was not found",
		    c->command.items[0]);
	else if (e->step == STEP_EXEC)
		add(buffer, size, "could not be executed: '%s': %s", c->command.items[0],
		    strerror(e->number));
	else if (value)
		add(buffer, size, "could not be set up: %s '%s': %s", step_text(e->step),
		    value, strerror(e->number));
	else
		add(buffer, size, "could not be set up: %s: %s", step_text(e->step),
		    strerror(e->number));
}

static void
add_timed_out(char *buffer, size_t size, const struct service_config *c)
{
	char timeout[32];

	sentence_duration(timeout, sizeof(timeout), c->timeout);
	add(buffer, size, "took longer than its timeout of %s", timeout);
}

static void
add_not_ready(char *buffer, size_t size, const struct service_config *c)
{
	char timeout[32];

	sentence_duration(timeout, sizeof(timeout), c->ready_timeout);
	add(buffer, size, "was not ready within its ready_timeout of %s", timeout);
}

static void
add_watchdog(char *buffer, size_t size, const struct ending *e)
{
	char watchdog[32];

	sentence_duration(watchdog, sizeof(watchdog), (usec_t)e->number * USEC_PER_MSEC);
	if (e->number == 0)
		add(buffer, size, "triggered its watchdog itself");
	else
		add(buffer, size, "missed its watchdog of %s", watchdog);
}

const char *
sentence_check_kind(enum check_kind kind)
{
	switch (kind) {
	case CHECK_READINESS:
		return "readiness";
	case CHECK_LIVENESS:
		return "liveness";
	case CHECK_STARTUP:
		return "startup";
	}
	return "health";
}

/* The last answer that there was. */
static void
add_answer(char *buffer, size_t size, const struct check_stats *stats)
{
	if (stats && stats->answer)
		add(buffer, size, ": %s", stats->answer);
}

static void
add_unhealthy(char *buffer, size_t size, const struct check_config *check,
    const struct check_stats *stats)
{
	add(buffer, size, "failed its %s check %s", sentence_check_kind(check->kind),
	    check->name);
	add_answer(buffer, size, stats);
}

void
sentence_check(char *buffer, size_t size, const struct check_config *c, bool good,
    const struct check_stats *stats)
{
	buffer[0] = '\0';
	add(buffer, size, "%s check %s %s", sentence_check_kind(c->kind), c->name,
	    good ? "passes again" : "failed");
	if (!good)
		add_answer(buffer, size, stats);
}

static void
add_ending(char *buffer, size_t size, const struct config *config,
    const struct service_config *c, const struct ending *e, const struct stats *stats)
{
	switch (e->kind) {
	case ENDING_NONE:
		add(buffer, size, "has not ended");
		break;
	case ENDING_EXITED:
		add(buffer, size, "ended with %d", e->number);
		break;
	case ENDING_KILLED:
		add(buffer, size, "was killed by %s", signal_name(e->number));
		break;
	case ENDING_OOM:
		if (e->number == 0)
			add(buffer, size, "was OOM-killed");
		else
			add(buffer, size, "ended with %d after an OOM kill", e->number);
		break;
	case ENDING_NOT_EXECUTED:
		add_not_executed(buffer, size, c, e);
		break;
	case ENDING_NO_RESOURCES:
		add(buffer, size, "could not be started: %s: %s", step_text(e->step),
		    strerror(e->number));
		break;
	case ENDING_TIMED_OUT:
		add_timed_out(buffer, size, c);
		break;
	case ENDING_NOT_READY:
		add_not_ready(buffer, size, c);
		break;
	case ENDING_WATCHDOG:
		add_watchdog(buffer, size, e);
		break;
	case ENDING_UNHEALTHY:
		if (e->number < 0)
			add(buffer, size, "failed a check that it had");
		else
			add_unhealthy(buffer, size, &config->checks[e->number],
			    stats ? &stats->checks[e->number] : NULL);
		break;
	case ENDING_DEPENDENCY:
		if (e->number < 0)
			add(buffer, size, "requires a service that has failed");
		else
			add(buffer, size, "requires %s, which has failed",
			    config->services[e->number].name);
		break;
	case ENDING_UNKILLABLE:
		add(buffer, size, "does not die of SIGKILL");
		break;
	}
}

void
sentence_ending(char *buffer, size_t size, const struct config *config,
    const struct service_config *c, const struct ending *e, const struct stats *stats)
{
	buffer[0] = '\0';
	add_ending(buffer, size, config, c, e, stats);
}

static void
add_failure(char *buffer, size_t size, const struct config *config,
    const struct cause *cause, const struct stats *stats)
{
	const struct service_config *c = &config->services[cause->service];
	char span[32];

	add(buffer, size, "%s %s ", sentence_kind(c->kind), c->name);
	add_ending(buffer, size, config, c, &cause->ending, stats);
	if (c->kind == KIND_SERVICE && cause->ending.kind == ENDING_EXITED &&
	    cause->ending.number == 0)
		add(buffer, size, ", which a service must not");
	sentence_duration(span, sizeof(span), cause->span);
	if (cause->restarts > 0)
		add(buffer, size, " after %u restart%s in %s", cause->restarts,
		    cause->restarts == 1 ? "" : "s", span);
	if (cause->via != SERVICE_NONE)
		add(buffer, size, "; %s requires it", config->services[cause->via].name);
}

static void
add_asked(char *buffer, size_t size, const struct plan *p, const struct stats *stats)
{
	const char *late = p->requests >= 2 ? "was killed at the second request"
					    : "did not stop in time and was killed";

	if (p->cause.signal == 0)
		add(buffer, size, "stopped as asked from inside");
	else
		add(buffer, size, "stopped on %s", signal_name(p->cause.signal));
	if (p->flaw_overdue)
		add(buffer, size, ", but %s%s %s", p->flaw_hook ? "pre_stop of " : "",
		    p->config->services[p->flaw.service].name, late);
	else if (p->flaw.kind != CAUSE_NONE) {
		add(buffer, size, ", but ");
		add_failure(buffer, size, p->config, &p->flaw, stats);
	} else if (p->strays_overdue)
		add(buffer, size, ", but what a service had left behind %s", late);
}

static void
add_all_done(char *buffer, size_t size, const struct plan *p, const struct stats *stats)
{
	add(buffer, size, "all tasks are done");
	if (p->forgiven.kind != CAUSE_NONE) {
		add(buffer, size, ", but ");
		add_failure(buffer, size, p->config, &p->forgiven, stats);
	}
}

void
sentence_cause(char *buffer, size_t size, const struct plan *p, const struct stats *stats)
{
	buffer[0] = '\0';
	switch (p->cause.kind) {
	case CAUSE_NONE:
		add(buffer, size, "no reason");
		break;
	case CAUSE_ASKED:
		add_asked(buffer, size, p, stats);
		break;
	case CAUSE_FAILED:
		add_failure(buffer, size, p->config, &p->cause, stats);
		break;
	case CAUSE_MAIN_DONE:
		add(buffer, size, "main %s is done",
		    p->config->services[p->cause.service].name);
		break;
	case CAUSE_ALL_DONE:
		add_all_done(buffer, size, p, stats);
		break;
	case CAUSE_NOTHING_LEFT:
		add(buffer, size, "nothing is left to run; ");
		add_failure(buffer, size, p->config, &p->cause, stats);
		break;
	}
}
