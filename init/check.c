#include "init/check.h"

#include <errno.h>
#include <string.h>

#include "config/signals.h"
#include "supervisor/plan.h"
#include "supervisor/sentence.h"

struct printer {
	const struct config *config;
	struct order order;
	int width; /* of the longest name */
	FILE *file;
};

static const char *
duration(char *buffer, size_t size, usec_t time)
{
	sentence_duration(buffer, size, time);
	return buffer;
}

static bool
is_at(const struct printer *p, size_t i, unsigned level)
{
	return p->order.levels[i] == level;
}

/* -- start ----------------------------------------------------------------- */

static void
print_start(const struct printer *p, size_t i)
{
	const struct service_config *c = &p->config->services[i];
	const struct dependencies *list = &c->dependencies;

	fprintf(p->file, "  %u  %-7s  %-*s", p->order.levels[i] + 1,
	    sentence_kind(c->kind), list->count > 0 ? p->width : 0, c->name);
	for (size_t j = 0; j < list->count; j++) {
		const struct dependency *d = &list->items[j];
		const struct service_config *other = &p->config->services[d->service];
		const char *what = d->started  ? "started"
		    : other->kind == KIND_TASK ? "done"
					       : "ready";

		fprintf(p->file, "%s %s is %s%s", j == 0 ? "  when" : ",", other->name,
		    what, d->required ? " (required)" : "");
	}
	fprintf(p->file, "\n");
}

static void
print_start_order(const struct printer *p)
{
	fprintf(p->file, "start order\n");
	for (unsigned level = 0; level < p->order.level_count; level++)
		for (size_t i = 0; i < p->config->count; i++)
			if (is_at(p, i, level))
				print_start(p, i);
}

/* -- stop ------------------------------------------------------------------ */

static void
print_stop(const struct printer *p, size_t i, unsigned turn, usec_t time)
{
	const struct service_config *c = &p->config->services[i];
	char buffer[32];

	fprintf(p->file, "  %u  %-*s  %s%s%s, SIGKILL after %s\n", turn, p->width,
	    c->name, c->pre_stop.count > 0 ? "pre_stop, then " : "",
	    signal_name(c->stop_signal),
	    c->stop_scope == SCOPE_GROUP ? " to its group" : "",
	    duration(buffer, sizeof(buffer), time));
}

/* Returns the longest time that one of the level takes. */
static usec_t
print_stop_level(const struct printer *p, unsigned level, usec_t left)
{
	usec_t longest = 0;

	for (size_t i = 0; i < p->config->count; i++) {
		usec_t time;

		if (!is_at(p, i, level))
			continue;
		time = plan_stop_time(p->config, &p->config->services[i], left, level);
		if (time > longest)
			longest = time;
		print_stop(p, i, p->order.level_count - level, time);
	}
	return longest;
}

/* What the stop timeouts that were set ask for, one level after the other. */
static usec_t
asked_for(const struct printer *p)
{
	usec_t sum = p->config->drain_delay;

	for (unsigned level = 0; level < p->order.level_count; level++) {
		usec_t longest = 0;

		for (size_t i = 0; i < p->config->count; i++) {
			usec_t time = p->config->services[i].stop_timeout;

			if (is_at(p, i, level) && time != USEC_NEVER && time > longest)
				longest = time;
		}
		sum += longest;
	}
	return sum;
}

static void
print_stop_order(const struct printer *p)
{
	const struct config *config = p->config;
	usec_t left = config->grace - config->drain_delay;
	usec_t asked = asked_for(p);
	char buffer[32];
	char other[32];

	fprintf(p->file, "\nstop order\n");
	if (config->drain_delay > 0)
		fprintf(p->file, "  0  readiness turns false, wait %s\n",
		    duration(buffer, sizeof(buffer), config->drain_delay));
	for (unsigned level = p->order.level_count; level-- > 0;)
		left -= print_stop_level(p, level, left);
	fprintf(p->file, "  worst case: %s of a grace of %s\n",
	    duration(buffer, sizeof(buffer), config->grace - left),
	    duration(other, sizeof(other), config->grace));
	if (asked > config->grace)
		fprintf(p->file,
		    "  warning: the stop timeouts add up to %s; what is left after %s is "
		    "killed\n",
		    duration(buffer, sizeof(buffer), asked),
		    duration(other, sizeof(other), config->grace));
}

/* -- end --------------------------------------------------------------------- */

static void
print_restarts(const struct printer *p, const struct service_config *c)
{
	char window[32];

	if (c->restart == RESTART_NEVER)
		return;
	if (c->restart_limit.count == RESTARTS_UNLIMITED)
		fprintf(p->file, ", restarted%s without limit",
		    c->restart == RESTART_ON_FAILURE ? " on failure" : "");
	else
		fprintf(p->file, ", after %u restarts%s in %s", c->restart_limit.count,
		    c->restart == RESTART_ON_FAILURE ? " on failure" : "",
		    duration(window, sizeof(window), c->restart_limit.window));
}

static void
print_end(const struct printer *p, const struct service_config *c)
{
	fprintf(p->file, "  %-*s  ", p->width, c->name);
	if (c->kind == KIND_SERVICE && c->critical)
		fprintf(p->file, "when it ends: its status, 69 for 0");
	else if (c->kind == KIND_MAIN)
		fprintf(p->file, "when it ends: its status");
	else if (c->critical)
		fprintf(p->file, "when it fails: its status");
	else
		fprintf(p->file, "never (critical = no)");
	print_restarts(p, c);
	fprintf(p->file, "\n");
}

/* Failures that no exit status tells: they are failures of the service as well. */
static void
print_faults(const struct printer *p, const struct service_config *c)
{
	char time[32];

	if (c->ready_timeout != USEC_NEVER)
		fprintf(p->file, "  %-*s  or is not ready in %s: 69\n", p->width, "",
		    duration(time, sizeof(time), c->ready_timeout));
	if (c->watchdog != USEC_NEVER)
		fprintf(p->file, "  %-*s  or misses its watchdog of %s: 69\n", p->width,
		    "", duration(time, sizeof(time), c->watchdog));
	for (size_t i = 0; i < c->check_count; i++) {
		const struct check_config *check = &p->config->checks[c->first_check + i];

		if (check->kind == CHECK_READINESS)
			continue;
		fprintf(p->file, "  %-*s  or fails its %s check %s: 69\n", p->width, "",
		    sentence_check_kind(check->kind), check->name);
	}
}

static void
print_ends(const struct printer *p)
{
	bool only_tasks = true;

	fprintf(p->file, "\nwhat ends the container, and the exit status\n");
	for (size_t i = 0; i < p->config->count; i++) {
		print_end(p, &p->config->services[i]);
		if (service_is_critical(&p->config->services[i]))
			print_faults(p, &p->config->services[i]);
		only_tasks &= p->config->services[i].kind == KIND_TASK;
	}
	if (only_tasks)
		fprintf(p->file, "  %-*s  when all tasks are done: 0\n", p->width, "");
	fprintf(p->file,
	    "  %-*s  when it is asked to: 0; 137 if something had to be killed\n",
	    p->width, "");
}

int
check_print_plan(const struct config *config, FILE *file)
{
	struct printer p = {.config = config, .file = file};

	if (order_init(&p.order, config) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < config->count; i++) {
		int length = (int)strlen(config->services[i].name);

		if (length > p.width)
			p.width = length;
	}
	print_start_order(&p);
	print_stop_order(&p);
	print_ends(&p);
	order_clear(&p.order);
	return 0;
}
