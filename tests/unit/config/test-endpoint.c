/* Where to listen: what a text means, and what is said of one that means nothing. */
#include "config/endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

static struct endpoint
parse(const char *text)
{
	struct endpoint e;
	const char *error = endpoint_parse(text, &e);

	if (error)
		fail_msg("'%s': %s", text, error);
	return e;
}

static void
assert_v4(const char *text, const char *address, unsigned port)
{
	struct endpoint e = parse(text);
	char written[INET_ADDRSTRLEN];

	assert_int_equal(e.at.any.sa_family, AF_INET);
	assert_int_equal(e.length, sizeof(struct sockaddr_in));
	assert_int_equal(ntohs(e.at.v4.sin_port), port);
	inet_ntop(AF_INET, &e.at.v4.sin_addr, written, sizeof(written));
	assert_string_equal(written, address);
	assert_false(e.all);
}

static void
assert_v6(const char *text, const char *address, unsigned port, bool all)
{
	struct endpoint e = parse(text);
	char written[INET6_ADDRSTRLEN];

	assert_int_equal(e.at.any.sa_family, AF_INET6);
	assert_int_equal(e.length, sizeof(struct sockaddr_in6));
	assert_int_equal(ntohs(e.at.v6.sin6_port), port);
	inet_ntop(AF_INET6, &e.at.v6.sin6_addr, written, sizeof(written));
	assert_string_equal(written, address);
	assert_int_equal(e.all, all);
}

static void
assert_wrong(const char *text, const char *sentence)
{
	struct endpoint e = {.length = 7};
	const char *error = endpoint_parse(text, &e);

	if (!error || !strstr(error, sentence))
		fail_msg("'%s' is called '%s', not '%s'", text, error ? error : "right",
		    sentence);
	assert_int_equal(e.length, 7);
}

static void
test_addresses(void **state)
{
	(void)state;
	assert_v4("0.0.0.0:9180", "0.0.0.0", 9180);
	assert_v4("127.0.0.1:1", "127.0.0.1", 1);
	assert_v4("127.0.0.1:65535", "127.0.0.1", 65535);
	assert_v6("[::1]:80", "::1", 80, false);
	assert_v6("[::]:80", "::", 80, false);
}

static void
test_all_of_the_machine(void **state)
{
	(void)state;
	assert_v6("*:9180", "::", 9180, true);
	assert_v6(":9180", "::", 9180, true);
}

static void
test_paths(void **state)
{
	struct endpoint e = parse("unix:/run/a.sock");

	(void)state;
	assert_int_equal(e.at.any.sa_family, AF_UNIX);
	assert_string_equal(e.at.local.sun_path, "/run/a.sock");
}

static void
test_the_longest_path(void **state)
{
	char text[5 + 109] = "unix:/";

	(void)state;
	memset(text + 6, 'a', 106);
	text[5 + 107] = '\0';
	assert_int_equal(strlen(parse(text).at.local.sun_path), 107);
	memcpy(text + 5 + 107, "a", 2);
	assert_wrong(text, "too long");
}

static void
test_what_is_wrong(void **state)
{
	(void)state;
	assert_wrong("", "write ADDRESS:PORT");
	assert_wrong("9180", "write ADDRESS:PORT");
	assert_wrong("localhost:9180", "has to be a number, such as 127.0.0.1");
	assert_wrong("127.0.0.1:http", "from 1 to 65535");
	assert_wrong("127.0.0.1:0", "from 1 to 65535");
	assert_wrong("127.0.0.1:65536", "from 1 to 65535");
	assert_wrong("127.0.0.1:99999", "from 1 to 65535");
	assert_wrong("127.0.0.1:000080", "from 1 to 65535");
	assert_wrong("127.0.0.1:-1", "from 1 to 65535");
	assert_wrong("127.0.0.1:", "from 1 to 65535");
	assert_wrong("::1:80", "in brackets");
	assert_wrong("[::1:80", "has to be a number");
	assert_wrong("[]:80", "has to be a number");
	assert_wrong("[:80", "has to be a number");
	assert_wrong("[fe80::1%eth0]:80", "has to be a number");
	assert_wrong("256.0.0.1:80", "has to be a number");
	assert_wrong("unix:run/a.sock", "begin with '/'");
	assert_wrong("unix:", "begin with '/'");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_addresses),
	    cmocka_unit_test(test_all_of_the_machine),
	    cmocka_unit_test(test_paths),
	    cmocka_unit_test(test_the_longest_path),
	    cmocka_unit_test(test_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
