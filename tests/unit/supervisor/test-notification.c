/* The protocol of sd_notify(3), line by line, and what is no part of it. */
#include "supervisor/notification.h"

#include <limits.h>
#include <stdio.h>

#include "tests/unit/supervisor/sample.h"

static char buffer[1024];

static struct notification
parse_bytes(const char *bytes, size_t length)
{
	struct notification n;

	assert_true(length < sizeof(buffer));
	memcpy(buffer, bytes, length);
	buffer[length] = '\0';
	notification_parse(buffer, length, &n);
	return n;
}

static struct notification
parse(const char *text)
{
	return parse_bytes(text, strlen(text));
}

static void
assert_same_text(const char *got, const char *wanted)
{
	if (!got || !wanted)
		assert_ptr_equal(got, wanted);
	else
		assert_string_equal(got, wanted);
}

static void
assert_parsed(const char *text, const struct notification *wanted)
{
	struct notification n = parse(text);

	if (n.ready != wanted->ready || n.reloading != wanted->reloading ||
	    n.stopping != wanted->stopping || n.ping != wanted->ping ||
	    n.trigger != wanted->trigger || n.store != wanted->store ||
	    n.unstore != wanted->unstore || n.barrier != wanted->barrier ||
	    n.extend != wanted->extend || n.watchdog != wanted->watchdog ||
	    n.main_pid != wanted->main_pid || n.error != wanted->error ||
	    n.exit_status != wanted->exit_status)
		fail_msg("not as it should be: '%s'", text);
	assert_same_text(n.status, wanted->status);
	assert_same_text(n.name, wanted->name);
}

#define SAYS(...)                                                                        \
	{                                                                                \
		.error = -1, .exit_status = -1, __VA_ARGS__                              \
	}

struct row {
	const char *text;
	struct notification wanted;
};

static void
assert_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_parsed(rows[i].text, &rows[i].wanted);
}

static void
test_each_line_of_the_protocol(void **state)
{
	static const struct row rows[] = {
	    {"READY=1", SAYS(.ready = true)},
	    {"RELOADING=1", SAYS(.reloading = true)},
	    {"STOPPING=1", SAYS(.stopping = true)},
	    {"STATUS=Up & running = fine", SAYS(.status = "Up & running = fine")},
	    {"STATUS=", SAYS(.status = "")},
	    {"ERRNO=2", {.error = 2, .exit_status = -1}},
	    {"ERRNO=0", {.error = 0, .exit_status = -1}},
	    {"EXIT_STATUS=0", {.error = -1, .exit_status = 0}},
	    {"EXIT_STATUS=255", {.error = -1, .exit_status = 255}},
	    {"MAINPID=4711", SAYS(.main_pid = 4711)},
	    {"WATCHDOG=1", SAYS(.ping = true)},
	    {"WATCHDOG=trigger", SAYS(.trigger = true)},
	    {"WATCHDOG_USEC=20000000", SAYS(.watchdog = 20 * USEC_PER_SEC)},
	    {"WATCHDOG_USEC=0", SAYS(.watchdog = USEC_NEVER)},
	    {"EXTEND_TIMEOUT_USEC=5000000", SAYS(.extend = 5 * USEC_PER_SEC)},
	    {"FDSTORE=1\nFDNAME=db", SAYS(.store = true, .name = "db")},
	    {"FDSTOREREMOVE=1\nFDNAME=db", SAYS(.unstore = true, .name = "db")},
	    {"BARRIER=1", SAYS(.barrier = true)},
	};

	(void)state;
	assert_rows(rows, LENGTH(rows));
}

static void
test_several_lines(void **state)
{
	static const struct row rows[] = {
	    {"READY=1\nSTATUS=ready\nMAINPID=7\n",
		SAYS(.ready = true, .status = "ready", .main_pid = 7)},
	    {"RELOADING=1\nMONOTONIC_USEC=81234", SAYS(.reloading = true)},
	    {"STATUS=a\nSTATUS=b", SAYS(.status = "b")},
	    {"WATCHDOG=1\nWATCHDOG=trigger", SAYS(.ping = true, .trigger = true)},
	    {"READY=1\nREADY=0", SAYS(.ready = true)},
	    {"\n\nSTOPPING=1\n\n", SAYS(.stopping = true)},
	};

	(void)state;
	assert_rows(rows, LENGTH(rows));
}

/* As systemd does it: no line spoils the others. */
static void
test_what_makes_no_sense_is_passed_over(void **state)
{
	static const char *const lines[] = {"", "\n", "=", "=1", "READY",
	    "READY=", "READY=0", "READY=2", "READY=01", "READY=1 ", "READY==1",
	    " READY=1", "ready=1", "READY=yes", "READYX=1", "STOPPING=true",
	    "WATCHDOG=TRIGGER", "WATCHDOG=0", "BARRIER=", "X_MINE=1", "FDPOLL=0",
	    "BUSERROR=x", "NOTIFYACCESS=all", "MONOTONIC_USEC=1"};
	static const struct notification nothing = SAYS(.ready = false);

	(void)state;
	for (size_t i = 0; i < LENGTH(lines); i++) {
		struct notification n;

		assert_parsed(lines[i], &nothing);
		(void)snprintf(
		    buffer, sizeof(buffer), "%s\nMAINPID=5\n%s", lines[i], lines[i]);
		notification_parse(buffer, strlen(buffer), &n);
		assert_int_equal(n.main_pid, 5);
		assert_false(n.ready);
	}
}

static void
test_numbers_have_bounds(void **state)
{
	static const struct row rows[] = {
	    {"MAINPID=0", SAYS(.main_pid = 0)},
	    {"MAINPID=-1", SAYS(.main_pid = 0)},
	    {"MAINPID=+1", SAYS(.main_pid = 0)},
	    {"MAINPID= 1", SAYS(.main_pid = 0)},
	    {"MAINPID=1x", SAYS(.main_pid = 0)},
	    {"MAINPID=0x10", SAYS(.main_pid = 0)},
	    {"MAINPID=2147483647", SAYS(.main_pid = INT_MAX)},
	    {"MAINPID=2147483648", SAYS(.main_pid = 0)},
	    {"MAINPID=4294967297", SAYS(.main_pid = 0)},
	    {"ERRNO=-2", SAYS(.ready = false)},
	    {"EXIT_STATUS=256", SAYS(.ready = false)},
	    {"EXIT_STATUS=-1", SAYS(.ready = false)},
	    {"EXTEND_TIMEOUT_USEC=0", SAYS(.extend = 0)},
	    {"EXTEND_TIMEOUT_USEC=-1", SAYS(.extend = 0)},
	    {"EXTEND_TIMEOUT_USEC=5s", SAYS(.extend = 0)},
	    {"EXTEND_TIMEOUT_USEC=18446744073709551614", SAYS(.extend = USEC_NEVER - 1)},
	    {"EXTEND_TIMEOUT_USEC=18446744073709551615", SAYS(.extend = 0)},
	    {"EXTEND_TIMEOUT_USEC=99999999999999999999", SAYS(.extend = 0)},
	    {"WATCHDOG_USEC=18446744073709551615", SAYS(.watchdog = 0)},
	    {"WATCHDOG_USEC=", SAYS(.watchdog = 0)},
	    /* The last one that makes sense is the one that counts. */
	    {"MAINPID=5\nMAINPID=x", SAYS(.main_pid = 5)},
	};

	(void)state;
	assert_rows(rows, LENGTH(rows));
}

/* As sd_pid_notify_with_fds(3): ASCII without control characters and colons. */
static void
test_names_of_descriptors(void **state)
{
	char text[300] = "FDNAME=";
	static const char *const wrong[] = {"FDNAME=", "FDNAME=a:b", "FDNAME=a\tb",
	    "FDNAME=\x7f", "FDNAME=\xc3\xa4", "FDNAME=a\rb"};

	(void)state;
	for (size_t i = 0; i < LENGTH(wrong); i++)
		assert_null(parse(wrong[i]).name);
	assert_string_equal(parse("FDNAME=a b/c.d").name, "a b/c.d");
	memset(text + strlen("FDNAME="), 'x', 255);
	assert_int_equal(strlen(parse(text).name), 255);
	memset(text + strlen("FDNAME="), 'x', 256);
	assert_null(parse(text).name);
}

static void
test_nothing_counts_of_one_with_a_nul(void **state)
{
	static const char first[] = "\0READY=1";
	static const char last[] = "READY=1\0";
	static const char middle[] = "READY=1\nSTATUS=a\0b\nSTOPPING=1";

	(void)state;
	assert_false(parse_bytes(first, sizeof(first) - 1).ready);
	assert_false(parse_bytes(last, sizeof(last) - 1).ready);
	assert_false(parse_bytes(middle, sizeof(middle) - 1).ready);
	assert_null(parse_bytes(middle, sizeof(middle) - 1).status);
}

/* The text that stays is the caller's, each value with an end of its own. */
static void
test_a_value_ends_with_its_line(void **state)
{
	struct notification n = parse("STATUS=first line\nFDNAME=name\nSTATUS2=x");

	(void)state;
	assert_string_equal(n.status, "first line");
	assert_string_equal(n.name, "name");
	assert_true(n.status > buffer && n.status < buffer + sizeof(buffer));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_line_of_the_protocol),
	    cmocka_unit_test(test_several_lines),
	    cmocka_unit_test(test_what_makes_no_sense_is_passed_over),
	    cmocka_unit_test(test_numbers_have_bounds),
	    cmocka_unit_test(test_names_of_descriptors),
	    cmocka_unit_test(test_nothing_counts_of_one_with_a_nul),
	    cmocka_unit_test(test_a_value_ends_with_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
