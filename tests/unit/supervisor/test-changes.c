/* What is watched: what makes a change, and what only looks like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cmocka.h>

#include "supervisor/changes.h"

#define DELAY (500 * USEC_PER_MSEC)

static char folder[] = "/tmp/test-changes.XXXXXX";
static char path[sizeof(folder) + 16];
static char *watched[] = {path, NULL};
static struct service_config service;
static struct config config;
static struct changes changes;

static void
put(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int
set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/file", folder);
	put(path, "one");
	service = (struct service_config){
	    .watch = {.items = watched, .count = 1},
	    .watch_delay = DELAY,
	};
	config = (struct config){.services = &service, .count = 1};
	return changes_init(&changes, &config);
}

static int
tear_down(void **state)
{
	(void)state;
	changes_clear(&changes);
	(void)unlink(path);
	(void)rmdir(folder);
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	return 0;
}

static void
test_a_change_counts_when_it_has_been_quiet(void **state)
{
	(void)state;
	assert_true(changes_deadline(&changes) == USEC_NEVER);
	put(path, "other");
	changes_read(&changes, 1000);
	assert_true(changes_deadline(&changes) == 1000 + DELAY);
	assert_int_equal(changes_take(&changes, 999 + DELAY), SERVICE_NONE);
	put(path, "another");
	changes_read(&changes, 2000);
	assert_true(changes_deadline(&changes) == 2000 + DELAY);
	assert_int_equal(changes_take(&changes, 2000 + DELAY), 0);
	assert_int_equal(changes_take(&changes, 2000 + DELAY), SERVICE_NONE);
	assert_true(changes_deadline(&changes) == USEC_NEVER);
}

static void
test_what_never_gets_quiet_is_looked_at_all_the_same(void **state)
{
	(void)state;
	for (usec_t now = 0; now <= 20 * DELAY; now += DELAY / 2) {
		put(path, now % DELAY == 0 ? "aaaa" : "b");
		changes_read(&changes, now);
		if (changes_take(&changes, now) == 0)
			return;
	}
	fail_msg("it was never looked at");
}

static void
test_another_file_beside_it_is_none(void **state)
{
	char beside[sizeof(folder) + 16];

	(void)state;
	(void)snprintf(beside, sizeof(beside), "%s/beside", folder);
	put(beside, "x");
	changes_read(&changes, 0);
	assert_int_equal(changes_take(&changes, 10 * DELAY), SERVICE_NONE);
	(void)unlink(beside);
}

/* Nothing says what has changed: all is looked at. */
static void
test_lost_events_make_it_look_at_all_and_are_told_once(void **state)
{
	struct inotify_event lost = {.wd = -1, .mask = IN_Q_OVERFLOW};
	int ends[2];
	int real = changes.fd;

	(void)state;
	put(path, "changed");
	assert_int_equal(pipe(ends), 0);
	changes.fd = ends[0];
	for (int i = 0; i < 2; i++) {
		assert_int_equal(write(ends[1], &lost, sizeof(lost)), sizeof(lost));
		changes_read(&changes, 0);
		if (i == 0)
			assert_non_null(changes_trouble(&changes));
		else
			assert_null(changes_trouble(&changes));
	}
	changes.fd = real;
	assert_int_equal(changes_take(&changes, DELAY), 0);
	close(ends[0]);
	close(ends[1]);
}

static void
test_nobody_who_watches_costs_nothing(void **state)
{
	struct service_config none = {.name = "none"};
	struct config of_none = {.services = &none, .count = 1};
	struct changes c;

	(void)state;
	assert_int_equal(changes_init(&c, &of_none), 0);
	assert_int_equal(c.fd, -1);
	assert_true(changes_deadline(&c) == USEC_NEVER);
	changes_clear(&c);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_change_counts_when_it_has_been_quiet),
	    TEST(test_what_never_gets_quiet_is_looked_at_all_the_same),
	    TEST(test_another_file_beside_it_is_none),
	    TEST(test_lost_events_make_it_look_at_all_and_are_told_once),
	    TEST(test_nobody_who_watches_costs_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
