/* Addresses from text and from /etc/hosts, as the static build has them. */
#include "healthcheck/lookup.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "tests/unit/world.h"

/* "127.0.0.1:80 ::1:80 " */
static const char *
text_of(const struct addresses *all)
{
	static char text[1024];
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < all->count; i++) {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)&all->items[i];
		const struct sockaddr_in6 *v6 =
		    (const struct sockaddr_in6 *)&all->items[i];
		bool is_v4 = v4->sin_family == AF_INET;
		char address[INET6_ADDRSTRLEN];

		inet_ntop(v4->sin_family,
		    is_v4 ? (const void *)&v4->sin_addr : (const void *)&v6->sin6_addr,
		    address, sizeof(address));
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s:%d ",
		    address, ntohs(is_v4 ? v4->sin_port : v6->sin6_port));
	}
	return text;
}

static const char *
look_in(const char *hosts, const char *name)
{
	static struct addresses all;
	FILE *file = fmemopen((void *)(uintptr_t)hosts, strlen(hosts), "r");

	assert_non_null(file);
	all.count = 0;
	lookup_in_hosts(&all, file, name, "80");
	fclose(file);
	return text_of(&all);
}

static void
test_hosts(void **state)
{
	static const char hosts[] = "# 10.0.0.9 web\n"
				    "127.0.0.1\tlocalhost\n"
				    "::1 localhost ip6-localhost # web\n"
				    "\n"
				    "10.0.0.1 db.example db  DB2\r\n"
				    "10.0.0.2 db\n"
				    "nonsense web\n"
				    "10.0.0.3\n"
				    "10.0.0.4 last";

	(void)state;
	assert_string_equal(look_in(hosts, "localhost"), "127.0.0.1:80 ::1:80 ");
	assert_string_equal(look_in(hosts, "DB"), "10.0.0.1:80 10.0.0.2:80 ");
	assert_string_equal(look_in(hosts, "db2"), "10.0.0.1:80 ");
	assert_string_equal(look_in(hosts, "last"), "10.0.0.4:80 ");
	assert_string_equal(look_in(hosts, "web"), "");
	assert_string_equal(look_in(hosts, "d"), "");
}

/* More than there is room for, and lines longer than any. */
static void
test_hosts_without_end(void **state)
{
	struct addresses all = {.count = 0};
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 100; i++)
		fprintf(file, "10.0.0.%d web\n", i);
	for (int i = 0; i < 100000; i++)
		fputc('x', file);
	rewind(file);
	lookup_in_hosts(&all, file, "web", "65535");
	fclose(file);
	assert_int_equal(all.count, ADDRESSES_MAX);
}

static void
test_numeric(void **state)
{
	struct addresses all = {.count = 0};

	(void)state;
	assert_true(lookup_numeric(&all, "127.0.0.1", "8080"));
	assert_true(lookup_numeric(&all, "fe80::1", "1"));
	assert_false(lookup_numeric(&all, "localhost", "1"));
	assert_false(lookup_numeric(&all, "127.1", "1"));
	assert_string_equal(text_of(&all), "127.0.0.1:8080 fe80::1:1 ");
	assert_null(lookup_host("::1", "80", &all));
	assert_string_equal(text_of(&all), "::1:80 ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hosts),
	    cmocka_unit_test(test_hosts_without_end),
	    cmocka_unit_test(test_numeric),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
