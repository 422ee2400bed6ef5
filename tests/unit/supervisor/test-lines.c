/* Whole lines from pieces: however the input is cut, the same comes out. */
#include "supervisor/lines.h"

#include "tests/unit/supervisor/sample.h"
#include "tests/unit/world.h"

/* What came out: "|line" or, for the rest of one, "+line", and '\n' behind. */
struct heard {
	char text[4096];
	size_t length;
};

static void
hear(void *context, const char *data, size_t length, bool continued)
{
	struct heard *h = context;

	assert_true(h->length + length + 2 < sizeof(h->text));
	h->text[h->length++] = continued ? '+' : '|';
	memcpy(h->text + h->length, data, length);
	h->length += length;
	h->text[h->length++] = '\n';
	h->text[h->length] = '\0';
}

static void
feed(struct lines *l, const char *text, struct heard *h)
{
	lines_feed(l, text, strlen(text), hear, h);
}

/* What comes out of one text, fed at once, and after it lines_finish(). */
static void
assert_lines(size_t limit, const char *text, const char *wanted)
{
	struct lines l;
	struct heard h = {0};

	lines_init(&l, limit);
	feed(&l, text, &h);
	lines_finish(&l, hear, &h);
	assert_string_equal(h.text, wanted);
	assert_null(l.partial);
	lines_clear(&l);
}

static void
test_each_line_comes_without_its_end(void **state)
{
	(void)state;
	assert_lines(100, "", "");
	assert_lines(100, "one\n", "|one\n");
	assert_lines(100, "one\ntwo\n", "|one\n|two\n");
	assert_lines(100, "\n\n", "|\n|\n");
	assert_lines(100, "one\n\ntwo", "|one\n|\n|two\n");
	assert_lines(100, "cr\r\n", "|cr\r\n");
}

static void
test_a_line_waits_for_its_end(void **state)
{
	struct lines l;
	struct heard h = {0};

	(void)state;
	lines_init(&l, 100);
	feed(&l, "on", &h);
	assert_int_equal(h.length, 0);
	feed(&l, "e", &h);
	assert_int_equal(h.length, 0);
	feed(&l, "\ntw", &h);
	assert_string_equal(h.text, "|one\n");
	feed(&l, "o\n", &h);
	assert_string_equal(h.text, "|one\n|two\n");
	lines_finish(&l, hear, &h);
	assert_string_equal(h.text, "|one\n|two\n");
	lines_clear(&l);
}

static void
test_nothing_is_kept_between_whole_lines(void **state)
{
	struct lines l;
	struct heard h = {0};

	(void)state;
	lines_init(&l, 100);
	feed(&l, "one\nt", &h);
	assert_non_null(l.partial);
	feed(&l, "wo\n", &h);
	assert_null(l.partial);
	lines_clear(&l);
}

static void
test_only_what_is_longer_than_the_limit_is_split(void **state)
{
	(void)state;
	assert_lines(4, "abcd\n", "|abcd\n");
	assert_lines(4, "abcd", "|abcd\n");
	assert_lines(4, "abcde\n", "|abcd\n+e\n");
	assert_lines(4, "abcdefgh\n", "|abcd\n+efgh\n");
	assert_lines(4, "abcdefghi\nj\n", "|abcd\n+efgh\n+i\n|j\n");
	assert_lines(4, "abcdefghi", "|abcd\n+efgh\n+i\n");
}

/* One byte at a time: nothing may go out before it is known to be a piece. */
static void
test_a_line_of_the_limit_is_whole_when_it_drips(void **state)
{
	struct lines l;
	struct heard h = {0};

	(void)state;
	lines_init(&l, 4);
	feed(&l, "a", &h);
	feed(&l, "bcd", &h);
	assert_int_equal(h.length, 0);
	feed(&l, "\n", &h);
	assert_string_equal(h.text, "|abcd\n");
	feed(&l, "abcd", &h);
	feed(&l, "e", &h);
	assert_string_equal(h.text, "|abcd\n|abcd\n");
	feed(&l, "\n", &h);
	assert_string_equal(h.text, "|abcd\n|abcd\n+e\n");
	lines_clear(&l);
}

static void
test_characters_are_not_cut(void **state)
{
	(void)state;
	assert_lines(4, "abc\xc3\xa4z\n", "|abc\n+\xc3\xa4z\n");
	assert_lines(4, "ab\xc3\xa4z\n", "|ab\xc3\xa4\n+z\n");
	assert_lines(4, "abc\xe2\x82\xac\n", "|abc\n+\xe2\x82\xac\n");
	assert_lines(4, "ab\xe2\x82\xacz\n", "|ab\n+\xe2\x82\xacz\n");
	assert_lines(4, "a\xe2\x82\xacz\n", "|a\xe2\x82\xac\n+z\n");
	assert_lines(4, "a\xf0\x9f\x90\xa7\n", "|a\n+\xf0\x9f\x90\xa7\n");
	assert_lines(5, "ab\xf0\x9f\x90\xa7\n", "|ab\n+\xf0\x9f\x90\xa7\n");
	assert_lines(6, "abc\xf0\x9f\x90\xa7\n", "|abc\n+\xf0\x9f\x90\xa7\n");
	assert_lines(4, "\xf0\x9f\x90\xa7\xf0\x9f\x90\xa7",
	    "|\xf0\x9f\x90\xa7\n+\xf0\x9f\x90\xa7\n");
}

/* What is no UTF-8 is split all the same, and never into pieces of nothing. */
static void
test_continuation_bytes_without_end_are_split(void **state)
{
	(void)state;
	assert_lines(4, "\x80\x80\x80\x80\x80\x80", "|\x80\x80\x80\x80\n+\x80\x80\n");
	assert_lines(5, "ab\x80\x80\x80\x80\x80\x80", "|ab\x80\x80\x80\n+\x80\x80\x80\n");
}

static void
test_a_new_stream_begins_after_the_finish(void **state)
{
	struct lines l;
	struct heard h = {0};

	(void)state;
	lines_init(&l, 4);
	feed(&l, "abcdefgh", &h);
	lines_finish(&l, hear, &h);
	lines_finish(&l, hear, &h);
	feed(&l, "new\n", &h);
	assert_string_equal(h.text, "|abcd\n+efgh\n|new\n");
	lines_clear(&l);
	feed(&l, "ok\n", &h);
	assert_string_equal(h.text, "|abcd\n+efgh\n|new\n|ok\n");
	lines_clear(&l);
}

static void
test_zero_bytes_are_bytes(void **state)
{
	struct lines l;
	struct heard h = {0};

	(void)state;
	lines_init(&l, 100);
	lines_feed(&l, "a\0", 2, hear, &h);
	lines_feed(&l, "b\n", 2, hear, &h);
	assert_int_equal(h.length, 5);
	assert_memory_equal(h.text, "|a\0b\n", 5);
	lines_clear(&l);
}

/* No memory for what is kept: it goes out at once, as pieces of its line. */
static void
test_without_memory_nothing_is_lost(void **state)
{
	struct lines l;
	struct heard h = {0};

	(void)state;
	lines_init(&l, (size_t)PTRDIFF_MAX - 4096);
	feed(&l, "a", &h);
	assert_string_equal(h.text, "|a\n");
	feed(&l, "bc", &h);
	feed(&l, "d\ne\n", &h);
	assert_string_equal(h.text, "|a\n+bc\n+d\n|e\n");
	lines_clear(&l);
}

/* -- at random ------------------------------------------------------------- */

/* Written down apart from lines.c: where the first piece of a line ends. */
static size_t
first_piece(const char *line, size_t length, size_t limit)
{
	size_t character = limit;

	if (length <= limit)
		return length;
	for (int i = 0; i < 3; i++)
		if (((unsigned char)line[character] & 0xc0) == 0x80)
			character--;
	/* The start of a character, or there is none nearby. */
	return ((unsigned char)line[character] & 0xc0) == 0x80 ? limit : character;
}

static void
expect_line(const char *line, size_t length, size_t limit, struct heard *h)
{
	bool continued = false;

	do {
		size_t n = first_piece(line, length, limit);

		hear(h, line, n, continued);
		continued = true;
		line += n;
		length -= n;
	} while (length > 0);
}

static void
expect(const char *text, size_t length, size_t limit, struct heard *h)
{
	const char *newline;

	while ((newline = memchr(text, '\n', length))) {
		expect_line(text, (size_t)(newline - text), limit, h);
		length -= (size_t)(newline - text) + 1;
		text = newline + 1;
	}
	if (length > 0)
		expect_line(text, length, limit, h);
}

static size_t
random_text(uint32_t *seed, char *text, size_t size)
{
	static const char *const bits[] = {"a", "bc", "def", "\n", "\n\n", "\xc3\xa4",
	    "\xe2\x82\xac", "\xf0\x9f\x90\xa7", "\x80", "\xc3", "0123456789"};
	uint32_t rarely = world_random(seed, 3);
	size_t length = 0;

	while (length + 10 < size && world_random(seed, 60) > 0) {
		size_t pick = world_random(seed, (uint32_t)LENGTH(bits));

		if (rarely > 0 && bits[pick][0] == '\n' && world_random(seed, 4) > 0)
			continue;
		memcpy(text + length, bits[pick], strlen(bits[pick]));
		length += strlen(bits[pick]);
	}
	return length;
}

static void
test_any_split_gives_the_same_lines(void **state)
{
	uint32_t seed = 2;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[512];
		size_t limit = 4 + world_random(&seed, 12);
		size_t length = random_text(&seed, text, sizeof(text));
		uint32_t most = 1 + world_random(&seed, 20);
		struct heard wanted = {0};
		struct heard h = {0};
		struct lines l;

		expect(text, length, limit, &wanted);
		lines_init(&l, limit);
		for (size_t at = 0; at < length;) {
			size_t n = 1 + world_random(&seed, most);

			n = n < length - at ? n : length - at;
			lines_feed(&l, text + at, n, hear, &h);
			at += n;
		}
		lines_finish(&l, hear, &h);
		assert_int_equal(h.length, wanted.length);
		assert_memory_equal(h.text, wanted.text, wanted.length);
		lines_clear(&l);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_line_comes_without_its_end),
	    cmocka_unit_test(test_a_line_waits_for_its_end),
	    cmocka_unit_test(test_nothing_is_kept_between_whole_lines),
	    cmocka_unit_test(test_only_what_is_longer_than_the_limit_is_split),
	    cmocka_unit_test(test_a_line_of_the_limit_is_whole_when_it_drips),
	    cmocka_unit_test(test_characters_are_not_cut),
	    cmocka_unit_test(test_continuation_bytes_without_end_are_split),
	    cmocka_unit_test(test_a_new_stream_begins_after_the_finish),
	    cmocka_unit_test(test_zero_bytes_are_bytes),
	    cmocka_unit_test(test_without_memory_nothing_is_lost),
	    cmocka_unit_test(test_any_split_gives_the_same_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
