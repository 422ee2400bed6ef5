/* What proctor status prints of what the API says. */
#include "init/table.h"

#include "tests/unit/world.h"

static void
assert_table(const char *json, size_t width, const char *wanted)
{
	struct slice services[8];
	struct slice item = {.bytes = NULL};
	struct slice all;
	struct text t;
	size_t count = 0;

	text_init(&t, 65536);
	assert_true(reader_open(json, strlen(json), &all));
	while (reader_next(all, &item))
		services[count++] = item;
	table_write(&t, services, count, width);
	text_add_bytes(&t, "", 1);
	assert_false(t.failed);
	assert_string_equal(t.bytes, wanted);
	text_clear(&t);
}

static void
test_a_table(void **state)
{
	(void)state;
	assert_table("[{\"name\":\"web\",\"state\":\"ready\",\"ready\":true,\"pid\":17,"
		     "\"uptime_seconds\":3723.5,\"restarts\":2,\"condition\":\"ready\","
		     "\"last_exit\":{\"reason\":\"was killed by SIGSEGV\"},"
		     "\"note\":\"serving\"},"
		     "{\"name\":\"migrate\",\"state\":\"backoff\",\"ready\":false,"
		     "\"pid\":null,\"uptime_seconds\":null,\"restarts\":0,"
		     "\"condition\":\"restart in 4s: ended with 1\","
		     "\"last_exit\":{\"reason\":\"ended with 1\"},\"note\":null},"
		     "{\"name\":\"db\",\"state\":\"down\",\"ready\":false,"
		     "\"condition\":\"down\",\"last_exit\":null}]",
	    80,
	    "NAME     STATE    READY  PID  UPTIME  RESTARTS  LAST EXIT\n"
	    "web      ready    yes    17   1h2m    2         killed by SIGSEGV\n"
	    "    serving\n"
	    "migrate  backoff  no     -    -       0         ended with 1\n"
	    "    restart in 4s: ended with 1\n"
	    "db       down     no     -    -       0         -\n");
}

static void
assert_uptime(const char *seconds, const char *wanted)
{
	char json[128];
	char line[256];

	(void)snprintf(json, sizeof(json),
	    "[{\"name\":\"a\",\"state\":\"up\",\"ready\":true,\"uptime_seconds\":%s}]",
	    seconds);
	(void)snprintf(line, sizeof(line),
	    "NAME  STATE  READY  PID  UPTIME  RESTARTS  LAST EXIT\n"
	    "a     up     yes    -    %-6s  0         -\n",
	    wanted);
	assert_table(json, 80, line);
}

static void
test_uptimes(void **state)
{
	(void)state;
	assert_uptime("0.4", "0s");
	assert_uptime("59.9", "59s");
	assert_uptime("60", "1m");
	assert_uptime("61", "1m1s");
	assert_uptime("3599", "59m59s");
	assert_uptime("3600", "1h");
	assert_uptime("3659", "1h");
	assert_uptime("86399", "23h59m");
	assert_uptime("90000", "1d1h");
	assert_uptime("86460", "1d");
	assert_uptime("null", "-");
}

static void
test_no_line_is_too_wide(void **state)
{
	(void)state;
	assert_table("[{\"name\":\"a-name-that-is-longer-than-most\",\"state\":\"ready\","
		     "\"ready\":true,\"last_exit\":{\"reason\":\"was killed by SIGSEGV "
		     "after it did not stop in time\"},\"note\":\"0123456789 0123456789 "
		     "0123456789 0123456789 0123456789 0123456789 0123456789 0123\"}]",
	    80,
	    "NAME                      STATE  READY  PID  UPTIME  RESTARTS  LAST EXIT\n"
	    "a-name-that-i...han-most  ready  yes    -    -       0         killed by "
	    "SIGS...\n"
	    "    0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 "
	    "0123456...\n");
	assert_table("[{\"name\":\"web\",\"state\":\"ready\",\"ready\":true}]", 25,
	    "NAME  STATE  READY  PID\n"
	    "web   ready  yes    -\n");
}

/* The copies of one section differ at the end. */
static void
test_long_names_can_be_told_apart(void **state)
{
	(void)state;
	const char json[] = "[{\"name\":\"payment-notification-worker@1\",\"state\":"
			    "\"ready\",\"ready\":true,\"last_exit\":{\"reason\":"
			    "\"was killed by SIGTERM\"}},"
			    "{\"name\":\"payment-notification-worker@2\",\"state\":"
			    "\"ready\",\"ready\":true}]";

	assert_table(json, 80,
	    "NAME                      STATE  READY  PID  UPTIME  RESTARTS  LAST "
	    "EXIT\n"
	    "payment-notif...worker@1  ready  yes    -    -       0         killed "
	    "by SIGTERM\n"
	    "payment-notif...worker@2  ready  yes    -    -       0         -\n");
	assert_table(json, 90,
	    "NAME                           STATE  READY  PID  UPTIME  RESTARTS  LAST "
	    "EXIT\n"
	    "payment-notification-worker@1  ready  yes    -    -       0         killed "
	    "by SIGTERM\n"
	    "payment-notification-worker@2  ready  yes    -    -       0         -\n");
}

static void
test_characters_and_controls(void **state)
{
	(void)state;
	assert_table(
	    "[{\"name\":\"\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\",\"state\":\"up\","
	    "\"ready\":true,\"note\":\"\\u001b[2J\\u009b1mx\\n\"}]",
	    80,
	    "NAME   STATE  READY  PID  UPTIME  RESTARTS  LAST EXIT\n"
	    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9  up     yes    -    -       0"
	    "         -\n"
	    "    ?[2J??1mx?\n");
}

static void
test_nothing_to_show(void **state)
{
	(void)state;
	assert_table("[]", 80, "NAME  STATE  READY  PID  UPTIME  RESTARTS  LAST EXIT\n");
	assert_table("[{}]", 80,
	    "NAME  STATE  READY  PID  UPTIME  RESTARTS  LAST EXIT\n"
	    "-     -      no     -    -       0         -\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_table),
	    cmocka_unit_test(test_uptimes),
	    cmocka_unit_test(test_no_line_is_too_wide),
	    cmocka_unit_test(test_long_names_can_be_told_apart),
	    cmocka_unit_test(test_characters_and_controls),
	    cmocka_unit_test(test_nothing_to_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
