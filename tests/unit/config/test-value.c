/* Text to single values, and what is said where that cannot be. */
#include "config/value.h"

#include "config/keys.h"
#include "tests/unit/config/fixture.h"

struct number {
	const char *text;
	uint64_t value;
	const char *error; /* NULL: fine */
};

typedef int (*parse_fn)(struct value_context *, const char *, uint64_t *);

static void
assert_numbers(const struct number *rows, size_t count, parse_fn parse)
{
	struct arena arena = {0};

	for (size_t i = 0; i < count; i++) {
		struct value_context context = {.arena = &arena};
		uint64_t value = 4711;
		int result = parse(&context, rows[i].text, &value);

		if (rows[i].error == NULL) {
			assert_int_equal(result, 0);
			assert_int_equal(value, rows[i].value);
		} else {
			assert_int_equal(result, -22);
			assert_string_equal(context.error, rows[i].error);
			assert_int_equal(value, 4711);
		}
	}
	arena_clear(&arena);
}

#define NO_DURATION                                                                      \
	" is not a duration; write a whole number with ms, s, m, h or d, such as "       \
	"250ms or 5s"

static void
test_durations(void **state)
{
	static const struct number rows[] = {
	    {"250ms", 250000, NULL},
	    {"5s", 5000000, NULL},
	    {"2m", 120000000, NULL},
	    {"1h", UINT64_C(3600000000), NULL},
	    {"1d", UINT64_C(86400000000), NULL},
	    {"7us", 7, NULL},
	    {"0", 0, NULL},
	    {"00", 0, NULL},
	    {"0s", 0, NULL},
	    {"5S", 5000000, NULL},
	    {"213503982d", UINT64_C(213503982) * 86400000000, NULL},
	    {"213503983d", 0, "'213503983d' is too long"},
	    {"18446744073709551616s", 0, "'18446744073709551616s' is too long"},
	    {"99999999999999999999999999ms", 0,
		"'99999999999999999999999999ms' is too long"},
	    {"5", 0, "'5' has no unit; write 5s or 5ms"},
	    {"", 0, "''" NO_DURATION},
	    {"s", 0, "'s'" NO_DURATION},
	    {"-5s", 0, "'-5s'" NO_DURATION},
	    {"+5s", 0, "'+5s'" NO_DURATION},
	    {" 5s", 0, "' 5s'" NO_DURATION},
	    {"5 s", 0, "'5 s'" NO_DURATION},
	    {"5sec", 0, "'5sec'" NO_DURATION},
	    {"1.5s", 0, "'1.5s'" NO_DURATION},
	    {"1m30s", 0, "'1m30s'" NO_DURATION},
	    {"0x5s", 0, "'0x5s'" NO_DURATION},
	};

	(void)state;
	assert_numbers(rows, LENGTH(rows), value_duration);
}

static void
test_text_of_durations(void **state)
{
	static const struct number rows[] = {{"0s", 0, NULL}, {"1us", 1, NULL},
	    {"1500us", 1500, NULL}, {"250ms", 250000, NULL}, {"90s", 90000000, NULL},
	    {"2m", 120000000, NULL}, {"3h", UINT64_C(10800000000), NULL},
	    {"1d", UINT64_C(86400000000), NULL}, {"none", USEC_NEVER, NULL}};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_string_equal(
		    value_duration_text(&arena, rows[i].value), rows[i].text);
	arena_clear(&arena);
}

#define NO_SIZE                                                                          \
	" is not a size; write a whole number, alone or with k, m or g, such as 64k"

static void
test_sizes(void **state)
{
	static const struct number rows[] = {
	    {"0", 0, NULL},
	    {"17", 17, NULL},
	    {"64k", 65536, NULL},
	    {"64K", 65536, NULL},
	    {"10m", 10485760, NULL},
	    {"1g", 1073741824, NULL},
	    {"1t", UINT64_C(1099511627776), NULL},
	    {"18446744073709551615", UINT64_MAX, NULL},
	    {"18446744073709551616", 0, "'18446744073709551616' is too large"},
	    {"17179869184g", 0, "'17179869184g' is too large"},
	    {"k", 0, "'k'" NO_SIZE},
	    {"", 0, "''" NO_SIZE},
	    {"1kb", 0, "'1kb'" NO_SIZE},
	    {"-1", 0, "'-1'" NO_SIZE},
	};

	(void)state;
	assert_numbers(rows, LENGTH(rows), value_size);
}

static int
parse_nice(struct value_context *context, const char *text, uint64_t *ret_value)
{
	int64_t value;
	int result = value_integer(context, text, -20, 19, &value);

	if (result == 0)
		*ret_value = (uint64_t)value;
	return result;
}

static void
test_integers(void **state)
{
	static const struct number rows[] = {
	    {"0", 0, NULL},
	    {"19", 19, NULL},
	    {"+5", 5, NULL},
	    {"-20", (uint64_t)-20, NULL},
	    {"007", 7, NULL},
	    {"20", 0, "'20' is out of range; write a number from -20 to 19"},
	    {"-21", 0, "'-21' is out of range; write a number from -20 to 19"},
	    {"9223372036854775808", 0,
		"'9223372036854775808' is out of range; write a number from -20 to 19"},
	    {"99999999999999999999", 0,
		"'99999999999999999999' is out of range; write a number from -20 to 19"},
	    {"", 0, "'' is not a number; write one from -20 to 19"},
	    {"-", 0, "'-' is not a number; write one from -20 to 19"},
	    {"--1", 0, "'--1' is not a number; write one from -20 to 19"},
	    {"5x", 0, "'5x' is not a number; write one from -20 to 19"},
	    {"0x5", 0, "'0x5' is not a number; write one from -20 to 19"},
	    {"ten", 0, "'ten' is not a number; write one from -20 to 19"},
	};

	(void)state;
	assert_numbers(rows, LENGTH(rows), parse_nice);
}

static int
parse_umask(struct value_context *context, const char *text, uint64_t *ret_value)
{
	unsigned value;
	int result = value_octal(context, text, 0777, &value);

	if (result == 0)
		*ret_value = value;
	return result;
}

static void
test_octal(void **state)
{
	static const struct number rows[] = {
	    {"022", 022, NULL},
	    {"0", 0, NULL},
	    {"777", 0777, NULL},
	    {"1000", 0, "'1000' is out of range; write at most 0777"},
	    {"7777777777777777777777777", 0,
		"'7777777777777777777777777' is out of range; write at most 0777"},
	    {"8", 0, "'8' is not an octal number; write one such as 022"},
	    {"", 0, "'' is not an octal number; write one such as 022"},
	    {"0o22", 0, "'0o22' is not an octal number; write one such as 022"},
	    {"u=rwx", 0, "'u=rwx' is not an octal number; write one such as 022"},
	};

	(void)state;
	assert_numbers(rows, LENGTH(rows), parse_umask);
}

static int
parse_bool(struct value_context *context, const char *text, uint64_t *ret_value)
{
	bool value;
	int result = value_bool(context, text, &value);

	if (result == 0)
		*ret_value = value;
	return result;
}

static void
test_bool(void **state)
{
	static const struct number rows[] = {
	    {"yes", 1, NULL},
	    {"no", 0, NULL},
	    {"true", 1, NULL},
	    {"false", 0, NULL},
	    {"on", 1, NULL},
	    {"off", 0, NULL},
	    {"1", 1, NULL},
	    {"0", 0, NULL},
	    {"True", 1, NULL},
	    {"NO", 0, NULL},
	    {"y", 0, "'y' is neither yes nor no; write one of them"},
	    {"2", 0, "'2' is neither yes nor no; write one of them"},
	    {"", 0, "'' is neither yes nor no; write one of them"},
	};

	(void)state;
	assert_numbers(rows, LENGTH(rows), parse_bool);
}

static void
test_restart_limits(void **state)
{
	static const struct {
		const char *text;
		uint32_t count;
		usec_t window;
		const char *error;
	} rows[] = {
	    {"5/60s", 5, 60 * USEC_PER_SEC, NULL},
	    {"0/1m", 0, 60 * USEC_PER_SEC, NULL},
	    {"1000/1d", 1000, USEC_DAY, NULL},
	    {"none", RESTARTS_UNLIMITED, 0, NULL},
	    {"5", 0, 0,
		"'5' is not a restart limit; write COUNT/TIME such as 5/60s, or none"},
	    {"5/60", 0, 0, "'60' has no unit; write 60s or 60ms"},
	    {"5/", 0, 0, "''" NO_DURATION},
	    {"/60s", 0, 0, "'' is not a number; write one from 0 to 1000"},
	    {"-1/60s", 0, 0, "'-1' is out of range; write a number from 0 to 1000"},
	    {"1001/60s", 0, 0, "'1001' is out of range; write a number from 0 to 1000"},
	    {"5/0", 0, 0,
		"'5/0' allows its restarts within no time; write one such as 60s behind "
		"the "
		"slash"},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct value_context context = {.arena = &arena};
		struct restart_limit limit = {77, 77};
		int result = value_restart_limit(&context, rows[i].text, 1000, &limit);

		assert_int_equal(result, rows[i].error == NULL ? 0 : -22);
		if (result == 0) {
			assert_int_equal(limit.count, rows[i].count);
			assert_int_equal(limit.window, rows[i].window);
		} else {
			assert_string_equal(context.error, rows[i].error);
			assert_int_equal(limit.count, 77);
		}
	}
	arena_clear(&arena);
}

static void
test_ends(void **state)
{
	static const char *const good[] = {"0", "143", "SIGTERM", "kill", "255", "RTMAX"};
	static const char *const bad[] = {"256", "1x", "-1", "TREM", "SIG", ""};
	struct arena arena = {0};
	struct value_context context = {.arena = &arena};
	struct end_set set = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(good); i++)
		assert_int_equal(value_end(&context, good[i], &set), 0);
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_int_equal(value_end(&context, bad[i], &set), -22);
	for (int i = 0; i < 256; i++)
		assert_int_equal(
		    end_set_has_status(&set, i), i == 0 || i == 143 || i == 255);
	for (int i = 1; i < 65; i++)
		assert_int_equal(
		    end_set_has_signal(&set, i), i == 9 || i == 15 || i == 64);
	arena_clear(&arena);
}

#define NO_LIMIT                                                                         \
	" is not a limit; write a whole number, alone or with k, m or g, or "            \
	"unlimited"

static void
test_limits(void **state)
{
	static const struct {
		const char *text;
		rlim_t soft;
		rlim_t hard;
		const char *error;
	} rows[] = {
	    {"1024:4096", 1024, 4096, NULL},
	    {"1024", 1024, 1024, NULL},
	    {"64k:1m", 65536, 1048576, NULL},
	    {"0", 0, 0, NULL},
	    {"unlimited", RLIM_INFINITY, RLIM_INFINITY, NULL},
	    {"1024:unlimited", 1024, RLIM_INFINITY, NULL},
	    {"unlimited:unlimited", RLIM_INFINITY, RLIM_INFINITY, NULL},
	    {"4096:1024", 0, 0,
		"the soft limit in '4096:1024' is above the hard one; write SOFT:HARD, "
		"such as "
		"1024:4096"},
	    {"unlimited:5", 0, 0,
		"the soft limit in 'unlimited:5' is above the hard one; write SOFT:HARD, "
		"such "
		"as 1024:4096"},
	    {"", 0, 0, "''" NO_LIMIT},
	    {"1:", 0, 0, "''" NO_LIMIT},
	    {":1", 0, 0, "''" NO_LIMIT},
	    {"1:2:3", 0, 0, "'2:3'" NO_LIMIT},
	    {"-1", 0, 0, "'-1'" NO_LIMIT},
	    {"many", 0, 0, "'many'" NO_LIMIT},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct value_context context = {.arena = &arena};
		struct rlimit limit = {77, 77};
		int result = value_limit(&context, rows[i].text, &limit);

		assert_int_equal(result, rows[i].error == NULL ? 0 : -22);
		if (result == 0) {
			assert_int_equal(limit.rlim_cur, rows[i].soft);
			assert_int_equal(limit.rlim_max, rows[i].hard);
		} else {
			assert_string_equal(context.error, rows[i].error);
			assert_int_equal(limit.rlim_cur, 77);
		}
	}
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_durations),
	    cmocka_unit_test(test_text_of_durations),
	    cmocka_unit_test(test_sizes),
	    cmocka_unit_test(test_integers),
	    cmocka_unit_test(test_octal),
	    cmocka_unit_test(test_bool),
	    cmocka_unit_test(test_restart_limits),
	    cmocka_unit_test(test_ends),
	    cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
