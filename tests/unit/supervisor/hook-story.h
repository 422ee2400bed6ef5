#ifndef TESTS_HOOK_STORY_H
#define TESTS_HOOK_STORY_H

/* One hero for all stories of a file, who may have a pre_stop. */

#include "tests/unit/supervisor/service-story.h"

#define LIVE(rows) hero_live(&hero, rows, LENGTH(rows))
#define GO_ON(rows) hero_go_on(&hero, rows, LENGTH(rows))

static struct hero hero;
static char hook[] = "hook";
static char *hook_words[] = {hook, NULL};

static inline void
init_with_hook(enum service_kind kind)
{
	hero_init(&hero, kind);
	hero.config.pre_stop = (struct words){.items = hook_words, .count = 1};
}

static inline void
run(void)
{
	static const struct row rows[] = {
	    {0, EVENT(START), SPAWN, STARTING, NEVER},
	    {1, EVENT(EXECED), NOTHING, READY, NEVER},
	};

	LIVE(rows);
}

static inline void
assert_ending(enum ending_kind kind, int number)
{
	assert_int_equal(hero.service.ending.kind, kind);
	assert_int_equal(hero.service.ending.number, number);
}

#endif
