/* From bytes to headers and pairs: everything a file can do to a reader. */
#include "config/reader.h"

#include <fcntl.h>

#include "tests/unit/config/fixture.h"

struct reading {
	struct arena arena;
	struct loaded l; /* what was said */
	struct entries entries;
};

static struct reading
read_bytes(const char *bytes, size_t length)
{
	struct reading r = {0};

	r.entries = reader_parse(&r.arena, &r.l.diags, "t.ini", bytes, length);
	say(&r.l);
	return r;
}

static void
done(struct reading *r)
{
	unload(&r->l);
	arena_clear(&r->arena);
}

/* "2 [service a]|3 command=x|": the line, and what is in it. */
static char *
shown(struct reading *r)
{
	char *text = arena_copy(&r->arena, "", 0);

	for (size_t i = 0; i < r->entries.count; i++) {
		const struct entry *e = &r->entries.items[i];

		if (e->kind == ENTRY_SECTION)
			text =
			    arena_format(&r->arena, "%s%u [%s]|", text, e->line, e->name);
		else if (e->kind == ENTRY_PAIR)
			text = arena_format(
			    &r->arena, "%s%u %s=%s|", text, e->line, e->name, e->value);
		else
			text = arena_format(&r->arena, "%s%u ?|", text, e->line);
	}
	return text;
}

static void
assert_read(const char *bytes, size_t length, const char *wanted, const char *said)
{
	struct reading r = read_bytes(bytes, length);

	assert_string_equal(shown(&r), wanted);
	assert_string_equal(r.l.said, said);
	done(&r);
}

#define ASSERT_READ(text, wanted, said)                                                  \
	assert_read((text), sizeof(text) - 1, (wanted), (said))

static void
test_sections_and_pairs(void **state)
{
	(void)state;
	ASSERT_READ("", "", "");
	ASSERT_READ("\n\n", "", "");
	ASSERT_READ("[a]\nb = c\n", "1 [a]|2 b=c|", "");
	ASSERT_READ("  [ a b ] \n\t b=c\t\n", "1 [a b]|2 b=c|", "");
	ASSERT_READ("; x\n# y\n  ; z\n[a]\n", "4 [a]|", "");
	ASSERT_READ("[a]\n[b]\n[c]\nx =\n[d]\n", "1 [a]|2 [b]|3 [c]|4 x=|5 [d]|", "");
	ASSERT_READ("x=1\n", "1 x=1|", "");
	ASSERT_READ("[]\n", "1 []|", "");
}

/* A comment behind a value is for its type to see; a header has no quotes. */
static void
test_comments(void **state)
{
	(void)state;
	ASSERT_READ("[a] ; b\n[c];d\n", "1 [a]|2 [c]|", "");
	ASSERT_READ("x = 'a ; b' ; c\n", "1 x='a ; b' ; c|", "");
	ASSERT_READ("x = \"a # b\" # c\n", "1 x=\"a # b\" # c|", "");
}

static void
test_only_the_first_equals_sign_separates(void **state)
{
	(void)state;
	ASSERT_READ("key = a:b=c\n", "1 key=a:b=c|", "");
	ASSERT_READ("key = = =\n", "1 key== =|", "");
	ASSERT_READ("env.A = http://x:80/?q=1;2\n", "1 env.A=http://x:80/?q=1;2|", "");
}

/* Not a continuation of the line before, as inih would have it. */
static void
test_indentation_means_nothing(void **state)
{
	(void)state;
	ASSERT_READ("[a]\n  x = 1\n    y = 2\n  [b]\n", "1 [a]|2 x=1|3 y=2|4 [b]|", "");
}

static void
test_line_ends(void **state)
{
	(void)state;
	ASSERT_READ("[a]\r\nx = 1\r\n\r\ny = 2", "1 [a]|2 x=1|4 y=2|", "");
	ASSERT_READ("[a]\nx = 1", "1 [a]|2 x=1|", "");
	ASSERT_READ("[a]", "1 [a]|", "");
	ASSERT_READ("x = 1\\\r\n2\r\n", "1 x=1 2|", "");
}

static void
test_marks(void **state)
{
	(void)state;
	ASSERT_READ("\xef\xbb\xbf[a]\nx = 1\n", "1 [a]|2 x=1|", "");
	ASSERT_READ("\xef\xbb\xbf", "", "");
	ASSERT_READ("\xff\xfe[\0a\0]\0", "", "t.ini: this is UTF-16; save it as UTF-8\n");
	ASSERT_READ("\xfe\xff\0[\0a\0]", "", "t.ini: this is UTF-16; save it as UTF-8\n");
}

static void
test_values_may_be_any_bytes(void **state)
{
	(void)state;
	ASSERT_READ("x = \xc3\xa4 \xff\xfe\x01\n", "1 x=\xc3\xa4 \xff\xfe\x01|", "");
}

static void
test_nul_bytes(void **state)
{
	(void)state;
	ASSERT_READ("[a]\nx = 1\0002\ny = 3\n", "1 [a]|3 y=3|",
	    "t.ini:2: a NUL byte is in this line; write text only\n");
	ASSERT_READ("x = \\\n\0\ny = 3\n", "3 y=3|",
	    "t.ini:1: a NUL byte is in this line; write text only\n");
	ASSERT_READ("\0", "", "t.ini:1: a NUL byte is in this line; write text only\n");
}

static void
test_joined_lines(void **state)
{
	(void)state;
	ASSERT_READ("x = a \\\n  b\\\n\tc\ny = d\n", "1 x=a b c|4 y=d|", "");
	ASSERT_READ("x = a \\\n\ny = d\n", "1 x=a|3 y=d|", "");
	ASSERT_READ("x = a \\", "1 x=a|", "");
	ASSERT_READ("x = \\\n\\\n\\\na\ny = b", "1 x=a|5 y=b|", "");
	ASSERT_READ("x = a \\\n[b]\n", "1 x=a [b]|", "");
	ASSERT_READ("\\\nx = a\n", "1 x=a|", "");
	ASSERT_READ("\\\n", "", "");
	ASSERT_READ("\\", "", "");
	/* The second backslash belongs to the first. */
	ASSERT_READ("x = a\\\\\ny = b\n", "1 x=a\\\\|2 y=b|", "");
	ASSERT_READ("x = a\\\\\\\nb\n", "1 x=a\\\\ b|", "");
	/* Not at the end of the line, and not in a comment line. */
	ASSERT_READ("x = a\\ \ny = b\n", "1 x=a\\|2 y=b|", "");
	ASSERT_READ("; x \\\ny = b\n", "2 y=b|", "");
	ASSERT_READ("# x \\\ny = b\n", "2 y=b|", "");
}

static void
test_neither(void **state)
{
	(void)state;
	ASSERT_READ("x\n[a]\ny = 1\n!\n", "2 [a]|3 y=1|",
	    "t.ini:1: expected KEY = VALUE or [SECTION], not 'x'\n"
	    "t.ini:4: expected KEY = VALUE or [SECTION], not '!'\n");
	ASSERT_READ("restart: always\n", "",
	    "t.ini:1: expected KEY = VALUE; write = in place of : in 'restart: "
	    "always'\n");
	ASSERT_READ("command: a=b\n", "",
	    "t.ini:1: expected KEY = VALUE; write = in place of : in 'command: a=b'\n");
	ASSERT_READ("see http://x\n", "",
	    "t.ini:1: expected KEY = VALUE; write = in place of : in 'see http://x'\n");
	ASSERT_READ("See http://x\n", "",
	    "t.ini:1: expected KEY = VALUE or [SECTION], not 'See http://x'\n");
	ASSERT_READ(
	    "= x\n", "", "t.ini:1: a key is missing in front of =; write KEY = VALUE\n");
	ASSERT_READ(
	    "=\n", "", "t.ini:1: a key is missing in front of =; write KEY = VALUE\n");
}

static void
test_broken_headers(void **state)
{
	(void)state;
	ASSERT_READ("[service a\nx = 1\n", "1 ?|2 x=1|",
	    "t.ini:1: a ] is missing in '[service a'\n");
	ASSERT_READ("[\n", "1 ?|", "t.ini:1: a ] is missing in '['\n");
	ASSERT_READ("[a = b\n", "1 ?|", "t.ini:1: a ] is missing in '[a = b'\n");
	ASSERT_READ("[a] b\n", "1 [a]|",
	    "t.ini:1: 'b' stands behind the header; write it in a line of its own, or ; "
	    "in "
	    "front of a comment\n");
	ASSERT_READ("[a] # b\n", "1 [a]|",
	    "t.ini:1: '# b' stands behind the header; write it in a line of its own, or "
	    "; in "
	    "front of a comment\n");
	ASSERT_READ("[a] = b\n", "1 [a]|",
	    "t.ini:1: '= b' stands behind the header; write it in a line of its own, or "
	    "; in "
	    "front of a comment\n");
	ASSERT_READ("[a]]\n", "1 [a]|",
	    "t.ini:1: ']' stands behind the header; write it in a line of its own, or ; "
	    "in "
	    "front of a comment\n");
}

/* Longer than inih's 200 bytes and 49, everywhere. */
static void
test_long_lines(void **state)
{
	struct arena arena = {0};
	char *wide = arena_format(&arena, "%010000d", 7);
	char *name = arena_format(&arena, "%0200d", 7);
	char *text =
	    arena_format(&arena, "[service %s] ; %s\n; %s\n%s = \"%s ; %s\"\ny = 1\n",
		name, wide, wide, name, wide, wide);
	struct reading r = read_bytes(text, strlen(text));

	(void)state;
	assert_string_equal(r.l.said, "");
	assert_int_equal(r.entries.count, 3);
	assert_string_equal(
	    r.entries.items[0].name, arena_format(&arena, "service %s", name));
	assert_string_equal(r.entries.items[1].name, name);
	assert_int_equal(strlen(r.entries.items[1].value), 20005);
	assert_int_equal(r.entries.items[2].line, 4);
	done(&r);
	arena_clear(&arena);
}

static void
test_too_long_lines(void **state)
{
	struct arena arena = {0};
	char *fits = arena_format(&arena, "x = %0*d\ny = 1\n", 64 * 1024 - 4, 7);
	char *long_one = arena_format(&arena, "x = %0*d\ny = 1\n", 64 * 1024 - 3, 7);
	char *joined = arena_format(&arena, "x = %040000d\\\n%040000d\ny = 1\n", 7, 7);

	(void)state;
	for (int i = 0; i < 3; i++) {
		char *text = i == 0 ? fits : i == 1 ? long_one : joined;
		struct reading r = read_bytes(text, strlen(text));

		assert_string_equal(r.l.said,
		    i == 0
			? ""
			: "t.ini:1: this line is longer than 64 KiB; make it shorter\n");
		assert_int_equal(r.entries.count, i == 0 ? 2 : 1);
		done(&r);
	}
	arena_clear(&arena);
}

static void
test_many_lines(void **state)
{
	struct arena arena = {0};
	enum { COUNT = 20000 };
	char *text = arena_alloc(&arena, COUNT * 8 + 1);
	struct reading r;

	(void)state;
	for (int i = 0; i < COUNT; i++)
		memcpy(text + 8 * i, i % 2 == 0 ? "[a]   \n\n" : "k = v \n\n", 8);
	r = read_bytes(text, COUNT * 8);
	assert_int_equal(r.entries.count, COUNT);
	assert_int_equal(r.entries.items[COUNT - 1].line, 2 * COUNT - 1);
	assert_string_equal(r.l.said, "");
	done(&r);
	arena_clear(&arena);
}

static void
assert_file_says(const char *path, int wanted, const char *reason)
{
	struct arena arena = {0};
	struct loaded l = {0};
	size_t length;
	char *text;

	assert_int_equal(reader_read(&arena, &l.diags, path, &text, &length), wanted);
	say(&l);
	assert_string_equal(l.said,
	    *reason == '\0' ? "" : arena_format(&arena, "%s: %s\n", path, reason));
	unload(&l);
	arena_clear(&arena);
}

static void
test_files(void **state)
{
	struct arena arena = {0};
	char *zeroes = arena_alloc(&arena, 1024 * 1024 + 1);
	char *fifo = in_folder(&arena, "fifo");

	(void)state;
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_file_says(write_file(&arena, "empty", ""), 0, "");
	assert_file_says(write_bytes(&arena, "full", zeroes, 1024 * 1024), 0, "");
	assert_file_says(write_bytes(&arena, "large", zeroes, 1024 * 1024 + 1), -27,
	    "this file is larger than 1 MiB");
	assert_file_says(
	    in_folder(&arena, "none"), -2, "cannot be read: No such file or directory");
	assert_file_says(folder(), -15, "this is not a regular file");
	assert_file_says(fifo, -15, "this is not a regular file");
	/* A file that is larger than it says. */
	assert_file_says("/proc/self/maps", 0, "");
	remove_folder();
	arena_clear(&arena);
}

static void
test_the_bytes_of_a_file(void **state)
{
	struct arena arena = {0};
	struct diags diags = {0};
	char *path = write_bytes(&arena, "bytes", "a\0b", 3);
	size_t length = 0;
	char *text = NULL;

	(void)state;
	assert_int_equal(reader_read(&arena, &diags, path, &text, &length), 0);
	assert_int_equal(length, 3);
	assert_memory_equal(text, "a\0b", 3);
	remove_folder();
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sections_and_pairs),
	    cmocka_unit_test(test_comments),
	    cmocka_unit_test(test_only_the_first_equals_sign_separates),
	    cmocka_unit_test(test_indentation_means_nothing),
	    cmocka_unit_test(test_line_ends),
	    cmocka_unit_test(test_marks),
	    cmocka_unit_test(test_values_may_be_any_bytes),
	    cmocka_unit_test(test_nul_bytes),
	    cmocka_unit_test(test_joined_lines),
	    cmocka_unit_test(test_neither),
	    cmocka_unit_test(test_broken_headers),
	    cmocka_unit_test(test_long_lines),
	    cmocka_unit_test(test_too_long_lines),
	    cmocka_unit_test(test_many_lines),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_the_bytes_of_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
