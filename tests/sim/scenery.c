#include "tests/sim/scenery.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define SECONDS(n) ((n)*USEC_PER_SEC)

static char hook[] = "hook";
static char *hook_words[] = {hook, NULL};

/* How the services of one scenery are, on the whole; chances in percent. */
struct mood {
	unsigned critical;
	unsigned restart;
	unsigned limited;
	unsigned checked;
	bool has_main;
};

static enum service_kind
pick_kind(struct random *r, struct mood *mood)
{
	if (!mood->has_main && random_chance(r, 5)) {
		mood->has_main = true;
		return KIND_MAIN;
	}
	return random_chance(r, 35) ? KIND_TASK : KIND_SERVICE;
}

static void
pick_restart(struct service_config *c, struct random *r, const struct mood *mood)
{
	c->restart = RESTART_NEVER;
	if (random_chance(r, mood->restart))
		c->restart = c->kind == KIND_SERVICE && random_chance(r, 50)
		    ? RESTART_ALWAYS
		    : RESTART_ON_FAILURE;
	c->restart_delay = random_duration(r, SECONDS(2));
	c->restart_delay_max = random_chance(r, 80) ? c->restart_delay + SECONDS(3)
						    : random_duration(r, SECONDS(2));
	c->restart_limit.count = random_chance(r, mood->limited)
	    ? (uint32_t)random_below(r, 6)
	    : RESTARTS_UNLIMITED;
	c->restart_limit.window = 1 + random_duration(r, SECONDS(60));
}

static void
pick_stop(struct service_config *c, struct random *r)
{
	static const int signals[] = {SIGTERM, SIGQUIT, SIGINT, SIGKILL};

	c->stop_signal = signals[random_below(r, random_chance(r, 90) ? 3 : 4)];
	c->stop_timeout =
	    random_chance(r, 50) ? USEC_NEVER : random_duration(r, SECONDS(8));
	if (random_chance(r, 25))
		c->pre_stop = (struct words){.items = hook_words, .count = 1};
}

static void
pick_readiness(struct service_config *c, struct random *r)
{
	static const enum ready_kind kinds[] = {READY_NOTIFY, READY_FD, READY_CHECK};

	c->ready_timeout = c->watchdog = USEC_NEVER;
	if (c->kind == KIND_TASK)
		return;
	if (random_chance(r, 25))
		c->watchdog = SECONDS(1) + random_duration(r, SECONDS(20));
	if (random_chance(r, 60))
		return;
	c->ready.kind = kinds[random_below(r, 3)];
	if (random_chance(r, 50))
		c->ready_timeout = 1 + random_duration(r, SECONDS(20));
}

static void
pick_check(struct check_config *c, struct random *r)
{
	static const enum check_kind kinds[] = {CHECK_LIVENESS, CHECK_LIVENESS,
	    CHECK_READINESS, CHECK_READINESS, CHECK_STARTUP};

	c->kind = kinds[random_below(r, 5)];
	c->interval = 100 * USEC_PER_MSEC + random_duration(r, SECONDS(20));
	c->timeout = USEC_PER_MSEC + random_duration(r, SECONDS(8));
	c->initial_delay = random_chance(r, 50) ? 0 : random_duration(r, SECONDS(20));
	c->failures = 1 + (uint32_t)random_below(r, 4);
	c->successes = c->kind == CHECK_READINESS ? 1 + (uint32_t)random_below(r, 3) : 1;
	c->enabled = true;
}

/* Whoever is ready by its checks has one that says so. */
static void
pick_checks(struct scenery *s, struct random *r, const struct mood *mood)
{
	for (size_t i = 0; i < s->config.count; i++) {
		struct service_config *service = &s->services[i];
		bool must = service->ready.kind == READY_CHECK;
		size_t count = 0;

		if (service->kind != KIND_TASK && random_chance(r, mood->checked))
			count = 1 + random_below(r, CHECKS_EACH);
		service->first_check = s->config.check_count;
		service->check_count = count == 0 ? must : count;
		for (size_t j = 0; j < service->check_count; j++) {
			struct check_config *c = &s->checks[s->config.check_count++];

			c->service = i;
			pick_check(c, r);
			if (j == 0 && must)
				c->kind = CHECK_READINESS;
		}
	}
}

static void
pick_service(struct service_config *c, struct random *r, struct mood *mood)
{
	c->kind = pick_kind(r, mood);
	c->enabled = true;
	c->critical = c->kind == KIND_MAIN || random_chance(r, mood->critical);
	c->success.statuses[0] = random_chance(r, 90) ? 1 : 2;
	if (random_chance(r, 20))
		c->success.statuses[0] |= 1 << 3;
	if (random_chance(r, 20))
		c->success.signals[0] |= 1 << SIGTERM;
	c->timeout = c->kind == KIND_TASK && random_chance(r, 40)
	    ? 1 + random_duration(r, SECONDS(10))
	    : USEC_NEVER;
	pick_restart(c, r, mood);
	pick_readiness(c, r);
	pick_stop(c, r);
}

/* Only on those of a lower rank, so that there is no cycle. */
static void
pick_dependencies(struct scenery *s, struct random *r, const size_t *ranked, size_t rank)
{
	struct dependencies *list = &s->services[ranked[rank]].dependencies;
	size_t count =
	    random_below(r, rank < DEPENDENCIES_MAX ? rank + 1 : DEPENDENCIES_MAX);

	if (random_chance(r, 40))
		count = count > 0;
	for (list->count = 0; list->count < count; list->count++)
		list->items[list->count] = (struct dependency){
		    .service = ranked[random_below(r, rank)],
		    .started = random_chance(r, 20),
		    .required = random_chance(r, 40),
		};
}

static void
shuffle(size_t *ranked, size_t count, struct random *r)
{
	for (size_t i = 0; i < count; i++)
		ranked[i] = i;
	for (size_t i = count - 1; i > 0; i--) {
		size_t j = random_below(r, i + 1);
		size_t held = ranked[i];

		ranked[i] = ranked[j];
		ranked[j] = held;
	}
}

void
scenery_init(struct scenery *s, struct random *r)
{
	size_t count = 1 + random_below(r, random_chance(r, 90) ? 6 : SERVICES_MAX);
	size_t ranked[SERVICES_MAX];
	struct mood mood = {
	    .critical = (unsigned)random_below(r, 100),
	    .restart = 50 + (unsigned)random_below(r, 50),
	    .limited = 50 + (unsigned)random_below(r, 50),
	    .checked = random_chance(r, 30) ? 0 : (unsigned)random_below(r, 100),
	};

	memset(s, 0, sizeof(*s));
	s->config.services = s->services;
	s->config.checks = s->checks;
	s->config.count = count;
	s->config.grace = random_duration(r, SECONDS(20));
	s->config.drain_delay =
	    random_chance(r, 50) ? 0 : random_duration(r, SECONDS(10));
	shuffle(ranked, count, r);
	for (size_t rank = 0; rank < count; rank++) {
		size_t i = ranked[rank];

		(void)snprintf(s->names[i], sizeof(s->names[i]), "s%zu", i);
		s->services[i].name = s->names[i];
		s->services[i].dependencies.items = s->dependencies[i];
		pick_service(&s->services[i], r, &mood);
		pick_dependencies(s, r, ranked, rank);
	}
	pick_checks(s, r, &mood);
}

/* -- in words ------------------------------------------------------------------ */

static void
print_dependencies(const struct scenery *s, const struct service_config *c)
{
	for (size_t i = 0; i < c->dependencies.count; i++) {
		const struct dependency *d = &c->dependencies.items[i];

		printf(" %s=%s%s", d->required ? "requires" : "after",
		    s->names[d->service], d->started ? ":started" : "");
	}
}

static void
print_time(const char *name, usec_t time)
{
	if (time != USEC_NEVER)
		printf(" %s=%.6fs", name, (double)time / 1e6);
}

static void
print_checks(const struct scenery *s, const struct service_config *service)
{
	static const char *const kinds[] = {"readiness", "liveness", "startup"};

	for (size_t i = 0; i < service->check_count; i++) {
		const struct check_config *c = &s->checks[service->first_check + i];

		printf("    [check c%zu] %s", service->first_check + i, kinds[c->kind]);
		print_time("delay", c->initial_delay);
		print_time("interval", c->interval);
		print_time("timeout", c->timeout);
		printf(" failures=%u successes=%u\n", c->failures, c->successes);
	}
}

void
scenery_print(const struct scenery *s)
{
	static const char *const kinds[] = {"service", "task", "main"};
	static const char *const readies[] = {"started", "notify", "fd", "check"};
	static const char *const restarts[] = {"never", "on-failure", "always"};

	print_time("grace", s->config.grace);
	print_time("drain_delay", s->config.drain_delay);
	printf("\n");
	for (size_t i = 0; i < s->config.count; i++) {
		const struct service_config *c = &s->services[i];

		printf("  [%s %s]%s", kinds[c->kind], c->name,
		    c->critical ? " critical" : "");
		print_dependencies(s, c);
		printf(" restart=%s limit=%u/%.6fs", restarts[c->restart],
		    c->restart_limit.count, (double)c->restart_limit.window / 1e6);
		print_time("delay", c->restart_delay);
		printf(" ready=%s", readies[c->ready.kind]);
		print_time("ready_timeout", c->ready_timeout);
		print_time("watchdog", c->watchdog);
		print_time("timeout", c->timeout);
		print_time("stop_timeout", c->stop_timeout);
		printf("%s\n", c->pre_stop.count > 0 ? " pre_stop" : "");
		print_checks(s, c);
	}
}
