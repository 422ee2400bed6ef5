/* Thresholds and timing of a check, as in Kubernetes: stories of one check. */
#include "healthcheck/health.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MS USEC_PER_MSEC
#define LENGTH(array) (sizeof(array) / sizeof(*(array)))
#define LIVE(rows) live(rows, LENGTH(rows))
#define GO_ON(rows) go_on(rows, LENGTH(rows))
#define NEVER USEC_NEVER

/* What happens to it. */
enum event {
	BEGIN, /* its service has run since 0 */
	END,
	TICK,
	GOOD, /* the probe has ended by itself, and says so */
	BAD,
	SKIP, /* there was no process for the probe */
};

/* What is done then: a new probe, or the one under way is dropped. */
#define NOTHING HEALTH_NOTHING
#define PROBE HEALTH_PROBE
#define DROP HEALTH_DROP

/* What that says of its service. */
#define SAME HEALTH_SAME
#define TURNS_GOOD HEALTH_TURNED_GOOD
#define TURNS_BAD HEALTH_TURNED_BAD

/* Times are in milliseconds. */
struct row {
	usec_t at;
	enum event event;
	enum health_action action;
	enum health_change change;
	bool good; /* afterwards */
	usec_t deadline;
};

static struct check_config config;
static struct health health;

/* The defaults: every 10 s, at most 1 s, 3 failures, 1 success. */
static void
init(enum check_kind kind)
{
	config = (struct check_config){
	    .name = "check",
	    .kind = kind,
	    .interval = 10000 * MS,
	    .timeout = 1000 * MS,
	    .failures = 3,
	    .successes = 1,
	    .enabled = true,
	};
}

static enum health_change
happen(const struct row *row, enum health_action *ret_action)
{
	usec_t now = row->at * MS;

	*ret_action = HEALTH_NOTHING;
	switch (row->event) {
	case BEGIN:
		health_begin(&health, 0, now);
		break;
	case END:
		*ret_action = health_end(&health);
		break;
	case TICK:
		return health_tick(&health, now, ret_action);
	case GOOD:
	case BAD:
		return health_result(&health, row->event == GOOD, now);
	case SKIP:
		health_skip(&health, now);
		break;
	}
	return HEALTH_SAME;
}

static void
go_on(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		usec_t deadline = row->deadline == NEVER ? NEVER : row->deadline * MS;
		enum health_action action;
		enum health_change change = happen(row, &action);

		if (action == row->action && change == row->change &&
		    health.good == row->good && health.deadline == deadline)
			continue;
		fail_msg("row %zu, at %llu: action %d (not %d), change %d (not %d), "
			 "%s, deadline %lld (not %lld)",
		    i, (unsigned long long)row->at, action, row->action, change,
		    row->change, health.good ? "good" : "bad",
		    (long long)(health.deadline == NEVER ? NEVER : health.deadline / MS),
		    (long long)row->deadline);
	}
}

static void
live(const struct row *rows, size_t count)
{
	health_init(&health, &config);
	go_on(rows, count);
}

/* -- when it probes -------------------------------------------------------------- */

static void
test_it_sleeps_until_its_service_runs(void **state)
{
	static const struct row rows[] = {
	    {0, TICK, NOTHING, SAME, false, NEVER},
	    {5, GOOD, NOTHING, SAME, false, NEVER},
	    {6, SKIP, NOTHING, SAME, false, NEVER},
	    {7, END, NOTHING, SAME, false, NEVER},
	};

	(void)state;
	init(CHECK_READINESS);
	LIVE(rows);
	assert_int_equal(health.state, HEALTH_ASLEEP);
}

static void
test_the_first_probe_comes_at_once(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, false, 0},
	    {0, TICK, PROBE, SAME, false, 1000},
	    {20, GOOD, NOTHING, TURNS_GOOD, true, 10000},
	};

	(void)state;
	init(CHECK_READINESS);
	LIVE(rows);
}

static void
test_the_first_probe_comes_when_initial_delay_is_over(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, false, 5000},
	    {4999, TICK, NOTHING, SAME, false, 5000},
	    {5000, TICK, PROBE, SAME, false, 6000},
	};

	(void)state;
	init(CHECK_READINESS);
	config.initial_delay = 5000 * MS;
	LIVE(rows);
}

/* It counts from the start of the service, however late the check begins. */
static void
test_initial_delay_runs_while_a_startup_check_holds_it_back(void **state)
{
	static const struct row early[] = {
	    {3000, BEGIN, NOTHING, SAME, false, 5000},
	};
	static const struct row late[] = {
	    {8000, BEGIN, NOTHING, SAME, false, 8000},
	    {8000, TICK, PROBE, SAME, false, 9000},
	};

	(void)state;
	init(CHECK_READINESS);
	config.initial_delay = 5000 * MS;
	LIVE(early);
	LIVE(late);
}

static void
test_the_interval_is_from_start_to_start(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, true, 0},
	    {3, TICK, PROBE, SAME, true, 1003},
	    {900, GOOD, NOTHING, TURNS_GOOD, true, 10003},
	    {10002, TICK, NOTHING, SAME, true, 10003},
	    {10003, TICK, PROBE, SAME, true, 11003},
	    {10004, GOOD, NOTHING, SAME, true, 20003},
	};

	(void)state;
	init(CHECK_LIVENESS);
	LIVE(rows);
}

/* The one before is over first, and then the next is due at once. */
static void
test_never_two_probes_at_a_time(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, true, 0},
	    {0, TICK, PROBE, SAME, true, 5000},
	    {1000, TICK, NOTHING, SAME, true, 5000},
	    {4000, TICK, NOTHING, SAME, true, 5000},
	    {4200, GOOD, NOTHING, TURNS_GOOD, true, 4200},
	    {4200, TICK, PROBE, SAME, true, 9200},
	    {9200, TICK, DROP, SAME, true, 9200},
	    {9200, TICK, PROBE, SAME, true, 14200},
	};

	(void)state;
	init(CHECK_LIVENESS);
	config.interval = 1000 * MS;
	config.timeout = 5000 * MS;
	LIVE(rows);
}

/* -- what counts ------------------------------------------------------------------- */

static void
test_three_failures_in_a_row_make_it_bad(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, true, 0},
	    {0, TICK, PROBE, SAME, true, 1000},
	    {5, BAD, NOTHING, SAME, true, 10000},
	    {10000, TICK, PROBE, SAME, true, 11000},
	    {10005, BAD, NOTHING, SAME, true, 20000},
	    {20000, TICK, PROBE, SAME, true, 21000},
	    {20005, BAD, NOTHING, TURNS_BAD, false, 30000},
	    /* and tell it once */
	    {30000, TICK, PROBE, SAME, false, 31000},
	    {30005, BAD, NOTHING, SAME, false, 40000},
	};

	(void)state;
	init(CHECK_LIVENESS);
	LIVE(rows);
}

static void
test_one_success_between_them_begins_the_row_again(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, true, 0},
	    {0, TICK, PROBE, SAME, true, 1000},
	    {5, BAD, NOTHING, SAME, true, 10000},
	    {10000, TICK, PROBE, SAME, true, 11000},
	    {10005, BAD, NOTHING, SAME, true, 20000},
	    {20000, TICK, PROBE, SAME, true, 21000},
	    {20005, GOOD, NOTHING, TURNS_GOOD, true, 30000},
	    {30000, TICK, PROBE, SAME, true, 31000},
	    {30005, BAD, NOTHING, SAME, true, 40000},
	    {40000, TICK, PROBE, SAME, true, 41000},
	    {40005, BAD, NOTHING, SAME, true, 50000},
	    {50000, TICK, PROBE, SAME, true, 51000},
	    {50005, BAD, NOTHING, TURNS_BAD, false, 60000},
	};

	(void)state;
	init(CHECK_LIVENESS);
	LIVE(rows);
	assert_false(health.recovered);
}

static void
test_two_successes_in_a_row_make_it_good(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, false, 0},
	    {0, TICK, PROBE, SAME, false, 1000},
	    {5, GOOD, NOTHING, SAME, false, 10000},
	    {10000, TICK, PROBE, SAME, false, 11000},
	    {10005, BAD, NOTHING, TURNS_BAD, false, 20000},
	    {20000, TICK, PROBE, SAME, false, 21000},
	    {20005, GOOD, NOTHING, SAME, false, 30000},
	    {30000, TICK, PROBE, SAME, false, 31000},
	    {30005, GOOD, NOTHING, TURNS_GOOD, true, 40000},
	};

	(void)state;
	init(CHECK_READINESS);
	config.successes = 2;
	config.failures = 1;
	LIVE(rows);
	assert_true(health.recovered);
}

static void
test_a_probe_that_overruns_is_dropped_and_has_failed(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, true, 0},
	    {0, TICK, PROBE, SAME, true, 1000},
	    {999, TICK, NOTHING, SAME, true, 1000},
	    {1000, TICK, DROP, SAME, true, 10000},
	    /* what it says after all does not matter any more */
	    {1001, GOOD, NOTHING, SAME, true, 10000},
	    {10000, TICK, PROBE, SAME, true, 11000},
	    {11007, TICK, DROP, TURNS_BAD, false, 20000},
	};

	(void)state;
	init(CHECK_LIVENESS);
	config.failures = 2;
	LIVE(rows);
}

static void
test_a_probe_that_could_not_be_made_says_nothing(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, true, 0},
	    {0, TICK, PROBE, SAME, true, 1000},
	    {0, BAD, NOTHING, SAME, true, 10000},
	    {10000, TICK, PROBE, SAME, true, 11000},
	    {10000, SKIP, NOTHING, SAME, true, 20000},
	    {20000, TICK, PROBE, SAME, true, 21000},
	    {20001, BAD, NOTHING, TURNS_BAD, false, 30000},
	};

	(void)state;
	init(CHECK_LIVENESS);
	config.failures = 2;
	LIVE(rows);
}

/* A probe that is called for late is not made up for. */
static void
test_a_late_tick_moves_the_rest(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, true, 0},
	    {0, TICK, PROBE, SAME, true, 1000},
	    {5, GOOD, NOTHING, TURNS_GOOD, true, 10000},
	    {35000, TICK, PROBE, SAME, true, 36000},
	    {35010, GOOD, NOTHING, SAME, true, 45000},
	};

	(void)state;
	init(CHECK_LIVENESS);
	LIVE(rows);
}

/* -- before the first verdict ------------------------------------------------------- */

static void
test_what_it_is_taken_for_at_first(void **state)
{
	static const struct {
		enum check_kind kind;
		bool good;
	} rows[] = {
	    {CHECK_READINESS, false}, {CHECK_STARTUP, false}, {CHECK_LIVENESS, true}};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		init(rows[i].kind);
		health_init(&health, &config);
		assert_int_equal(health.good, rows[i].good);
		health_begin(&health, 0, 0);
		assert_int_equal(health.good, rows[i].good);
		assert_false(health.known);
	}
}

/* The first verdict is told even where it is what was taken for granted. */
static void
test_the_first_verdict_is_told(void **state)
{
	static const struct row bad[] = {
	    {0, BEGIN, NOTHING, SAME, false, 0},
	    {0, TICK, PROBE, SAME, false, 1000},
	    {5, BAD, NOTHING, TURNS_BAD, false, 100},
	    {100, TICK, PROBE, SAME, false, 1100},
	    {105, GOOD, NOTHING, TURNS_GOOD, true, 10000},
	};
	static const struct row good[] = {
	    {0, BEGIN, NOTHING, SAME, true, 0},
	    {0, TICK, PROBE, SAME, true, 1000},
	    {5, GOOD, NOTHING, TURNS_GOOD, true, 10000},
	};

	(void)state;
	init(CHECK_READINESS);
	config.failures = 1;
	LIVE(bad);
	assert_true(health.recovered);
	init(CHECK_LIVENESS);
	LIVE(good);
	assert_true(health.known);
	assert_false(health.recovered);
}

/* -- while it hopes ------------------------------------------------------------------ */

/* It looks sooner, ever less often, and only success counts then. */
static void
test_before_its_first_success_it_also_probes_in_between(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, false, 0},
	    {0, TICK, PROBE, SAME, false, 1000},
	    {1, BAD, NOTHING, SAME, false, 100},
	    {100, TICK, PROBE, SAME, false, 1100},
	    {101, BAD, NOTHING, SAME, false, 300},
	    {300, TICK, PROBE, SAME, false, 1300},
	    {301, BAD, NOTHING, SAME, false, 700},
	    {700, TICK, PROBE, SAME, false, 1700},
	    {701, BAD, NOTHING, SAME, false, 1500},
	    {1500, TICK, PROBE, SAME, false, 2500},
	    {2500, TICK, DROP, SAME, false, 3100},
	    {3100, TICK, PROBE, SAME, false, 4100},
	    {3101, SKIP, NOTHING, SAME, false, 6300},
	    {6300, TICK, PROBE, SAME, false, 7300},
	    {6301, BAD, NOTHING, SAME, false, 10000},
	    {10000, TICK, PROBE, SAME, false, 11000},
	    {10001, BAD, NOTHING, TURNS_BAD, false, 20000},
	};

	(void)state;
	init(CHECK_READINESS);
	config.failures = 2;
	LIVE(rows);
}

static void
test_after_its_first_success_it_keeps_to_its_interval(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, false, 0},
	    {0, TICK, PROBE, SAME, false, 1000},
	    {1, BAD, NOTHING, SAME, false, 100},
	    {100, TICK, PROBE, SAME, false, 1100},
	    {101, GOOD, NOTHING, TURNS_GOOD, true, 10000},
	    {10000, TICK, PROBE, SAME, true, 11000},
	    {10001, BAD, NOTHING, SAME, true, 20000},
	    {20000, TICK, PROBE, SAME, true, 21000},
	    {20001, BAD, NOTHING, TURNS_BAD, false, 30000},
	};

	(void)state;
	init(CHECK_READINESS);
	config.failures = 2;
	LIVE(rows);
}

/* Nothing is to be hoped for there, and nothing would be gained. */
static void
test_a_liveness_check_never_probes_in_between(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, true, 0},
	    {0, TICK, PROBE, SAME, true, 1000},
	    {1, BAD, NOTHING, SAME, true, 10000},
	};

	(void)state;
	init(CHECK_LIVENESS);
	LIVE(rows);
}

/* -- a startup check ----------------------------------------------------------------- */

static void
test_a_startup_check_that_has_passed_sleeps_and_stays_good(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, false, 0},
	    {0, TICK, PROBE, SAME, false, 1000},
	    {5, BAD, NOTHING, SAME, false, 100},
	    {100, TICK, PROBE, SAME, false, 1100},
	    {105, GOOD, NOTHING, TURNS_GOOD, true, NEVER},
	    {99000, TICK, NOTHING, SAME, true, NEVER},
	};

	(void)state;
	init(CHECK_STARTUP);
	LIVE(rows);
	assert_int_equal(health.state, HEALTH_ASLEEP);
}

static void
test_a_startup_check_can_fail(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, false, 0},
	    {0, TICK, PROBE, SAME, false, 1000},
	    {1000, TICK, DROP, SAME, false, 1000},
	    {1000, TICK, PROBE, SAME, false, 2000},
	    {2000, TICK, DROP, SAME, false, 2000},
	    {9900, TICK, PROBE, SAME, false, 10900},
	    {10900, TICK, DROP, SAME, false, 10900},
	    {10900, TICK, PROBE, SAME, false, 11900},
	    {10901, BAD, NOTHING, TURNS_BAD, false, 11700},
	};

	(void)state;
	init(CHECK_STARTUP);
	config.failures = 2;
	LIVE(rows);
}

/* -- the end ---------------------------------------------------------------------------- */

static void
test_with_its_service_it_ends_and_begins_from_nothing(void **state)
{
	static const struct row first[] = {
	    {0, BEGIN, NOTHING, SAME, true, 0},
	    {0, TICK, PROBE, SAME, true, 1000},
	    {5, BAD, NOTHING, SAME, true, 10000},
	    {10000, TICK, PROBE, SAME, true, 11000},
	    {10100, END, DROP, SAME, true, NEVER},
	    {10101, BAD, NOTHING, SAME, true, NEVER},
	};
	static const struct row second[] = {
	    {12000, BEGIN, NOTHING, SAME, true, 12000},
	    {12000, TICK, PROBE, SAME, true, 13000},
	    {12005, BAD, NOTHING, SAME, true, 22000},
	    {12100, END, NOTHING, SAME, true, NEVER},
	};

	(void)state;
	init(CHECK_LIVENESS);
	config.failures = 2;
	LIVE(first);
	GO_ON(second);
}

static void
test_a_bad_one_begins_again_as_its_kind_does(void **state)
{
	static const struct row rows[] = {
	    {0, BEGIN, NOTHING, SAME, true, 0},
	    {0, TICK, PROBE, SAME, true, 1000},
	    {5, BAD, NOTHING, TURNS_BAD, false, 10000},
	    {6, END, NOTHING, SAME, true, NEVER},
	    {20000, BEGIN, NOTHING, SAME, true, 20000},
	    {20000, TICK, PROBE, SAME, true, 21000},
	    {20005, BAD, NOTHING, TURNS_BAD, false, 30000},
	};

	(void)state;
	init(CHECK_LIVENESS);
	config.failures = 1;
	LIVE(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_it_sleeps_until_its_service_runs),
	    cmocka_unit_test(test_the_first_probe_comes_at_once),
	    cmocka_unit_test(test_the_first_probe_comes_when_initial_delay_is_over),
	    cmocka_unit_test(test_initial_delay_runs_while_a_startup_check_holds_it_back),
	    cmocka_unit_test(test_the_interval_is_from_start_to_start),
	    cmocka_unit_test(test_never_two_probes_at_a_time),
	    cmocka_unit_test(test_three_failures_in_a_row_make_it_bad),
	    cmocka_unit_test(test_one_success_between_them_begins_the_row_again),
	    cmocka_unit_test(test_two_successes_in_a_row_make_it_good),
	    cmocka_unit_test(test_a_probe_that_overruns_is_dropped_and_has_failed),
	    cmocka_unit_test(test_a_probe_that_could_not_be_made_says_nothing),
	    cmocka_unit_test(test_a_late_tick_moves_the_rest),
	    cmocka_unit_test(test_what_it_is_taken_for_at_first),
	    cmocka_unit_test(test_the_first_verdict_is_told),
	    cmocka_unit_test(test_before_its_first_success_it_also_probes_in_between),
	    cmocka_unit_test(test_after_its_first_success_it_keeps_to_its_interval),
	    cmocka_unit_test(test_a_liveness_check_never_probes_in_between),
	    cmocka_unit_test(test_a_startup_check_that_has_passed_sleeps_and_stays_good),
	    cmocka_unit_test(test_a_startup_check_can_fail),
	    cmocka_unit_test(test_with_its_service_it_ends_and_begins_from_nothing),
	    cmocka_unit_test(test_a_bad_one_begins_again_as_its_kind_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
