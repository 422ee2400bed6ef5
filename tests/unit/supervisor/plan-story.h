#ifndef TESTS_PLAN_STORY_H
#define TESTS_PLAN_STORY_H

/*
 * A plan as a play: its cast, and scenes in a table.  Each scene says what
 * happens and when, what is then to be done, in which phase the plan and in
 * which state each service is, and when it wants to be called.  Times are in
 * milliseconds.
 *
 * What happens is one of "start", "time", "TERM", "INT", "QUIT", "swept", or
 * "NAME execed", "NAME ready", "NAME exits 3", "NAME leaves 3" (some of its
 * group is left), "NAME dies 9", "NAME oom", "NAME refused", "NAME missing",
 * "NAME cleared", "NAME hook"; or what it says: "NAME ping", "NAME leaving",
 * "NAME trigger", "NAME extend 500", "NAME watchdog 500"; or what a probe has
 * found: "CHECK good", "CHECK bad", "CHECK unmade".
 */

#include <errno.h>
#include <stdio.h>

#include "supervisor/plan.h"
#include "tests/unit/supervisor/sample.h"

#define NEVER USEC_NEVER
#define CAST_MAX 8
#define TEXT_MAX 512
#define PLAY(cast, scenes) play(cast, scenes, LENGTH(scenes))

struct scene {
	usec_t at;
	const char *event;
	const char *actions;
	const char *states;
	usec_t deadline;
};

struct cast {
	struct config config;
	struct service_config services[CAST_MAX];
	struct dependency dependencies[CAST_MAX][CAST_MAX];
	char names[CAST_MAX][16];
	struct check_config checks[CAST_MAX];
	struct plan plan;
};

/* -- the cast ------------------------------------------------------------------ */

static inline size_t
cast_index(const struct cast *c, const char *name)
{
	for (size_t i = 0; i < c->config.count; i++)
		if (strcmp(c->names[i], name) == 0)
			return i;
	fail_msg("nobody is called '%s'", name);
	return SERVICE_NONE;
}

static inline struct service_config *
cast_part(struct cast *c, const char *name)
{
	return &c->services[cast_index(c, name)];
}

/* Services of these names; a second apart when one is restarted, 9 s to stop. */
static inline void
cast_init(struct cast *c, const char *names)
{
	int used;

	plan_clear(&c->plan);
	memset(c, 0, sizeof(*c));
	c->config.services = c->services;
	c->config.checks = c->checks;
	c->config.grace = 9000 * MS;
	for (; sscanf(names, "%15s%n", c->names[c->config.count], &used) == 1;
	     names += used) {
		size_t i = c->config.count++;

		c->services[i] = sample_service(KIND_SERVICE);
		c->services[i].name = c->names[i];
		c->services[i].restart_delay = 1000 * MS;
		c->services[i].restart_delay_max = 1000 * MS;
		c->services[i].dependencies.items = c->dependencies[i];
	}
}

static inline struct dependency *
cast_follow(struct cast *c, const char *name, const char *other)
{
	struct dependencies *list = &cast_part(c, name)->dependencies;

	list->items[list->count].service = cast_index(c, other);
	return &list->items[list->count++];
}

static inline void
cast_follow_started(struct cast *c, const char *name, const char *other)
{
	cast_follow(c, name, other)->started = true;
}

static inline void
cast_require(struct cast *c, const char *name, const char *other)
{
	cast_follow(c, name, other)->required = true;
}

/* Every 10 s, at most 1 s, 3 failures; those of one service in a row, as they come. */
static inline struct check_config *
cast_check(struct cast *c, const char *name, const char *service, enum check_kind kind)
{
	struct check_config *check = &c->checks[c->config.check_count];
	struct service_config *s = cast_part(c, service);

	*check = (struct check_config){
	    .name = name,
	    .service = cast_index(c, service),
	    .kind = kind,
	    .interval = 10000 * MS,
	    .timeout = 1000 * MS,
	    .failures = 3,
	    .successes = 1,
	    .enabled = true,
	};
	if (s->check_count++ == 0)
		s->first_check = c->config.check_count;
	c->config.check_count++;
	return check;
}

static inline size_t
check_index(const struct cast *c, const char *name)
{
	for (size_t i = 0; i < c->config.check_count; i++)
		if (strcmp(c->config.checks[i].name, name) == 0)
			return i;
	return SERVICE_NONE;
}

/* web comes after db; all three run at 1. */
static inline void
cast_init_three(struct cast *c)
{
	cast_init(c, "db web log");
	cast_follow(c, "web", "db");
}

#define ALL_THREE_RUN                                                                    \
	{0, "start", "spawn db, spawn log", "running: starting down starting", 30000},   \
	    {1, "db execed", "spawn web", "running: ready starting starting", NEVER},    \
	    {1, "web execed", "", "running: ready ready starting", NEVER},               \
	{                                                                                \
		1, "log execed", "", "running: ready ready ready", NEVER                 \
	}

/* -- what happens ---------------------------------------------------------------- */

static inline struct service_input
service_event_of(const char *verb, int number)
{
	static const struct {
		const char *verb;
		enum service_event event;
		enum ending_kind kind;
	} verbs[] = {
	    {"execed", SERVICE_EV_EXECED, ENDING_NONE},
	    {"ready", SERVICE_EV_READY, ENDING_NONE},
	    {"ping", SERVICE_EV_PING, ENDING_NONE},
	    {"hook", SERVICE_EV_HOOK, ENDING_NONE},
	    {"cleared", SERVICE_EV_CLEARED, ENDING_NONE},
	    {"exits", SERVICE_EV_EXITED, ENDING_EXITED},
	    {"leaves", SERVICE_EV_EXITED, ENDING_EXITED},
	    {"dies", SERVICE_EV_EXITED, ENDING_KILLED},
	    {"oom", SERVICE_EV_EXITED, ENDING_OOM},
	    {"refused", SERVICE_EV_EXITED, ENDING_NO_RESOURCES},
	    {"missing", SERVICE_EV_EXITED, ENDING_NOT_EXECUTED},
	};
	struct service_input input = {.event = SERVICE_EV_START};

	for (size_t i = 0; i < LENGTH(verbs); i++)
		if (strcmp(verbs[i].verb, verb) == 0)
			input = (struct service_input){
			    .event = verbs[i].event,
			    .ending = {.kind = verbs[i].kind, .number = number},
			};
	input.leftovers = strcmp(verb, "leaves") == 0;
	if (input.ending.kind == ENDING_NOT_EXECUTED)
		input.ending.number = ENOENT;
	return input;
}

/* What somebody asks for: "web ask-stop"; it is to be taken up. */
static inline bool
happen_asked(struct plan *p, size_t i, const char *verb, usec_t now)
{
	static const char *const verbs[] = {
	    [PLAN_ASK_START] = "ask-start",
	    [PLAN_ASK_STOP] = "ask-stop",
	    [PLAN_ASK_RESTART] = "ask-restart",
	};

	for (size_t v = 0; v < LENGTH(verbs); v++)
		if (strcmp(verb, verbs[v]) == 0) {
			assert_int_equal(plan_ask(p, i, (enum plan_request)v, now), 0);
			return true;
		}
	return false;
}

/* What a service says of itself; false: that is something else. */
static inline bool
happen_said(struct plan *p, size_t i, const char *verb, int number, usec_t now)
{
	static const struct ending triggered = {.kind = ENDING_WATCHDOG};

	if (strcmp(verb, "leaving") == 0)
		plan_leaving(p, i, now);
	else if (strcmp(verb, "trigger") == 0)
		plan_fail(p, i, &triggered, now);
	else if (strcmp(verb, "extend") == 0)
		plan_extend(p, i, (usec_t)number * MS, now);
	else if (strcmp(verb, "watchdog") == 0)
		plan_set_watchdog(p, i, (usec_t)number * MS, now);
	else
		return false;
	return true;
}

static inline void
happen_probed(struct plan *p, size_t check, const char *verb, usec_t now)
{
	if (strcmp(verb, "unmade") == 0)
		plan_unprobed(p, check, now);
	else
		plan_probed(p, check, strcmp(verb, "good") == 0, now);
}

static inline void
happen_to(struct plan *p, size_t i, const char *verb, int number, usec_t now)
{
	struct service_input input = service_event_of(verb, number);

	if (happen_said(p, i, verb, number, now) || happen_asked(p, i, verb, now))
		return;
	assert_int_not_equal(input.event, SERVICE_EV_START);
	plan_handle(p, i, &input, now);
}

static inline void
happen(struct plan *p, const struct cast *c, const char *event, usec_t now)
{
	char name[16];
	char verb[16];
	int number = 0;

	if (strcmp(event, "start") == 0) {
		plan_start(p, now);
	} else if (strcmp(event, "time") == 0) {
		plan_advance(p, now);
	} else if (strcmp(event, "swept") == 0) {
		plan_swept(p);
	} else if (strcmp(event, "TERM") == 0) {
		plan_request_stop(p, SIGTERM, now);
	} else if (strcmp(event, "INT") == 0) {
		plan_request_stop(p, SIGINT, now);
	} else if (strcmp(event, "QUIT") == 0) {
		plan_request_stop(p, SIGQUIT, now);
	} else if (sscanf(event, "%15s %15s %d", name, verb, &number) >= 2) {
		if (check_index(c, name) != SERVICE_NONE)
			happen_probed(p, check_index(c, name), verb, now);
		else
			happen_to(p, cast_index(c, name), verb, number, now);
	}
}

/* -- what comes of it ------------------------------------------------------------- */

static inline const char *
name_of(const struct cast *c, const struct plan_action *a)
{
	bool is_check = a->kind == PLAN_PROBE || a->kind == PLAN_PROBE_DROP ||
	    a->kind == PLAN_TELL_UNHEALTHY || a->kind == PLAN_TELL_HEALTHY;

	if (a->service == SERVICE_NONE)
		return "";
	return is_check ? c->checks[a->service].name : c->names[a->service];
}

/* "spawn db, spawn web"; takes the actions off the plan. */
static inline void
write_actions(struct plan *p, const struct cast *c, char *text)
{
	static const char *const verbs[] = {
	    [PLAN_SPAWN] = "spawn",
	    [PLAN_RUN_HOOK] = "hook",
	    [PLAN_SEND_SIGNAL] = "signal",
	    [PLAN_CUT_HOOK] = "cut-hook",
	    [PLAN_SEND_KILL] = "kill",
	    [PLAN_PROBE] = "probe",
	    [PLAN_PROBE_DROP] = "drop",
	    [PLAN_SWEEP] = "sweep",
	    [PLAN_SWEEP_KILL] = "sweep-kill",
	    [PLAN_TELL_RESTART] = "tell-restart",
	    [PLAN_TELL_FAILED] = "tell-failed",
	    [PLAN_TELL_OVERDUE] = "tell-overdue",
	    [PLAN_TELL_WAITING] = "tell-waiting",
	    [PLAN_TELL_UNHEALTHY] = "tell-unhealthy",
	    [PLAN_TELL_HEALTHY] = "tell-healthy",
	    [PLAN_TELL_STOPPED] = "tell-stopped",
	    [PLAN_TELL_STOP] = "tell-stop",
	    [PLAN_END] = "end",
	};
	struct plan_action a;
	size_t used = 0;

	text[0] = '\0';
	while (plan_next_action(p, &a))
		used += (size_t)snprintf(text + used, TEXT_MAX - used, "%s%s%s%s",
		    used > 0 ? ", " : "", verbs[a.kind],
		    a.service == SERVICE_NONE ? "" : " ", name_of(c, &a));
}

static inline void
write_states(const struct plan *p, char *text)
{
#define PHASE_NAME(id, name) [id] = name,
	static const char *const phases[] = {PLAN_PHASE_LIST(PHASE_NAME)};
#undef PHASE_NAME
	size_t used = (size_t)snprintf(text, TEXT_MAX, "%s:", phases[p->phase]);

	for (size_t i = 0; i < p->config->count; i++)
		used += (size_t)snprintf(text + used, TEXT_MAX - used, " %s",
		    service_state_name(p->services[i].state));
}

static inline void
play_scene(struct plan *p, const struct cast *c, const struct scene *s)
{
	usec_t deadline = s->deadline == NEVER ? NEVER : s->deadline * MS;
	char actions[TEXT_MAX];
	char states[TEXT_MAX];

	happen(p, c, s->event, s->at * MS);
	write_actions(p, c, actions);
	write_states(p, states);
	if (strcmp(actions, s->actions) != 0 || strcmp(states, s->states) != 0 ||
	    plan_deadline(p) != deadline)
		fail_msg("at %llu '%s' makes\n\t\"%s\", \"%s\", %lld; not\n\t\"%s\", "
			 "\"%s\", %lld",
		    (unsigned long long)s->at, s->event, actions, states,
		    plan_deadline(p) == NEVER ? -1 : (long long)(plan_deadline(p) / MS),
		    s->actions, s->states,
		    deadline == NEVER ? -1 : (long long)s->deadline);
}

/* The whole play; afterwards the plan is as the last scene leaves it. */
static inline void
play(struct cast *c, const struct scene *scenes, size_t count)
{
	plan_clear(&c->plan);
	assert_int_equal(plan_init(&c->plan, &c->config, 1), 0);
	for (size_t i = 0; i < count; i++)
		play_scene(&c->plan, c, &scenes[i]);
}

static inline void
play_on(struct cast *c, const struct scene *scenes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		play_scene(&c->plan, c, &scenes[i]);
}

static inline void
assert_cause(const struct cast *c, enum cause_kind kind, const char *service)
{
	assert_int_equal(c->plan.cause.kind, kind);
	assert_int_equal(c->plan.cause.service, cast_index(c, service));
}

#endif
