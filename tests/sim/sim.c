/*
 * Random walks: plans made by chance live in worlds made by chance, and after
 * every event all promises are checked (invariants.c).
 *
 *	sim                           a fixed set of walks, and some new ones
 *	sim --seed N                  this walk, told event by event
 *	sim --seed N --events COUNT   this walk and those after it, not told
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/sim/walk.h"

#define EVENTS_DEFAULT 500000ul /* per seed of a run without options */

#define EVENTS_TOLD 30ul /* the last ones before a promise is broken */

struct options {
	uint64_t seed;
	unsigned long events;
	bool has_seed;
};

static bool
parse_number(const char *text, unsigned long *ret_number)
{
	char *end;

	errno = 0;
	*ret_number = strtoul(text, &end, 10);
	return errno == 0 && end != text && *end == '\0';
}

static bool
parse_options(struct options *o, char **argv)
{
	for (; argv[0]; argv += 2) {
		unsigned long number;

		if (!argv[1] || !parse_number(argv[1], &number))
			return false;
		if (strcmp(argv[0], "--seed") == 0) {
			o->seed = number;
			o->has_seed = true;
		} else if (strcmp(argv[0], "--events") == 0) {
			o->events = number;
		} else {
			return false;
		}
	}
	return true;
}

/* The seeds of the walks of one run follow each other. */
static int
run(uint64_t seed, unsigned long events)
{
	uint64_t first = seed;
	unsigned long done = 0;
	struct walk_result r;

	do {
		r = walk(seed++, TELL_NOTHING);
		done += r.events;
	} while (!r.broken && done < events);
	if (!r.broken) {
		printf("sim: seeds %llu to %llu: %lu events, all promises kept\n",
		    (unsigned long long)first, (unsigned long long)seed - 1, done);
		return 0;
	}
	(void)walk(seed - 1, r.events > EVENTS_TOLD ? r.events - EVENTS_TOLD : 0);
	printf("sim: broken promise: %s; again with: sim --seed %llu\n", r.broken,
	    (unsigned long long)seed - 1);
	return 1;
}

static int
tell(uint64_t seed)
{
	struct walk_result r = walk(seed, 0);

	printf("sim: seed %llu: %lu events, %s%s\n", (unsigned long long)seed, r.events,
	    r.broken ? "broken promise: " : "all promises kept",
	    r.broken ? r.broken : "");
	return r.broken != NULL;
}

static int
run_default(unsigned long events)
{
	uint64_t seeds[] = {1, 1000000000, 2000000000, (uint64_t)time(NULL) * 1000000};

	for (size_t i = 0; i < sizeof(seeds) / sizeof(*seeds); i++)
		if (run(seeds[i], events) != 0)
			return 1;
	return 0;
}

int
main(int argc, char **argv)
{
	struct options o = {0};

	if (!parse_options(&o, argv + (argc > 0))) {
		(void)fprintf(stderr, "usage: sim [--seed N] [--events COUNT]\n");
		return 64;
	}
	if (o.has_seed && o.events == 0)
		return tell(o.seed);
	if (o.has_seed)
		return run(o.seed, o.events);
	return run_default(o.events > 0 ? o.events : EVENTS_DEFAULT);
}
