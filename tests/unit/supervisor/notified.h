#ifndef TESTS_NOTIFIED_H
#define TESTS_NOTIFIED_H

/* A supervised service that speaks sd_notify(3): see actor.h. */

#include "tests/unit/supervisor/supervised.h"

#include "tests/unit/supervisor/actor.h"

#define SERVICE "[service web]\n"
#define NOTIFY "ready = notify\n"
#define ACTOR "command = ACTOR "

static inline int
notified_begin(void **state)
{
	memset(&supervised, 0, sizeof(supervised));
	return world_begin(state);
}

static inline int
notified_end(void **state)
{
	if (supervised.config.services)
		supervised_clear();
	return world_end(state);
}

#define notified_test(test)                                                              \
	cmocka_unit_test_setup_teardown(test, notified_begin, notified_end)

/* ACTOR stands for the test itself; see actor.h. */
static inline void
notified_prepare(const char *text)
{
	supervised_begin(supervised_fill(text, "ACTOR", actor_path()));
}

static inline void
notified_start(const char *text)
{
	notified_prepare(text);
	supervisor_start(&supervised.supervisor, world_now());
	assert_int_equal(spawn_settle(), 0);
}

static inline void
notified_until(enum service_state wanted)
{
	supervised_until(supervised_state(0) == wanted);
}

static inline struct service_stats *
notified_stats(void)
{
	return &supervised.supervisor.stats.services[0];
}

static inline struct child *
notified_child(void)
{
	return &supervised.supervisor.children.items[0];
}

static inline const struct service *
notified_service(void)
{
	return &supervised.supervisor.plan.services[0];
}

/* The test itself says this: nobody's process. */
static inline void
say_as_a_stranger(const char *text)
{
	assert_int_equal(
	    setenv("NOTIFY_SOCKET", supervised.supervisor.notify.name, 1), 0);
	actor_send(text, NULL);
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
}

static inline bool
is_waiting_to_be_read(void)
{
	struct pollfd ready = {.fd = supervised.supervisor.notify.fd, .events = POLLIN};

	return poll(&ready, 1, 0) == 1;
}

#endif
