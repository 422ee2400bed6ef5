/* Signals by name and number, both ways. */
#include "config/signals.h"

#include <signal.h>

#include "tests/unit/config/fixture.h"

static void
test_numbers(void **state)
{
	static const struct {
		const char *name;
		int number;
	} rows[] = {
	    {"TERM", 15},
	    {"SIGTERM", 15},
	    {"sigterm", 15},
	    {"term", 15},
	    {"15", 15},
	    {"HUP", 1},
	    {"1", 1},
	    {"64", 64},
	    {"IOT", 6},
	    {"CLD", 17},
	    {"POLL", 29},
	    {"IO", 29},
	    {"WINCH", 28},
	    {"PWR", 30},
	    {"SYS", 31},
	    {"STKFLT", 16},
	    {"0", -1},
	    {"65", -1},
	    {"-1", -1},
	    {"015", -1},
	    {"", -1},
	    {"SIG", -1},
	    {"SIGSIGTERM", -1},
	    {"TERMX", -1},
	    {"TER", -1},
	    {" TERM", -1},
	    {"99999999999999999999", -1},
	    {"RTMIN+", -1},
	    {"RTMIN-1", -1},
	    {"RTMAX+1", -1},
	    {"RTMIN+99", -1},
	    {"RTMIN+31", -1},
	    {"RTMINX", -1},
	    {"RTMIN+1x", -1},
	    {"RT", -1},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_int_equal(signal_number(rows[i].name), rows[i].number);
	assert_int_equal(signal_number("RTMIN"), SIGRTMIN);
	assert_int_equal(signal_number("RTMIN+0"), SIGRTMIN);
	assert_int_equal(signal_number("SIGRTMIN+3"), SIGRTMIN + 3);
	assert_int_equal(signal_number("rtmax"), SIGRTMAX);
	assert_int_equal(signal_number("RTMAX-1"), SIGRTMAX - 1);
	assert_int_equal(signal_number("RTMAX-30"), SIGRTMIN);
}

static void
test_every_name_is_read_as_its_signal(void **state)
{
	(void)state;
	for (int i = 1; i <= SIGRTMAX; i++) {
		if (i != 32 && i != 33)
			assert_int_equal(signal_number(signal_name(i)), i);
	}
	assert_string_equal(signal_name(SIGSEGV), "SIGSEGV");
	assert_string_equal(signal_name(SIGRTMIN + 3), "SIGRTMIN+3");
	assert_string_equal(signal_name(32), "signal 32");
	assert_string_equal(signal_name(33), "signal 33");
	assert_string_equal(signal_name(0), "an unknown signal");
	assert_string_equal(signal_name(-5), "an unknown signal");
	assert_string_equal(signal_name(65), "an unknown signal");
}

static void
test_errors(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} rows[] = {
	    {"TREM", "'TREM' is not a signal; did you mean TERM?"},
	    {"SIGQIUT", "'SIGQIUT' is not a signal; did you mean QUIT?"},
	    {"sigusr3", "'sigusr3' is not a signal; did you mean USR1?"},
	    {"never",
		"'never' is not a signal; write a name such as TERM or RTMIN+3, or a "
		"number from 1 to 64"},
	    {"0",
		"'0' is not a signal; write a name such as TERM or RTMIN+3, or a number "
		"from 1 to 64"},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct value_context context = {.arena = &arena};
		int signal = 77;

		assert_int_equal(signal_parse(&context, rows[i].text, &signal), -22);
		assert_string_equal(context.error, rows[i].error);
		assert_int_equal(signal, 77);
	}
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_every_name_is_read_as_its_signal),
	    cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
