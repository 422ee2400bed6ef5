/* Text to probes, and what is said where there is none in it. */
#include "config/probe.h"

#include "tests/unit/config/fixture.h"

struct row {
	const char *text;
	struct probe probe; /* what is NULL does not matter */
};

static void
assert_same(const char *got, const char *wanted)
{
	if (wanted != NULL) {
		assert_non_null(got);
		assert_string_equal(got, wanted);
	}
}

static void
test_urls(void **state)
{
	static const struct row rows[] = {
	    {"http://127.0.0.1",
		{PROBE_HTTP, "http://127.0.0.1", "127.0.0.1", "80", "/", 0, {0}}},
	    {"http://h:8080/a/b?c=d&e",
		{PROBE_HTTP, NULL, "h", "8080", "/a/b?c=d&e", 0, {0}}},
	    {"http://h?c", {PROBE_HTTP, NULL, "h", "80", "/?c", 0, {0}}},
	    {"http://h/a%20b%2", {PROBE_HTTP, NULL, "h", "80", "/a%20b%2", 0, {0}}},
	    {"HTTPS://a-b.c_d.example/",
		{PROBE_HTTPS, NULL, "a-b.c_d.example", "443", "/", 0, {0}}},
	    {"https://[::1]:0443/x", {PROBE_HTTPS, NULL, "::1", "443", "/x", 0, {0}}},
	    {"http://[fe80::1]", {PROBE_HTTP, NULL, "fe80::1", "80", "/", 0, {0}}},
	    {"\"http://h/\"", {PROBE_HTTP, "http://h/", "h", "80", "/", 0, {0}}},
	    {"http://h:${PORT}/%i",
		{PROBE_HTTP, "http://h:8000/2", "h", "8000", "/2", 0, {0}}},
	    {"tcp://localhost:5432", {PROBE_TCP, NULL, "localhost", "5432", "", 0, {0}}},
	    {"tcp://[::]:1", {PROBE_TCP, NULL, "::", "1", "", 0, {0}}},
	    {"grpc://h:65535", {PROBE_GRPC, NULL, "h", "65535", "", 0, {0}}},
	    {"grpc://h:1/", {PROBE_GRPC, NULL, "h", "1", "", 0, {0}}},
	    {"grpc://h:1/a.b/c%2Fd", {PROBE_GRPC, NULL, "h", "1", "a.b/c/d", 0, {0}}},
	    {"unix:///run/a%20b%3F.sock",
		{PROBE_UNIX, NULL, NULL, NULL, "/run/a b?.sock", 0, {0}}},
	    {"file:///run/ok",
		{PROBE_FILE, NULL, NULL, NULL, "/run/ok", USEC_NEVER, {0}}},
	    {"file:///ok?max_age=10s",
		{PROBE_FILE, NULL, NULL, NULL, "/ok", 10 * USEC_PER_SEC, {0}}},
	};
	char port[] = "PORT=8000";
	char *environment[] = {port, NULL};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct value_context context = {
		    .arena = &arena, .environment = environment, .instance = 2};
		const struct probe *wanted = &rows[i].probe;
		struct probe probe;

		if (value_probe(&context, rows[i].text, &probe) < 0)
			fail_msg("%s: %s", rows[i].text, context.error);
		assert_int_equal(probe.kind, wanted->kind);
		assert_same(probe.text, wanted->text);
		assert_same(probe.host, wanted->host);
		assert_same(probe.port, wanted->port);
		assert_same(probe.path, wanted->path);
		if (wanted->max_age != 0)
			assert_int_equal(probe.max_age, wanted->max_age);
		assert_int_equal(probe.command.count, 0);
	}
	arena_clear(&arena);
}

/* A value is never split: it is a word, or a part of one, whatever is in it. */
static void
test_a_command_is_split_first(void **state)
{
	char value[] = "V=a b 'c";
	char *environment[] = {value, NULL};
	struct arena arena = {0};
	struct value_context context = {.arena = &arena, .environment = environment};
	struct probe probe;

	(void)state;
	assert_int_equal(
	    value_probe(&context, "exec: sh -c 'exit 1' x${V} \"\\${V}\"", &probe), 0);
	assert_int_equal(probe.kind, PROBE_EXEC);
	assert_string_equal(probe.text, "exec: sh -c 'exit 1' x${V} \"\\${V}\"");
	ASSERT_WORDS(&probe.command, "sh", "-c", "exit 1", "xa b 'c", "${V}");
	assert_int_equal(value_probe(&context, "EXEC:true", &probe), 0);
	ASSERT_WORDS(&probe.command, "true");
	arena_clear(&arena);
}

#define LONG "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define FORMS                                                                            \
	"write http://HOST:PORT/PATH, https://..., tcp://HOST:PORT, unix:///PATH, "      \
	"grpc://HOST:PORT/SERVICE, file:///PATH or exec: COMMAND"
#define NO_PORT " is not a port; write a number from 1 to 65535"
#define NO_HOST " is not a host; write a name or an address"
#define USER                                                                             \
	"a probe takes no user in its URL; leave out all up to the @, and write a "      \
	"header if one is needed"

static void
test_what_is_wrong(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} rows[] = {
	    {"", "'' is not a probe; " FORMS},
	    {"/bin/true", "'/bin/true' is not a probe; " FORMS},
	    {"gopher://x", "'gopher://x' is not a probe; " FORMS},
	    {"htpp://x", "'htpp://x' is not a probe; did you mean 'http'?"},
	    {"flie:///x", "'flie:///x' is not a probe; did you mean 'file'?"},
	    {"exce: x", "'exce: x' is not a probe; did you mean 'exec'?"},
	    {"http:h", "'http:h' lacks its slashes; write http://HOST:PORT"},
	    {"unix:/run/x", "'unix:/run/x' lacks its slashes; write unix:///PATH"},
	    {"http://", "a host is missing; write one such as 127.0.0.1"},
	    {"http://:80/", "a host is missing; write one such as 127.0.0.1"},
	    {"http://u:p@h/", USER},
	    {"http://h/#top",
		"'http://h/#top' has a fragment, which is never sent; leave it out, or "
		"write %23 for a literal #"},
	    {"http://h/a b",
		"'http://h/a b' has a character that no URL has; write %20 for it"},
	    {"http://h/\x7f",
		"'http://h/?' has a character that no URL has; write %7F for it"},
	    {"http://h/\xc3\xa9",
		"'http://h/\xc3\xa9' has a character that no URL has; write %C3 for it"},
	    {"http://-h/", "'-h'" NO_HOST},
	    {"http://a*b/", "'a*b'" NO_HOST},
	    {"http://::1/",
		"'::1' looks like an IPv6 address; write it in brackets, such as [::1]"},
	    {"http://[::1",
		"'[::1' looks like an IPv6 address; write it in brackets, "
		"such as [::1]"},
	    {"http://[::1]x", "'[::1]x'" NO_HOST},
	    {"http://[::1%lo]/",
		"'::1%lo' is not an IPv6 address; write one such as [::1], without a "
		"zone"},
	    {"http://[]/",
		"'' is not an IPv6 address; write one such as [::1], without a zone"},
	    {"http://h:/", "''" NO_PORT},
	    {"http://h:0/", "'0'" NO_PORT},
	    {"http://h:65536/", "'65536'" NO_PORT},
	    {"http://h:+80/", "'+80'" NO_PORT},
	    {"http://h:80x/", "'80x'" NO_PORT},
	    {"tcp://h", "'h' has no port; write h:PORT"},
	    {"grpc://h/x", "'h' has no port; write h:PORT"},
	    {"tcp://h:1/", "'/' means nothing to tcp; write tcp://HOST:PORT"},
	    {"grpc://h:1?x",
		"'?x' means nothing to grpc; write grpc://HOST:PORT/SERVICE"},
	    {"unix://run/x",
		"the path is not absolute; write unix:///PATH, with three slashes"},
	    {"file://",
		"the path is not absolute; write file:///PATH, with three slashes"},
	    {"unix:///x?y", "'?y' means nothing to unix; write %3F for a ? in the path"},
	    {"unix:///" LONG LONG,
		"the path is too long for a socket; write at most 107 bytes"},
	    {"file:///%", "'%' is not an escape; write %25 for a percent sign"},
	    {"file:///%4", "'%4' is not an escape; write %25 for a percent sign"},
	    {"file:///%00", "'%00' stands for a control character; leave it out"},
	    {"file:///x%1F", "'%1F' stands for a control character; leave it out"},
	    {"unix:///x%7fy", "'%7f' stands for a control character; leave it out"},
	    {"file:///x?", "'' is no option of file; write ?max_age=TIME"},
	    {"file:///x?maxage=1s",
		"'maxage' is no option of file; did you mean 'max_age'?"},
	    {"file:///x?max_age=10", "max_age: '10' has no unit; write 10s or 10ms"},
	    {"file:///x?max_age=0s",
		"max_age: no file is that young; write a time such as 10s"},
	    {"exec:", "exec names no program; write exec: PROGRAM ARGUMENT..."},
	    {"exec: '' x", "exec names no program; write exec: PROGRAM ARGUMENT..."},
	    {"exec: 'x", "the quote in ''x' never closes; write \\' for a literal one"},
	    {"exec: ${V}",
		"V is not set in the environment; set it, or write ${V:-default}"},
	    {"tcp://h:${V}",
		"V is not set in the environment; set it, or write ${V:-default}"},
	    {"'exec: x'",
		"'exec: x' comes whole out of quotes or a variable; write exec: "
		"in front of them"},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct value_context context = {.arena = &arena};
		struct probe probe = {.port = "untouched"};

		assert_int_equal(value_probe(&context, rows[i].text, &probe), -22);
		assert_string_equal(context.error, rows[i].error);
		assert_string_equal(probe.port, "untouched");
	}
	arena_clear(&arena);
}

static void
test_length(void **state)
{
	char url[4002] = "http://h/";
	struct arena arena = {0};
	struct value_context context = {.arena = &arena};
	struct probe probe;

	(void)state;
	memset(url + 9, 'x', 4000 - 9);
	assert_int_equal(value_probe(&context, url, &probe), 0);
	assert_int_equal(strlen(probe.path), 4000 - 8);
	url[4000] = 'x';
	assert_int_equal(value_probe(&context, url, &probe), -22);
	assert_string_equal(
	    context.error, "the URL is too long; write at most 4000 bytes");
	arena_clear(&arena);
}

/* What is settled owes nothing to the arena it was made in. */
static void
test_settle(void **state)
{
	struct arena from = {0};
	struct arena to = {0};
	struct value_context context = {.arena = &from};
	struct probe http;
	struct probe command;
	struct probe none = {.text = NULL};

	(void)state;
	assert_int_equal(value_probe(&context, "http://h:1/x", &http), 0);
	assert_int_equal(value_probe(&context, "exec: a b", &command), 0);
	settle_probe(&to, &http);
	settle_probe(&to, &command);
	settle_probe(&to, &none);
	arena_clear(&from);
	assert_string_equal(http.text, "http://h:1/x");
	assert_string_equal(http.host, "h");
	assert_string_equal(http.port, "1");
	assert_string_equal(http.path, "/x");
	assert_string_equal(command.text, "exec: a b");
	ASSERT_WORDS(&command.command, "a", "b");
	assert_null(none.text);
	arena_clear(&to);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_a_command_is_split_first),
	    cmocka_unit_test(test_what_is_wrong),
	    cmocka_unit_test(test_length),
	    cmocka_unit_test(test_settle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
