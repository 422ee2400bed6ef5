/*
 * The supervisor goes over to another configuration.  All that it has for each service
 * and check is made anew; what goes on is exchanged with its old place, and what is left
 * there after that goes with it.
 */
#include "supervisor/deeds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "supervisor/swap.h"

/* The same parts as those of struct supervisor, for the other configuration. */
struct parts {
	const struct config *config;
	struct plan plan;
	struct output output;
	struct child *children;
	struct probes probes;
	struct stats stats;
	struct noted *noted;
	struct changes changes;
	struct reload *reloads;
	struct unstarted *unstarted;
	bool *unprobed;
};

static void
clear_children(struct child *children, size_t count)
{
	for (size_t i = 0; children && i < count; i++) {
		if (children[i].status_fd >= 0)
			close(children[i].status_fd);
		if (children[i].ready_fd >= 0)
			close(children[i].ready_fd);
		fdstore_clear(&children[i].stored);
	}
	free(children);
}

static void
clear(struct parts *p)
{
	plan_clear(&p->plan);
	output_clear(&p->output);
	clear_children(p->children, p->config->count);
	probes_clear(&p->probes);
	stats_clear(&p->stats, p->config);
	changes_clear(&p->changes);
	reloads_free(p->reloads, p->config->count);
	free(p->noted);
	free(p->unstarted);
	free(p->unprobed);
}

static int
make(struct parts *p, struct supervisor *s, const struct config *config)
{
	size_t n = config->count + 1;

	memset(p, 0, sizeof(*p));
	p->config = config;
	p->children = calloc(n, sizeof(*p->children));
	p->noted = calloc(n, sizeof(*p->noted));
	p->reloads = calloc(n, sizeof(*p->reloads));
	p->unstarted = calloc(n, sizeof(*p->unstarted));
	p->unprobed = calloc(config->check_count + 1, sizeof(*p->unprobed));
	for (size_t i = 0; p->children && i < config->count; i++)
		p->children[i].status_fd = p->children[i].ready_fd =
		    p->children[i].ready_end = -1;
	if (!p->children || !p->noted || !p->reloads || !p->unstarted || !p->unprobed ||
	    plan_init(&p->plan, config, (uint32_t)s->now) < 0 ||
	    output_init(&p->output, config) < 0 || stats_init(&p->stats, config) < 0 ||
	    probes_init(&p->probes, config, &s->children, NULL) < 0 ||
	    changes_init(&p->changes, config) < 0) {
		clear(p);
		return -ENOMEM;
	}
	return 0;
}

static void
take_checks(struct parts *p, struct supervisor *s, size_t i, size_t from)
{
	size_t to = p->config->services[i].first_check;
	size_t old = s->config->services[from].first_check;

	for (size_t n = 0; n < p->config->services[i].check_count; n++) {
		SWAP(struct probe_process, p->probes.items[to + n],
		    s->probes.items[old + n]);
		SWAP(struct check_stats, p->stats.checks[to + n],
		    s->stats.checks[old + n]);
	}
}

/* Whoever reads the last output by a service's name takes no ring for another. */
static void
place_ring(struct parts *p, struct supervisor *s, size_t i)
{
	struct ring *ring = &p->output.sources[i].ring;

	ring->begin = ring->end = ++s->rings << 40;
}

/* Of what is watched, a change that was not looked at yet is one still. */
static void
take_service(struct parts *p, struct supervisor *s, const struct difference *d, size_t i)
{
	size_t from = d->olds[i];

	SWAP(struct child, p->children[i], s->children.items[from]);
	SWAP(struct service_stats, p->stats.services[i], s->stats.services[from]);
	plan_adopt_ending(
	    &p->plan, &s->plan, i, &p->stats.services[i].last, d->news, d->same_checks);
	p->noted[i] = s->noted[from];
	SWAP(struct reload, p->reloads[i], s->reloads[from]);
	if (words_are_same(
		&p->config->services[i].watch, &s->config->services[from].watch))
		changes_adopt(&p->changes, i, &s->changes, from, s->now);
	if (d->same_checks[i])
		take_checks(p, s, i, from);
}

/* Their checks are not there any more, or others. */
static void
drop_probes(struct supervisor *s, const struct difference *d)
{
	for (size_t i = 0; i < s->config->check_count; i++) {
		size_t fresh = d->news[s->config->checks[i].service];

		if (fresh != SERVICE_NONE && d->same_checks[fresh])
			continue;
		s->watch->unwatch(s->watch->context, WATCH_ANSWER, i);
		probes_drop(&s->probes, i, s->now);
	}
}

static void
take_whole(struct parts *p, struct supervisor *s)
{
	p->stats.orphans = s->stats.orphans;
	p->stats.begun = s->stats.begun;
	SWAP(const struct config *, p->config, s->config);
	SWAP(struct plan, p->plan, s->plan);
	SWAP(struct output, p->output, s->output);
	SWAP(struct child *, p->children, s->children.items);
	SWAP(struct probes, p->probes, s->probes);
	SWAP(struct stats, p->stats, s->stats);
	SWAP(struct noted *, p->noted, s->noted);
	SWAP(struct changes, p->changes, s->changes);
	SWAP(struct reload *, p->reloads, s->reloads);
	SWAP(struct unstarted *, p->unstarted, s->unstarted);
	SWAP(bool *, p->unprobed, s->unprobed);
	s->children.config = s->config;
	s->probes.stats = s->stats.checks;
	s->output.stats = s->stats.services;
}

int
adopt(struct supervisor *s, const struct config *config, const struct difference *d)
{
	struct parts p;

	if (make(&p, s, config) < 0)
		return -ENOMEM;
	if (s->watch->prepare && s->watch->prepare(s->watch->context, config) < 0) {
		clear(&p);
		return -ENOMEM;
	}
	drop_probes(s, d);
	plan_adopt(&p.plan, &s->plan, d->olds, d->news, d->same_checks, s->now);
	for (size_t i = 0; i < config->count; i++)
		if (d->olds[i] == SERVICE_NONE)
			place_ring(&p, s, i);
	output_adopt(&p.output, &s->output, d->olds);
	for (size_t i = 0; i < config->count; i++)
		if (d->olds[i] != SERVICE_NONE)
			take_service(&p, s, d, i);
	take_whole(&p, s);
	clear(&p);
	deeds_prepare_children(s);
	if (s->watch->renew)
		s->watch->renew(s->watch->context);
	return 0;
}
