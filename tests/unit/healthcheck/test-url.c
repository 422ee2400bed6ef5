/* Where a redirect leads, and that it does not lead away. */
#include "healthcheck/url.h"

#include "tests/unit/world.h"

struct row {
	const char *from;
	const char *location;
	const char *to; /* NULL: elsewhere; "": nobody can say */
};

static const struct row rows[] = {
    {"http://h:80/a/b?q", "/c", "http://h:80/c"},
    {"http://h:80/a/b?q", "c", "http://h:80/a/c"},
    {"http://h:80/a/b?q", "?r", "http://h:80/a/b?r"},
    {"http://h:80/a/b?q", "#top", "http://h:80/a/b"},
    {"http://h:80/a", "./c?d=e/f#g", "http://h:80/./c?d=e/f"},
    {"http://h:8080/a", "http://h/c", "http://h:80/c"},
    {"http://h:8080/a", "http://H:9/c", "http://H:9/c"},
    {"http://h:80/a", "https://h", "https://h:443/"},
    {"http://h:80/a", "HTTPS://h:8443?x", "https://h:8443/?x"},
    {"https://h:443/a", "//h/c", "https://h:443/c"},
    {"http://::1:80/a", "http://[::1]:81/c", "http://::1:81/c"},
    {"http://::1:80/a", "http://[::1]/c", "http://::1:80/c"},
    {"http://h:80/a", "http://user:password@h:81/c", "http://h:81/c"},
    {"http://h:80/a", "/a b\xc3\xa9\x01", "http://h:80/a%20b%C3%A9%01"},
    {"http://h:80/a", "http://elsewhere/", NULL},
    {"http://h:80/a", "//elsewhere/", NULL},
    {"http://h:80/a", "http://h.elsewhere/", NULL},
    {"http://h:80/a", "http://h@elsewhere/", NULL},
    {"http://127.0.0.1:80/", "http://localhost/", NULL},
    {"http://h:80/a", "ftp://h/", NULL},
    {"http://h:80/a", "javascript:alert(1)", NULL},
    {"http://h:80/a", "http:///c", ""},
    {"http://h:80/a", "http:c", ""},
    {"http://h:80/a", "http://h:x/", ""},
    {"http://h:80/a", "http://h:12345678/", ""},
    {"http://h:80/a", "http://[/", NULL},
    {"http://h:80/a", "http://@/", ""},
};

/* "http://::1:80/a": host and port are cut at the last colon. */
static struct url
url_from(const char *text)
{
	struct url u = {.secure = strncmp(text, "https", 5) == 0};
	const char *host = strstr(text, "//") + 2;
	const char *path = strchr(host, '/');
	const char *colon = path;

	while (*colon != ':')
		colon--;
	memcpy(u.host, host, (size_t)(colon - host));
	memcpy(u.port, colon + 1, (size_t)(path - colon - 1));
	strcpy(u.target, path);
	return u;
}

static void
test_redirects(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct url u = url_from(rows[i].from);
		enum url_move move = url_move(&u, rows[i].location);
		char text[sizeof(struct url) + 16];

		snprintf(text, sizeof(text), "%s://%s:%s%s", u.secure ? "https" : "http",
		    u.host, u.port, u.target);
		if (!rows[i].to || !*rows[i].to) {
			assert_int_equal(move, rows[i].to ? URL_BAD : URL_ELSEWHERE);
			assert_string_equal(text, rows[i].from);
		} else {
			assert_int_equal(move, URL_SAME_HOST);
			assert_string_equal(text, rows[i].to);
		}
	}
}

/* A chain of relative ones may make it longer and longer. */
static void
test_too_long(void **state)
{
	struct url u = url_from("http://h:80/");
	char location[600];

	(void)state;
	memset(location, 'a', sizeof(location));
	location[sizeof(location) - 2] = '/';
	location[sizeof(location) - 1] = '\0';
	for (int i = 0; i < 6; i++)
		assert_int_equal(url_move(&u, location), URL_SAME_HOST);
	assert_int_equal(strlen(u.target), 1 + 6 * 599);
	assert_int_equal(url_move(&u, location), URL_BAD);
	assert_int_equal(strlen(u.target), 1 + 6 * 599);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_redirects),
	    cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
