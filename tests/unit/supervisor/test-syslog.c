/* What programs send to /dev/log, and what is shown of it. */
#include "supervisor/syslog.h"

#include <syslog.h>

#include "tests/unit/world.h"

#define HOST "web-1.example"

static struct syslog_message message;

static void
parse(const char *bytes, size_t length)
{
	static char datagram[4096];

	assert_true(length <= sizeof(datagram));
	memcpy(datagram, bytes, length);
	syslog_parse(datagram, length, HOST, &message);
}

/* As "line\nline\n", or "". */
static const char *
lines(void)
{
	static char text[4096];

	(void)snprintf(text, sizeof(text), "%.*s%s", (int)message.length,
	    message.text ? message.text : "", message.text ? "\n" : "");
	return text;
}

static void
check(const char *datagram, int priority, int facility, const char *wanted)
{
	parse(datagram, strlen(datagram));
	assert_string_equal(lines(), wanted);
	assert_int_equal(message.priority, priority);
	assert_int_equal(message.facility, LOG_FAC(facility));
}

/* As user.notice, whatever it looks like. */
static void
check_plain(const char *datagram)
{
	char wanted[4096];

	(void)snprintf(wanted, sizeof(wanted), "%s\n", datagram);
	check(datagram, LOG_NOTICE, LOG_USER, wanted);
}

/* -- RFC 3164 -------------------------------------------------------------- */

static void
test_as_libc_sends_it(void **state)
{
	(void)state;
	check("<38>Nov 25 05:51:07 sshd[12]: Accepted password", LOG_INFO, LOG_AUTH,
	    "sshd[12]: Accepted password\n");
	check("<22>Nov  5 05:51:07 postfix/smtpd[7]: connect", LOG_INFO, LOG_MAIL,
	    "postfix/smtpd[7]: connect\n");
	check("<15>Jan  1 00:00:00 cron: tick", LOG_DEBUG, LOG_USER, "cron: tick\n");
	check("<184>Nov 25 05:51:07 app: gone", LOG_EMERG, LOG_LOCAL7, "app: gone\n");
	check("<0>Nov 25 05:51:07 kernel: hm", LOG_EMERG, LOG_KERN, "kernel: hm\n");
	check("<191>Nov 25 05:51:07 last: x", LOG_DEBUG, LOG_LOCAL7, "last: x\n");
}

static void
test_without_a_time(void **state)
{
	(void)state;
	check("<11>logger: as it is", LOG_ERR, LOG_USER, "logger: as it is\n");
	check("<14>python's handler", LOG_INFO, LOG_USER, "python's handler\n");
	check("<14>Nov 25 05:51 short", LOG_INFO, LOG_USER, "Nov 25 05:51 short\n");
	check("<14>Nov 25 05:51:07", LOG_INFO, LOG_USER, "Nov 25 05:51:07\n");
	check("<14>", LOG_INFO, LOG_USER, "");
}

static void
test_a_time_as_the_newer_ones_write_it(void **state)
{
	(void)state;
	check("<14>2026-11-25T05:51:07.123456+01:00 app: x", LOG_INFO, LOG_USER,
	    "app: x\n");
	check("<14>2026-11-25T05:51:07Z app: x", LOG_INFO, LOG_USER, "app: x\n");
	check("<14>2026-11-25T05:51:07", LOG_INFO, LOG_USER, "2026-11-25T05:51:07\n");
	check("<14>2026-11-25 app: x", LOG_INFO, LOG_USER, "2026-11-25 app: x\n");
}

static void
test_the_name_of_the_machine_is_left_out(void **state)
{
	(void)state;
	check("<190>Nov 25 05:51:07 web-1.example nginx: 10.0.0.1", LOG_INFO, LOG_LOCAL7,
	    "nginx: 10.0.0.1\n");
	check("<190>Nov 25 05:51:07 web-1 nginx: 10.0.0.1", LOG_INFO, LOG_LOCAL7,
	    "nginx: 10.0.0.1\n");
	check("<190>Nov 25 05:51:07 web-2 nginx: 10.0.0.1", LOG_INFO, LOG_LOCAL7,
	    "web-2 nginx: 10.0.0.1\n");
	check("<190>Nov 25 05:51:07 web nginx: 10.0.0.1", LOG_INFO, LOG_LOCAL7,
	    "web nginx: 10.0.0.1\n");
	check("<14>Nov 25 05:51:07 web-1", LOG_INFO, LOG_USER, "web-1\n");
	/* Without a time, it is the message's. */
	check("<14>web-1 is up", LOG_INFO, LOG_USER, "web-1 is up\n");
}

static void
test_a_machine_without_a_name(void **state)
{
	char first[] = "<14>Nov 25 05:51:07 web-1 app: x";
	char second[] = "<14>Nov 25 05:51:07 .x app: x";
	char third[] = "<14>Nov 25 05:51:07  app: x";

	(void)state;
	syslog_parse(first, strlen(first), NULL, &message);
	assert_string_equal(lines(), "web-1 app: x\n");
	syslog_parse(second, strlen(second), ".y", &message);
	assert_string_equal(lines(), ".x app: x\n");
	syslog_parse(third, strlen(third), "", &message);
	assert_string_equal(lines(), " app: x\n");
}

static void
test_what_is_no_priority(void **state)
{
	(void)state;
	check_plain("no header at all");
	check_plain("<192>too great");
	check_plain("<1234>too long");
	check_plain("<>none");
	check_plain("<x>none");
	check_plain("<1x>none");
	check_plain("<-1>none");
	check_plain("<13");
	check_plain("<");
	check_plain(
	    "Nov 25 05:51:07 app: the time stays, for nothing else is as it should");
	check("", LOG_NOTICE, LOG_USER, "");
}

/* -- RFC 5424 -------------------------------------------------------------- */

static void
test_the_newer_header(void **state)
{
	(void)state;
	check("<165>1 2026-11-25T05:51:07.003Z web-1 evnts 111 ID47 - An event",
	    LOG_NOTICE, LOG_LOCAL4, "evnts[111]: An event\n");
	check("<165>1 - - a 1 - - x", LOG_NOTICE, LOG_LOCAL4, "a[1]: x\n");
	check("<165>1 - - app - - - x", LOG_NOTICE, LOG_LOCAL4, "app: x\n");
	check("<165>1 - - - 111 - - x", LOG_NOTICE, LOG_LOCAL4, "x\n");
	check("<34>1 - host su - ID47 - \xef\xbb\xbf'su root' failed", LOG_CRIT, LOG_AUTH,
	    "su: 'su root' failed\n");
}

/* Nobody else would show it. */
static void
test_structured_data_is_shown(void **state)
{
	(void)state;
	check("<165>1 - - app 1 - [e@1 a=\"b c\" d=\"\\]\"] text", LOG_NOTICE, LOG_LOCAL4,
	    "app[1]: [e@1 a=\"b c\" d=\"\\]\"] text\n");
	check("<165>1 - - app 1 - [e@1 a=\"b\"]", LOG_NOTICE, LOG_LOCAL4,
	    "app[1]: [e@1 a=\"b\"]\n");
	check("<165>1 - - app 1 - -", LOG_NOTICE, LOG_LOCAL4, "app[1]: \n");
	check("<165>1 - - - 1 - -", LOG_NOTICE, LOG_LOCAL4, "");
	check("<165>1 - - app 1 - -5 degrees", LOG_NOTICE, LOG_LOCAL4,
	    "app[1]: -5 degrees\n");
}

static void
test_what_only_begins_as_one(void **state)
{
	(void)state;
	check("<14>1 of 5 things is done by now, well", LOG_INFO, LOG_USER,
	    "1 of 5 things is done by now, well\n");
	check("<14>2 - - app 1 - - x", LOG_INFO, LOG_USER, "2 - - app 1 - - x\n");
	check("<14>1 - - app 1 -", LOG_INFO, LOG_USER, "1 - - app 1 -\n");
	check("<14>1 - -  1 - - x", LOG_INFO, LOG_USER, "1 - -  1 - - x\n");
}

/* -- lines ----------------------------------------------------------------- */

static void
test_ends_are_cut_off(void **state)
{
	static const char bytes[] = "<14>app: one\n\n\0\n";

	(void)state;
	check("<14>app: one\n", LOG_INFO, LOG_USER, "app: one\n");
	parse(bytes, sizeof(bytes));
	assert_string_equal(lines(), "app: one\n");
	parse("\0\0\n", 3);
	assert_string_equal(lines(), "");
}

static void
test_several_lines(void **state)
{
	(void)state;
	check("<14>app: one\ntwo\n\nthree\n", LOG_INFO, LOG_USER,
	    "app: one\ntwo\n\nthree\n");
	check("\nfirst is empty", LOG_NOTICE, LOG_USER, "\nfirst is empty\n");
}

/* What is in a line is not this one's to judge. */
static void
test_any_bytes(void **state)
{
	(void)state;
	parse("<14>a\0b\xff\x01", 9);
	assert_int_equal(message.length, 5);
	assert_memory_equal(message.text, "a\0b\xff\x01", 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_as_libc_sends_it),
	    cmocka_unit_test(test_without_a_time),
	    cmocka_unit_test(test_a_time_as_the_newer_ones_write_it),
	    cmocka_unit_test(test_the_name_of_the_machine_is_left_out),
	    cmocka_unit_test(test_a_machine_without_a_name),
	    cmocka_unit_test(test_what_is_no_priority),
	    cmocka_unit_test(test_the_newer_header),
	    cmocka_unit_test(test_structured_data_is_shown),
	    cmocka_unit_test(test_what_only_begins_as_one),
	    cmocka_unit_test(test_ends_are_cut_off),
	    cmocka_unit_test(test_several_lines),
	    cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
