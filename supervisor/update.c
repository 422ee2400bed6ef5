/*
 * The configuration is read again: what is new of it, and the way there.
 *
 * What is removed or has to restart is stopped first, as by hand, and with it what
 * requires it.  When nothing of that is left, all that proctor has goes over to the new
 * configuration at once (adopt.c), and what is new or was stopped for it starts.
 */
#include "supervisor/deeds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/load.h"

struct update {
	struct config *config;
	struct difference difference;
	bool *stops; /* one per old service: it is to be stopped */
	bool *was_down; /* likewise: somebody had stopped it before */
	bool *starts; /* one per new service */
};

#define TEXT_LIMIT ((size_t)256 * 1024)

static void
release(struct config *config)
{
	if (config)
		config_free(config);
	free(config);
}

static void
drop(struct update *u)
{
	if (!u)
		return;
	difference_clear(&u->difference);
	free(u->stops);
	free(u->was_down);
	free(u->starts);
	release(u->config);
	free(u);
}

void
updates_clear(struct supervisor *s)
{
	drop(s->update);
	release(s->owned);
	release(s->outlived);
}

static void
say_lines(struct supervisor *s, const struct text *t)
{
	char line[512];

	for (size_t at = 0; at < t->length;) {
		const char *begin = t->bytes + at;
		const char *end = memchr(begin, '\n', t->length - at);
		size_t length = end ? (size_t)(end - begin) : t->length - at;

		(void)snprintf(line, sizeof(line), "update: %.*s",
		    length > 400 ? 400 : (int)length, begin);
		output_say(&s->output, line);
		at += length + 1;
	}
}

/* -- what it is about ---------------------------------------------------------- */

static bool
is_down_by_hand(const struct service *s)
{
	return s->state == SERVICE_STOPPED || s->asked == ASKED_HALT ||
	    s->pending == ASKED_HALT;
}

static void
sort(struct update *u, const struct plan *p)
{
	const struct difference *d = &u->difference;

	for (size_t i = 0; i < d->old->count; i++) {
		u->was_down[i] = is_down_by_hand(&p->services[i]);
		u->stops[i] = d->news[i] == SERVICE_NONE ||
		    d->changes[d->news[i]] == CHANGE_RESTART;
	}
	for (size_t i = 0; i < d->fresh->count; i++)
		u->starts[i] = d->changes[i] == CHANGE_NEW ||
		    (d->changes[i] == CHANGE_RESTART && !u->was_down[d->olds[i]]);
}

/* Takes the configuration over, whatever comes of it.  NULL: no memory. */
static struct update *
prepare(struct supervisor *s, struct config *config)
{
	struct update *u = calloc(1, sizeof(*u));

	if (!u) {
		release(config);
		return NULL;
	}
	u->config = config;
	u->stops = calloc(s->config->count + 1, sizeof(*u->stops));
	u->was_down = calloc(s->config->count + 1, sizeof(*u->was_down));
	u->starts = calloc(config->count + 1, sizeof(*u->starts));
	if (!u->stops || !u->was_down || !u->starts ||
	    difference_init(&u->difference, s->config, config) < 0) {
		drop(u);
		return NULL;
	}
	sort(u, &s->plan);
	return u;
}

static int
load(struct supervisor *s, struct config **ret_config, struct text *errors)
{
	struct config *config = calloc(1, sizeof(*config));
	int r;

	if (!config)
		return -ENOMEM;
	r = s->duties->load(s->duties->context, config, errors);
	if (r < 0)
		free(config);
	else
		*ret_config = config;
	return r;
}

int
supervisor_update(struct supervisor *s, bool dry, usec_t now, struct text *difference,
    struct text *errors)
{
	size_t before = difference->length;
	struct config *config;
	struct update *u;
	int r;

	s->now = now;
	if (!s->duties->load)
		return -ENOENT;
	if (s->plan.phase != PLAN_RUNNING)
		return -ESHUTDOWN;
	if (s->update)
		return -EBUSY;
	r = load(s, &config, errors);
	if (r < 0)
		return r;
	u = prepare(s, config);
	if (!u)
		return -ENOMEM;
	difference_write(&u->difference, difference);
	if (dry || difference->length == before) {
		if (!dry)
			s->updated = PLAN_OUTCOME_DONE;
		drop(u);
		return 0;
	}
	say_lines(s, difference);
	s->update = u;
	s->updated = PLAN_OUTCOME_PENDING;
	plan_stop_these(&s->plan, u->stops, now);
	deeds_carry_out(s);
	return 0;
}

bool
supervisor_is_updating(const struct supervisor *s)
{
	return s->update != NULL;
}

enum plan_outcome
supervisor_updated(const struct supervisor *s)
{
	return s->updated;
}

void
updates_hear_hup(struct supervisor *s)
{
	struct text difference;
	struct text errors;
	int r;

	text_init(&difference, TEXT_LIMIT);
	text_init(&errors, TEXT_LIMIT);
	r = supervisor_update(s, false, s->now, &difference, &errors);
	say_lines(s, &errors);
	if (r == -EINVAL)
		output_say(&s->output, "update: nothing has changed");
	else if (r == -EBUSY)
		s->update_again = true;
	else if (r < 0)
		output_say(&s->output, "update: it cannot be done now");
	else if (difference.length == 0)
		output_say(&s->output, "update: the configuration is the same");
	text_clear(&difference);
	text_clear(&errors);
}

/* -- going over ------------------------------------------------------------------ */

/* Nothing of it is left that would have to be taken along. */
static bool
is_gone(const struct supervisor *s, size_t i)
{
	const struct child *child = &s->children.items[i];

	return !service_has_process(&s->plan.services[i]) &&
	    s->plan.services[i].pending == ASKED_NOTHING && child->hook == 0 &&
	    s->reloads[i].pid == 0;
}

static bool
is_due(const struct supervisor *s)
{
	for (size_t i = 0; i < s->config->count; i++)
		if ((s->update->stops[i] ||
			s->plan.services[i].pending != ASKED_NOTHING) &&
		    !is_gone(s, i))
			return false;
	return true;
}

/* It was only stopped because of what it requires. */
static bool
was_dragged_along(const struct supervisor *s, size_t i)
{
	const struct service *service = &s->plan.services[i];
	const struct update *u = s->update;

	return is_down_by_hand(service) && !u->was_down[i] &&
	    service->with != SERVICE_NONE && service->with != i &&
	    u->stops[service->with];
}

static void
go_over(struct supervisor *s)
{
	struct update *u = s->update;
	const struct difference *d = &u->difference;

	for (size_t i = 0; i < d->fresh->count; i++)
		if (d->olds[i] != SERVICE_NONE && was_dragged_along(s, d->olds[i]))
			u->starts[i] = true;
	s->update = NULL;
	if (adopt(s, u->config, d) < 0) {
		output_say(&s->output, "update: no memory; what was stopped stays so");
		s->updated = PLAN_OUTCOME_FAILED;
		drop(u);
		return;
	}
	s->updated = PLAN_OUTCOME_DONE;
	/* What events and answers point to is of the one before. */
	release(s->outlived);
	s->outlived = s->owned;
	s->owned = u->config;
	u->config = NULL;
	plan_start_these(&s->plan, u->starts, s->now);
	deeds_carry_out(s);
	output_say(&s->output, "update: done");
	drop(u);
}

/* SIGHUP has come meanwhile, whatever became of this one. */
static void
begin_again(struct supervisor *s)
{
	if (!s->update_again)
		return;
	s->update_again = false;
	updates_hear_hup(s);
}

void
supervisor_handle_turn(struct supervisor *s, usec_t now)
{
	if (!s->update)
		return;
	s->now = now;
	if (s->plan.phase != PLAN_RUNNING) {
		drop(s->update);
		s->update = NULL;
		s->updated = PLAN_OUTCOME_FAILED;
		output_say(&s->output,
		    "update: given up, since all is stopped; nothing has been taken "
		    "over");
	} else if (is_due(s)) {
		go_over(s);
		begin_again(s);
	}
}
