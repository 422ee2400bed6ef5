/* The budget of restarts, a sliding window, and the delay, which doubles. */
#include "supervisor/backoff.h"

#include "tests/unit/supervisor/sample.h"

#define RING 8

struct bench {
	struct service_config config;
	usec_t moments[RING];
	struct backoff backoff;
};

static void
bench_init(struct bench *b, uint32_t count, usec_t window)
{
	b->config = sample_service(KIND_SERVICE);
	b->config.restart_limit =
	    (struct restart_limit){.count = count, .window = window};
	memset(b->moments, 0xee, sizeof(b->moments));
	backoff_init(&b->backoff, &b->config, b->moments, 1);
}

static bool
restart(struct bench *b, usec_t now)
{
	usec_t delay;

	return backoff_restart(&b->backoff, now, &delay);
}

static uint32_t
recent(const struct bench *b, usec_t now)
{
	usec_t first;

	return backoff_recent(&b->backoff, now, &first);
}

static void
assert_between(usec_t value, usec_t low, usec_t high)
{
	assert_in_range(value, low, high);
}

/* -- the delay --------------------------------------------------------------- */

static void
test_delay_doubles_up_to_its_maximum(void **state)
{
	static const usec_t wanted[] = {250, 500, 1000, 2000, 4000, 8000, 16000};
	struct bench b;
	usec_t delay;

	(void)state;
	bench_init(&b, RESTARTS_UNLIMITED, 0);
	for (size_t i = 0; i < LENGTH(wanted); i++) {
		assert_true(backoff_restart(&b.backoff, i, &delay));
		assert_between(delay, wanted[i] * MS, wanted[i] * MS * 11 / 10);
	}
	for (int i = 0; i < 100; i++) {
		assert_true(backoff_restart(&b.backoff, 10, &delay));
		assert_int_equal(delay, 30 * USEC_PER_SEC);
	}
}

static void
test_jitter_is_at_most_a_tenth_and_reaches_both_ends(void **state)
{
	usec_t least = USEC_NEVER;
	usec_t most = 0;
	struct bench b;

	(void)state;
	bench_init(&b, RESTARTS_UNLIMITED, 0);
	for (uint32_t seed = 0; seed < 20000; seed++) {
		usec_t delay;

		backoff_init(&b.backoff, &b.config, b.moments, seed * 0x9e3779b9u);
		assert_true(backoff_restart(&b.backoff, 0, &delay));
		assert_between(delay, 250 * MS, 275 * MS);
		least = delay < least ? delay : least;
		most = delay > most ? delay : most;
	}
	assert_true(least < 251 * MS);
	assert_true(most > 274 * MS);
}

static void
test_the_same_seed_gives_the_same_delays(void **state)
{
	struct bench a;
	struct bench b;

	(void)state;
	bench_init(&a, RESTARTS_UNLIMITED, 0);
	bench_init(&b, RESTARTS_UNLIMITED, 0);
	for (int i = 0; i < 10; i++) {
		usec_t x;
		usec_t y;

		assert_true(backoff_restart(&a.backoff, 0, &x));
		assert_true(backoff_restart(&b.backoff, 0, &y));
		assert_int_equal(x, y);
	}
}

static void
test_a_long_life_resets_the_delay(void **state)
{
	static const struct {
		usec_t length;
		usec_t low;
		usec_t high;
	} rows[] = {
	    /* the life, and the delay after it */
	    {0, 250 * MS, 275 * MS},
	    {1 * USEC_PER_SEC, 500 * MS, 550 * MS},
	    {30 * USEC_PER_SEC, 1000 * MS, 1100 * MS},
	    {30 * USEC_PER_SEC + 1, 250 * MS, 275 * MS},
	    {0, 500 * MS, 550 * MS},
	};
	struct bench b;

	(void)state;
	bench_init(&b, RESTARTS_UNLIMITED, 0);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		usec_t delay;

		backoff_note_life(&b.backoff, rows[i].length);
		assert_true(backoff_restart(&b.backoff, 0, &delay));
		assert_between(delay, rows[i].low, rows[i].high);
	}
}

static void
test_no_delay_stays_no_delay_however_often(void **state)
{
	struct bench b;
	usec_t delay;

	(void)state;
	bench_init(&b, RESTARTS_UNLIMITED, 0);
	b.config.restart_delay = 0;
	for (int i = 0; i < 1000; i++) {
		assert_true(backoff_restart(&b.backoff, 0, &delay));
		assert_int_equal(delay, 0);
	}
	assert_true(b.backoff.attempts < 64);
}

static void
test_a_delay_above_the_maximum_is_cut(void **state)
{
	struct bench b;
	usec_t delay;

	(void)state;
	bench_init(&b, RESTARTS_UNLIMITED, 0);
	b.config.restart_delay = 60 * USEC_PER_SEC;
	assert_true(backoff_restart(&b.backoff, 0, &delay));
	assert_int_equal(delay, 30 * USEC_PER_SEC);
}

/* -- the budget -------------------------------------------------------------- */

static void
test_budget_is_a_sliding_window(void **state)
{
	static const struct {
		usec_t at;
		bool allowed;
		uint32_t recent; /* afterwards */
		usec_t first;
	} rows[] = {
	    {0, true, 1, 0},
	    {10, true, 2, 0},
	    {20, true, 3, 0},
	    {30, false, 3, 0},
	    {59, false, 3, 0},
	    {60, true, 3, 10}, /* the one at 0 counts no more */
	    {69, false, 3, 10},
	    {70, true, 3, 20},
	    {500, true, 1, 500},
	    {501, true, 2, 500},
	    {502, true, 3, 500},
	    {559, false, 3, 500},
	    {560, true, 3, 501},
	};
	struct bench b;

	(void)state;
	bench_init(&b, 3, 60);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		usec_t first = 12345;

		assert_int_equal(restart(&b, rows[i].at), rows[i].allowed);
		assert_int_equal(
		    backoff_recent(&b.backoff, rows[i].at, &first), rows[i].recent);
		assert_int_equal(first, rows[i].first);
	}
	for (size_t i = 3; i < RING; i++)
		assert_int_equal(b.moments[i], 0xeeeeeeeeeeeeeeeeu);
}

static void
test_a_refused_restart_costs_nothing(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, 1, 60);
	assert_true(restart(&b, 0));
	for (usec_t at = 1; at < 60; at++)
		assert_false(restart(&b, at));
	assert_int_equal(b.backoff.total, 1);
	assert_true(restart(&b, 60));
}

static void
test_a_budget_of_none_and_one_without_limit(void **state)
{
	struct bench none;
	struct bench endless;
	usec_t first = 12345;

	(void)state;
	bench_init(&none, 0, 60);
	assert_false(restart(&none, 0));
	assert_int_equal(backoff_recent(&none.backoff, 0, &first), 0);
	assert_int_equal(first, 12345);

	bench_init(&endless, RESTARTS_UNLIMITED, 60);
	assert_int_equal(backoff_recent(&endless.backoff, 0, &first), 0);
	assert_int_equal(first, 12345);
	for (uint32_t i = 1; i <= 1000; i++) {
		assert_true(restart(&endless, 7 * i));
		assert_int_equal(backoff_recent(&endless.backoff, 7 * i, &first), i);
		assert_int_equal(first, 7);
	}
	assert_int_equal(endless.moments[0], 0xeeeeeeeeeeeeeeeeu);
}

static void
test_looking_at_the_budget_spends_nothing(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, 2, 60);
	assert_int_equal(recent(&b, 0), 0);
	assert_true(restart(&b, 0));
	assert_int_equal(recent(&b, 0), 1);
	assert_int_equal(recent(&b, 59), 1);
	assert_int_equal(recent(&b, 60), 0);
	assert_int_equal(recent(&b, 0), 1);
}

/* -- the system has no process for it ------------------------------------------ */

static void
test_a_shortage_is_borne_ten_times_in_a_row(void **state)
{
	struct bench b;
	usec_t delay;

	(void)state;
	bench_init(&b, 0, 60);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 10; i++)
			assert_true(backoff_refusal(&b.backoff, &delay));
		assert_false(backoff_refusal(&b.backoff, &delay));
		assert_false(backoff_refusal(&b.backoff, &delay));
		backoff_note_process(&b.backoff);
	}
}

static void
test_a_shortage_costs_no_budget_but_waits_longer_each_time(void **state)
{
	static const usec_t wanted[] = {
	    250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000};
	struct bench b;
	usec_t delay;

	(void)state;
	bench_init(&b, 1, 60);
	for (size_t i = 0; i < LENGTH(wanted); i++) {
		assert_true(backoff_refusal(&b.backoff, &delay));
		assert_between(delay, wanted[i] * MS, wanted[i] * MS * 11 / 10);
	}
	assert_int_equal(recent(&b, 0), 0);
	assert_true(restart(&b, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_delay_doubles_up_to_its_maximum),
	    cmocka_unit_test(test_jitter_is_at_most_a_tenth_and_reaches_both_ends),
	    cmocka_unit_test(test_the_same_seed_gives_the_same_delays),
	    cmocka_unit_test(test_a_long_life_resets_the_delay),
	    cmocka_unit_test(test_no_delay_stays_no_delay_however_often),
	    cmocka_unit_test(test_a_delay_above_the_maximum_is_cut),
	    cmocka_unit_test(test_budget_is_a_sliding_window),
	    cmocka_unit_test(test_a_refused_restart_costs_nothing),
	    cmocka_unit_test(test_a_budget_of_none_and_one_without_limit),
	    cmocka_unit_test(test_looking_at_the_budget_spends_nothing),
	    cmocka_unit_test(test_a_shortage_is_borne_ten_times_in_a_row),
	    cmocka_unit_test(test_a_shortage_costs_no_budget_but_waits_longer_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
