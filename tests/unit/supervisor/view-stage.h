#ifndef TESTS_VIEW_STAGE_H
#define TESTS_VIEW_STAGE_H

/*
 * What the pages show: the play of plan-story.h, whose cast has checks too, at
 * a moment of the day, with what was counted, and the pages as a reader gets
 * them.
 */

#include <stdlib.h>

#include "supervisor/pages.h"

#include "tests/unit/supervisor/plan-story.h"

#define STAGE_CHECKS 4

/* 2025-11-23 05:43:57 is a second after the play began. */
#define STAGE_BEGIN ((usec_t)1763876636 * USEC_PER_SEC)

struct stage {
	struct cast cast;
	struct check_config checks[STAGE_CHECKS];
	struct child children[CAST_MAX];
	struct stats stats;
	usec_t now;
	struct page page;
};

static struct stage stage;

/* Services of these names; their checks come in the same order. */
static inline void
stage_cast(const char *names)
{
	stats_clear(&stage.stats, &stage.cast.config);
	cast_init(&stage.cast, names);
	memset(stage.checks, 0, sizeof(stage.checks));
	memset(stage.children, 0, sizeof(stage.children));
	stage.cast.config.checks = stage.checks;
}

static inline void
stage_check(const char *service, const char *name, enum check_kind kind)
{
	size_t i = stage.cast.config.check_count++;
	struct service_config *c = cast_part(&stage.cast, service);

	assert_true(i < STAGE_CHECKS);
	stage.checks[i] = (struct check_config){
	    .name = name,
	    .service = cast_index(&stage.cast, service),
	    .kind = kind,
	    .probe = {.kind = PROBE_HTTP, .text = "http://127.0.0.1/"},
	    .interval = 10 * USEC_PER_SEC,
	    .timeout = USEC_PER_SEC,
	    .failures = 1,
	    .successes = 1,
	};
	c->first_check = c->check_count++ == 0 ? i : c->first_check;
}

/* The curtain rises: nothing has happened yet. */
static inline void
stage_rise(void)
{
	struct plan *p = &stage.cast.plan;

	plan_clear(p);
	stats_clear(&stage.stats, &stage.cast.config);
	assert_int_equal(plan_init(p, &stage.cast.config, 1), 0);
	assert_int_equal(stats_init(&stage.stats, &stage.cast.config), 0);
	stage.stats.begun = 0;
}

static inline void
stage_take_actions(void)
{
	struct plan_action action;

	while (plan_next_action(&stage.cast.plan, &action))
		continue;
}

/* At so many milliseconds; what is to be done then does not matter. */
static inline void
stage_happen(usec_t at, const char *event)
{
	stage.now = at * MS;
	happen(&stage.cast.plan, &stage.cast, event, stage.now);
	stage_take_actions();
}

static inline void
stage_probed(usec_t at, size_t check, bool good, const char *answer)
{
	struct check_stats *s = &stage.stats.checks[check];

	stage_happen(at, "time");
	s->good += good;
	s->bad += !good;
	s->last = stage.now;
	s->duration = 1500;
	s->durations += 1500;
	free(s->answer);
	s->answer = strdup(answer);
	plan_probed(&stage.cast.plan, check, good, stage.now);
	stage_take_actions();
}

static inline const char *
stage_page(const char *target, bool openmetrics)
{
	struct view view = {
	    .plan = &stage.cast.plan,
	    .stats = &stage.stats,
	    .children = stage.children,
	    .now = stage.now,
	    .wall = STAGE_BEGIN + stage.now,
	};
	const char *question = strchr(target, '?');
	struct request r = {
	    .openmetrics = openmetrics,
	    .path = {target, question ? (size_t)(question - target) : strlen(target)},
	    .query = {question ? question + 1 : "", question ? strlen(question + 1) : 0},
	};

	text_clear(&stage.page.body);
	text_init(&stage.page.body, 1 << 20);
	pages_answer(&view, &r, &stage.page);
	text_add_bytes(&stage.page.body, "", 1);
	assert_false(stage.page.body.failed);
	return stage.page.body.bytes;
}

static inline void
assert_page(const char *target, unsigned status, const char *wanted)
{
	const char *body = stage_page(target, false);

	if (strcmp(body, wanted) != 0 || stage.page.status != status)
		fail_msg("%s is %u:\n%s\nnot %u:\n%s", target, stage.page.status, body,
		    status, wanted);
}

static inline int
stage_end(void **state)
{
	(void)state;
	text_clear(&stage.page.body);
	stats_clear(&stage.stats, &stage.cast.config);
	plan_clear(&stage.cast.plan);
	return 0;
}

#define stage_test(test) cmocka_unit_test_teardown(test, stage_end)

#endif
