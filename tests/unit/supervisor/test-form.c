/* How a line looks outside, in each mode, and that it never needs more than was said. */
#include "supervisor/form.h"

#include "supervisor/lines.h"
#include "supervisor/reader.h"
#include "tests/unit/supervisor/sample.h"
#include "tests/unit/world.h"

#define TIME "2025-11-23T05:43:57.123456Z"
#define FRONT                                                                            \
	"{\"time\":\"" TIME "\",\"service\":\"web\",\"stream\":\"stdout\",\"pid\":12,"
#define LOST "\xef\xbf\xbd"

static struct form form;
static struct form_style style;
static struct form_origin origin;
static char out[4 * FORM_ROOM];

static int
begin(void **state)
{
	style = (struct form_style){.mode = LOG_MODE_PREFIX};
	origin = (struct form_origin){.service = "web",
	    .stream = "stdout",
	    .pid = 12,
	    .priority = -1,
	    .wall = 1763876637123456};
	return world_begin(state) < 0 ? -1 : form_init(&form);
}

static int
end(void **state)
{
	form_clear(&form);
	return world_end(state);
}

#define form_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

/* No more than form_size() says. */
static size_t
write_line(const char *data, size_t length, bool continued)
{
	size_t most = form_size(&form, length);
	size_t n;

	assert_true(most < sizeof(out));
	memset(out + most, '#', 16);
	n = form_line(&form, out, data, length, continued);
	assert_true(n > 0 && n <= most);
	assert_memory_equal(out + most, "################", 16);
	assert_int_equal(out[n - 1], '\n');
	return n;
}

static void
assert_bytes(const char *data, size_t length, bool continued, const char *wanted)
{
	size_t n;

	form_begin(&form, &style, &origin);
	n = write_line(data, length, continued);
	out[n] = '\0';
	assert_string_equal(out, wanted);
}

#define assert_line(text, wanted) assert_bytes(text, strlen(text), false, wanted)
#define assert_rest(text, wanted) assert_bytes(text, strlen(text), true, wanted)

/* -- prefix and raw -------------------------------------------------------- */

static void
test_prefix(void **state)
{
	(void)state;
	assert_line("GET /", "web | GET /\n");
	assert_line("", "web | \n");
	assert_rest("of it", "web + of it\n");
	assert_line("next", "web | next\n");
	assert_line("50%\r100%\r", "web | 50%\r100%\r\n");
	assert_line("\xff|+", "web | \xff|+\n");
	style.timestamps = true;
	assert_line("GET /", TIME " web | GET /\n");
	assert_rest("of it", TIME " web + of it\n");
	origin.colour = 31;
	assert_line("red", TIME " \033[31mweb |\033[0m red\n");
	assert_rest("red", TIME " \033[31mweb +\033[0m red\n");
	style.timestamps = false;
	assert_line("red", "\033[31mweb |\033[0m red\n");
}

static void
test_nul_is_a_byte(void **state)
{
	(void)state;
	form_begin(&form, &style, &origin);
	assert_int_equal(write_line("a\0b", 3, false), 10);
	assert_memory_equal(out, "web | a\0b\n", 10);
}

static void
test_raw(void **state)
{
	(void)state;
	style.mode = LOG_MODE_RAW;
	style.timestamps = true;
	origin.colour = 31;
	assert_line("GET /", "GET /\n");
	assert_rest("of it", "of it\n");
	assert_line("", "\n");
}

/* -- json ------------------------------------------------------------------ */

static void
test_json(void **state)
{
	(void)state;
	style.mode = LOG_MODE_JSON;
	assert_line("GET /", FRONT "\"message\":\"GET /\"}\n");
	assert_line("", FRONT "\"message\":\"\"}\n");
	assert_rest("of it", FRONT "\"continued\":true,\"message\":\"of it\"}\n");
	origin.priority = 3;
	assert_line("bad", FRONT "\"priority\":3,\"message\":\"bad\"}\n");
	origin.pid = 0;
	origin.priority = -1;
	origin.service = "other";
	origin.stream = "tail";
	assert_line("x",
	    "{\"time\":\"" TIME
	    "\",\"service\":\"other\",\"stream\":\"tail\",\"message\":\"x\"}\n");
}

static void
test_json_escapes(void **state)
{
	(void)state;
	style.mode = LOG_MODE_JSON;
	assert_line("\"\\/\b\f\r\t\x01\x1f\x7f",
	    FRONT "\"message\":\"\\\"\\\\/\\b\\f\\r\\t\\u0001\\u001f\x7f\"}\n");
	assert_bytes("a\0b", 3, false, FRONT "\"message\":\"a\\u0000b\"}\n");
	assert_line("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
	    FRONT "\"message\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"}\n");
	assert_line("\xff\xc3", FRONT "\"message\":\"" LOST LOST "\"}\n");
	assert_line("50%\r100%\r", FRONT "\"message\":\"50%\\r100%\\r\"}\n");
}

/* Blocks are looked at together: an escape at any place in them. */
static void
test_json_escapes_at_any_place(void **state)
{
	char line[100];
	char wanted[256];

	(void)state;
	style.mode = LOG_MODE_JSON;
	for (int i = 0; i < 99; i++) {
		memset(line, 'a', 99);
		line[99] = '\0';
		line[i] = "\"\x1f\\"[i % 3];
		(void)snprintf(wanted, sizeof(wanted),
		    FRONT "\"message\":\"%.*s%s%s\"}\n", i, line,
		    (const char *[]){"\\\"", "\\u001f", "\\\\"}[i % 3], line + i + 1);
		assert_line(line, wanted);
	}
}

/* -- merge ----------------------------------------------------------------- */

#define MERGED                                                                           \
	"{\"time\":\"" TIME "\",\"service\":\"web\",\"stream\":\"stdout\",\"pid\":12"

static void
test_an_object_is_merged(void **state)
{
	(void)state;
	style.mode = LOG_MODE_JSON;
	assert_line("{\"a\":1}", FRONT "\"message\":\"{\\\"a\\\":1}\"}\n");
	style.merge = true;
	assert_line("{\"a\":1}", MERGED ",\"a\":1}\n");
	assert_line(
	    "  { \"a\" : {\"time\":[1,{}]} }\r", MERGED ",\"a\" : {\"time\":[1,{}]}}\n");
	assert_line("{}", MERGED "}\n");
	assert_line("{ }", MERGED "}\n");
	assert_line("{\"\\uD83d\\uDe00\":\"\\\\ud800\"}",
	    MERGED ",\"\\uD83d\\uDe00\":\"\\\\ud800\"}\n");
	assert_line("{\"message\":\"x\",\"continued\":true}",
	    MERGED ",\"message\":\"x\",\"continued\":true}\n");
}

static void
test_what_an_object_says_itself_is_its_own(void **state)
{
	(void)state;
	style.mode = LOG_MODE_JSON;
	style.merge = true;
	assert_line("{\"time\":5,\"x\":\"service\"}",
	    "{\"service\":\"web\",\"stream\":\"stdout\",\"pid\":12,\"time\":5,\"x\":"
	    "\"service\"}\n");
	assert_line("{\"pid\":null,\"stream\":1}",
	    "{\"time\":\"" TIME "\",\"service\":\"web\",\"pid\":null,\"stream\":1}\n");
	assert_line("{\"pid\":1,\"stream\":2,\"service\":3,\"time\":4}",
	    "{\"pid\":1,\"stream\":2,\"service\":3,\"time\":4}\n");
	origin.priority = 6;
	assert_line("{\"priority\":1}", MERGED ",\"priority\":1}\n");
	assert_line("{\"a\":1}", MERGED ",\"priority\":6,\"a\":1}\n");
}

static void
assert_not_merged(const char *text)
{
	size_t n;

	form_begin(&form, &style, &origin);
	n = write_line(text, strlen(text), false);
	assert_memory_equal(out, FRONT "\"message\":\"", strlen(FRONT "\"message\":\""));
	out[n] = '\0';
}

static void
test_what_is_not_merged(void **state)
{
	static char deep[2000];
	static char line[FORM_LINE_SIZE];

	(void)state;
	style.mode = LOG_MODE_JSON;
	style.merge = true;
	assert_not_merged("[{}]");
	assert_not_merged("1");
	assert_not_merged("\"{}\"");
	assert_not_merged("{\"a\":1");
	assert_not_merged("{\"a\":1} {}");
	assert_not_merged("x {\"a\":1}");
	assert_not_merged("{'a':1}");
	assert_not_merged("{\"a\":\"\xff\"}");
	assert_not_merged("{\"a\":\"\t\"}");
	assert_not_merged("{\"a\":\"\\ud800\"}");
	assert_not_merged("{\"a\":\"\\uDFff\"}");
	assert_not_merged("{\"a\":\"\\uD83D\\n\"}");
	assert_not_merged("{\"a\":\"\\uD83D\\ud83d\\ude00\"}");
	assert_rest(
	    "{\"a\":1}", FRONT "\"continued\":true,\"message\":\"{\\\"a\\\":1}\"}\n");
	memset(deep, '[', 1000);
	memset(deep + 1000, ']', 999);
	memcpy(deep, "{\"a\":", 5);
	memcpy(deep + 1995, "}", 2);
	assert_not_merged(deep);
	(void)snprintf(
	    line, sizeof(line), "{\"a\":\"%0*d\"}", (int)FORM_LINE_SIZE - 70, 1);
	assert_not_merged(line);
}

/* -- no object, and no line, is too long ----------------------------------- */

/* Each line is an object, and a line to Docker; their messages are joined. */
static size_t
check_objects(size_t length, char *message)
{
	size_t total = 0;
	const char *at = out;
	bool continued = false;

	while (at < out + length) {
		const char *newline = memchr(at, '\n', (size_t)(out + length - at));
		struct text said;
		struct slice object;

		assert_true(newline && newline + 1 - at <= (ptrdiff_t)FORM_LINE_SIZE);
		assert_true(reader_open(at, (size_t)(newline - at), &object));
		assert_true(reader_is(reader_member(object, "service"), origin.service));
		assert_int_equal(
		    reader_is_true(reader_member(object, "continued")), continued);
		text_init(&said, FORM_ROOM);
		assert_true(reader_string(reader_member(object, "message"), &said));
		memcpy(message + total, said.bytes, said.length);
		total += said.length;
		text_clear(&said);
		continued = true;
		at = newline + 1;
	}
	return total;
}

static void
check_split(const char *line, size_t length)
{
	static char message[FORM_ROOM];
	size_t n;

	form_begin(&form, &style, &origin);
	n = write_line(line, length, false);
	assert_int_equal(check_objects(n, message), length);
	assert_memory_equal(message, line, length);
}

static void
test_long_lines_become_several_objects(void **state)
{
	static char line[FORM_LINE_SIZE];
	size_t limit;

	(void)state;
	style.mode = LOG_MODE_JSON;
	limit = form_limit(&style, origin.service);
	for (unsigned i = 0; i < limit; i++)
		line[i] = "abcde\"\\\x01"[i % 8];
	check_split(line, limit);
	memset(line, '\\', limit);
	check_split(line, limit);
	memset(line, '\x02', limit);
	check_split(line, limit);
	for (size_t i = 0; i + 2 <= limit; i += 2)
		memcpy(line + i, "\xc3\xa4", 2);
	check_split(line, limit / 2 * 2);
	for (size_t n = 2700; n < 2740; n++) {
		memset(line, '\x02', n);
		check_split(line, n);
	}
}

/* One line of the limit is one object where it needs no escapes, and just fits. */
static void
test_the_limit(void **state)
{
	static char line[FORM_LINE_SIZE + 1];
	char name[64];

	(void)state;
	memset(line, 'x', sizeof(line));
	memset(name, 'n', sizeof(name));
	name[63] = '\0';
	origin.service = name;
	origin.pid = 2147483647;
	origin.priority = 7;
	for (int i = 0; i < 2; i++, style.timestamps = true) {
		style.mode = LOG_MODE_RAW;
		form_begin(&form, &style, &origin);
		assert_int_equal(
		    write_line(line, form_limit(&style, name), true), FORM_LINE_SIZE);
		style.mode = LOG_MODE_PREFIX;
		form_begin(&form, &style, &origin);
		assert_int_equal(
		    write_line(line, form_limit(&style, name), true), FORM_LINE_SIZE);
		style.mode = LOG_MODE_JSON;
		form_begin(&form, &style, &origin);
		assert_true(
		    write_line(line, form_limit(&style, name), true) <= FORM_LINE_SIZE);
		assert_int_equal(memchr(out, '\n', sizeof(out)) == NULL, false);
	}
}

/* -- what is foreseen ------------------------------------------------------ */

struct filling {
	size_t written;
	size_t room;
};

static void
fill(void *context, const char *data, size_t length, bool continued)
{
	struct filling *f = context;

	assert_true(f->written + form_size(&form, length) <= f->room);
	f->written += write_line(data, length, continued);
}

/* What is begun already, and as much as form_fitting() lets in. */
static void
check_fitting(size_t room, const char *begun, size_t begun_length, const char *bytes)
{
	struct filling f = {.room = SIZE_MAX};
	struct lines lines;
	size_t n;

	form_begin(&form, &style, &origin);
	n = form_fitting(&form, room);
	if (n == 0)
		return;
	lines_init(&lines, form_limit(&style, origin.service));
	lines_feed(&lines, begun, begun_length, fill, &f);
	f = (struct filling){.room = room};
	lines_feed(&lines, bytes, n, fill, &f);
	lines_finish(&lines, fill, &f);
	lines_clear(&lines);
}

static void
fill_bytes(uint32_t *seed, char *bytes, size_t size, unsigned kind)
{
	static const char worst[] = "\n\x01\xff\\";

	for (size_t i = 0; i < size; i++)
		bytes[i] = kind < 4 ? worst[kind]
		    : kind == 4	    ? (i % 2 ? '\n' : '\x01')
		    : kind == 5	    ? (char)world_random(seed, 256)
				    : "ab{}\n\xc3\xa4\x02"[world_random(seed, 8)];
}

static void
test_no_more_than_was_foreseen(void **state)
{
	static const size_t rooms[] = {
	    0, 20000, FORM_ROOM, FORM_ROOM + 1000, FORM_ROOM + 5000, 400000, 512 * 1024};
	static char begun[FORM_LINE_SIZE];
	static char bytes[512 * 1024];
	uint32_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 3 * 7 * 7 * 4; round++) {
		size_t room = rooms[round / 12 % LENGTH(rooms)];

		style.mode = (enum log_mode[]){
		    LOG_MODE_PREFIX, LOG_MODE_JSON, LOG_MODE_RAW}[round % 3];
		style.timestamps = round % 2;
		style.merge = round % 4 > 1;
		fill_bytes(&seed, bytes, sizeof(bytes), round / 84);
		fill_bytes(&seed, begun, sizeof(begun), round / 3 % 2 ? 1 : 6);
		check_fitting(room, begun,
		    form_limit(&style, origin.service) - world_random(&seed, 2), bytes);
	}
}

/* All of it would be no use. */
static void
test_something_fits(void **state)
{
	(void)state;
	form_begin(&form, &style, &origin);
	assert_int_equal(form_fitting(&form, FORM_LINE_SIZE), 0);
	assert_true(form_fitting(&form, FORM_LINE_SIZE * 2) > 1000);
	style.mode = LOG_MODE_JSON;
	form_begin(&form, &style, &origin);
	assert_int_equal(form_fitting(&form, FORM_ROOM), 0);
	assert_true(form_fitting(&form, FORM_ROOM * 2) > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    form_test(test_prefix),
	    form_test(test_nul_is_a_byte),
	    form_test(test_raw),
	    form_test(test_json),
	    form_test(test_json_escapes),
	    form_test(test_json_escapes_at_any_place),
	    form_test(test_an_object_is_merged),
	    form_test(test_what_an_object_says_itself_is_its_own),
	    form_test(test_what_is_not_merged),
	    form_test(test_long_lines_become_several_objects),
	    form_test(test_the_limit),
	    form_test(test_no_more_than_was_foreseen),
	    form_test(test_something_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
