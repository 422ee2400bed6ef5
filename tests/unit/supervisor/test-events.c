/* The ring of events: the last are kept, in their order, however long they are. */
#include "supervisor/events.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/supervisor/sample.h"

static struct events events;

static int
begin(void **state)
{
	(void)state;
	return events_init(&events);
}

static int
end(void **state)
{
	(void)state;
	events_clear(&events);
	return 0;
}

#define events_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

static void
add(uint64_t number, size_t length)
{
	char words[2 * EVENT_WORDS_MAX] = "";

	assert_true(length < sizeof(words));
	(void)snprintf(words, sizeof(words), "%llu ", (unsigned long long)number);
	while (strlen(words) < length)
		words[strlen(words)] = 'x';
	events_add(&events, number, "told", "web", words);
}

/* All that are kept are whole. */
static void
check(void)
{
	for (uint64_t i = events.first; i < events.next; i++) {
		struct event e = events_get(&events, i);

		assert_int_equal(e.wall, i);
		assert_string_equal(e.service, "web");
		assert_string_equal(e.kind, "told");
		assert_int_equal(strtoull(e.words, NULL, 10), i);
		assert_true(strlen(e.words) <= EVENT_WORDS_MAX);
	}
}

static void
test_nothing_yet(void **state)
{
	(void)state;
	assert_int_equal(events.first, 1);
	assert_int_equal(events.next, 1);
}

static void
test_one(void **state)
{
	struct event e;

	(void)state;
	events_add(&events, 42, "shutdown", "", "stopped on SIGTERM");
	assert_int_equal(events.next, 2);
	e = events_get(&events, 1);
	assert_int_equal(e.wall, 42);
	assert_string_equal(e.kind, "shutdown");
	assert_string_equal(e.service, "");
	assert_string_equal(e.words, "stopped on SIGTERM");
}

static void
test_so_many_are_kept(void **state)
{
	(void)state;
	for (uint64_t i = 1; i <= 3 * EVENTS_MAX + 5; i++) {
		add(i, 10);
		assert_int_equal(events.next, i + 1);
	}
	assert_int_equal(events.next - events.first, EVENTS_MAX);
	check();
}

static void
test_so_much_is_kept(void **state)
{
	(void)state;
	for (uint64_t i = 1; i <= 2000; i++)
		add(i, 1000);
	check();
	assert_true(events.next - events.first > 240);
	assert_true(events.next - events.first <= EVENTS_SIZE / 1000);
}

static void
test_too_many_words_are_cut(void **state)
{
	(void)state;
	add(1, EVENT_WORDS_MAX + 500);
	assert_int_equal(strlen(events_get(&events, 1).words), EVENT_WORDS_MAX);
}

/* Of any length, with a look at all of them now and then. */
static void
test_any_lengths(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (uint64_t i = 1; i <= 20000; i++) {
		seed = seed * 1103515245 + 12345;
		add(i, (seed >> 16) % 1500);
		if (i % 97 == 0)
			check();
	}
	check();
	assert_true(events.next - events.first > 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    events_test(test_nothing_yet),
	    events_test(test_one),
	    events_test(test_so_many_are_kept),
	    events_test(test_so_much_is_kept),
	    events_test(test_too_many_words_are_cut),
	    events_test(test_any_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
