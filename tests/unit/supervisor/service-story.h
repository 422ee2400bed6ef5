#ifndef TESTS_SERVICE_STORY_H
#define TESTS_SERVICE_STORY_H

/*
 * The life of one service as a table, one event per row: when it happens,
 * what is to be done then, in which state the service is, and when it is to
 * be looked at again.  Times are in milliseconds.
 */

#include "tests/unit/supervisor/sample.h"

#define NEVER USEC_NEVER
#define EXIT(status)                                                                     \
	{                                                                                \
		ENDING_EXITED, status, STEP_EXEC                                         \
	}
#define DEATH(signal)                                                                    \
	{                                                                                \
		ENDING_KILLED, signal, STEP_EXEC                                         \
	}
#define END_OF(kind)                                                                     \
	{                                                                                \
		kind, 0, STEP_EXEC                                                       \
	}
#define LOST(dependency)                                                                 \
	{                                                                                \
		ENDING_DEPENDENCY, dependency, STEP_EXEC                                 \
	}

/* What happens.  BY is the end of its stop time, in milliseconds too. */
#define EVENT(name)                                                                      \
	{                                                                                \
		.event = SERVICE_EV_##name                                               \
	}
#define EXITED(...)                                                                      \
	{                                                                                \
		.event = SERVICE_EV_EXITED, .ending = __VA_ARGS__                        \
	}
#define EXITED_LEAVING(...)                                                              \
	{                                                                                \
		.event = SERVICE_EV_EXITED, .ending = __VA_ARGS__, .leftovers = true     \
	}
#define STOP_BY(by)                                                                      \
	{                                                                                \
		.event = SERVICE_EV_STOP, .until = by                                    \
	}
#define TIMEOUT_BY(by)                                                                   \
	{                                                                                \
		.event = SERVICE_EV_TIMEOUT, .until = by                                 \
	}
#define LEAVING_BY(by)                                                                   \
	{                                                                                \
		.event = SERVICE_EV_LEAVING, .until = by                                 \
	}
#define EXTEND_TO(by)                                                                    \
	{                                                                                \
		.event = SERVICE_EV_EXTEND, .until = by                                  \
	}
#define FAULT_BY(by, ...)                                                                \
	{                                                                                \
		.event = SERVICE_EV_FAULT, .until = by, .ending = __VA_ARGS__            \
	}

/* What is to be done, and the states, by their own names. */
#define NOTHING SERVICE_NOTHING
#define SPAWN SERVICE_SPAWN
#define RUN_HOOK SERVICE_RUN_HOOK
#define SEND_SIGNAL SERVICE_SEND_SIGNAL
#define CUT_HOOK SERVICE_CUT_HOOK
#define SEND_KILL SERVICE_SEND_KILL
#define TELL_WAITING SERVICE_TELL_WAITING
#define DOWN SERVICE_DOWN
#define STARTING SERVICE_STARTING
#define UP SERVICE_UP
#define READY SERVICE_READY
#define PRE_STOP SERVICE_PRE_STOP
#define STOPPING SERVICE_STOPPING
#define KILLING SERVICE_KILLING
#define CLEARING SERVICE_CLEARING
#define BACKOFF SERVICE_BACKOFF
#define DONE SERVICE_DONE
#define FAILED SERVICE_FAILED
#define STOPPED SERVICE_STOPPED

struct row {
	usec_t at;
	struct service_input input;
	enum service_action action;
	enum service_state state;
	usec_t deadline;
};

struct hero {
	struct service_config config;
	struct service service;
	usec_t moments[16];
};

/* Delays without jitter: 1 s, each time. */
static inline void
hero_init(struct hero *h, enum service_kind kind)
{
	h->config = sample_service(kind);
	h->config.restart_delay = h->config.restart_delay_max = 1000 * MS;
}

static inline usec_t
from_ms(usec_t ms)
{
	return ms == NEVER ? NEVER : ms * MS;
}

static inline void
hero_check(const struct hero *h, const struct row *row, enum service_action action)
{
	const struct service *s = &h->service;

	if (action == row->action && s->state == row->state &&
	    s->deadline == from_ms(row->deadline))
		return;
	fail_msg("at %llu, %s: action %d (not %d), %s (not %s), deadline %lld (not %lld)",
	    (unsigned long long)row->at, service_event_name(row->input.event), action,
	    row->action, service_state_name(s->state), service_state_name(row->state),
	    (long long)(s->deadline == NEVER ? NEVER : s->deadline / MS),
	    (long long)row->deadline);
}

/* Goes on with the story; hero_live() begins a new one. */
static inline void
hero_go_on(struct hero *h, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct service_input input = rows[i].input;

		input.until = from_ms(input.until);
		hero_check(
		    h, &rows[i], service_step(&h->service, &input, from_ms(rows[i].at)));
	}
}

static inline void
hero_live(struct hero *h, const struct row *rows, size_t count)
{
	service_init(&h->service, &h->config, h->moments, 1);
	hero_go_on(h, rows, count);
}

#endif
