/* The last output of a service, for the verdict: whole lines, the newest ones. */
#include "tests/unit/supervisor/output-stage.h"

enum { WEB };

#define TAIL_SIZE 4096

static void
say(const char *text, unsigned sink)
{
	struct stream *s = output_stream(&stage.output, WEB, sink);

	assert_int_equal(output_open(&stage.output, WEB), 0);
	assert_int_equal(write(s->write_fd, text, strlen(text)), strlen(text));
	assert_int_equal(output_read(&stage.output, s), strlen(text));
	stage_flush();
	(void)stage_heard(sink);
}

static void
assert_tail(size_t size, const char *wanted)
{
	static char buffer[2 * TAIL_SIZE];
	size_t n = output_tail(&stage.output, WEB, buffer, size);

	assert_true(n <= size && n <= TAIL_SIZE);
	buffer[n] = '\0';
	assert_string_equal(buffer, wanted);
}

static void
test_no_output_no_tail(void **state)
{
	(void)state;
	assert_tail(TAIL_SIZE, "");
	say("unfinished", OUTPUT_STDOUT);
	assert_tail(TAIL_SIZE, "");
}

static void
test_both_streams_without_the_name(void **state)
{
	(void)state;
	say("one\n", OUTPUT_STDOUT);
	say("two\n", OUTPUT_STDERR);
	say("three\n", OUTPUT_STDOUT);
	assert_tail(TAIL_SIZE, "one\ntwo\nthree\n");
	assert_tail(14, "one\ntwo\nthree\n");
	assert_tail(13, "two\nthree\n");
	assert_tail(10, "two\nthree\n");
	assert_tail(9, "three\n");
	assert_tail(6, "three\n");
	assert_tail(5, "hree\n");
	assert_tail(1, "\n");
	assert_tail(0, "");
}

static void
test_the_last_line_counts_when_the_process_is_gone(void **state)
{
	(void)state;
	say("one\nlast", OUTPUT_STDOUT);
	output_finish(&stage.output, WEB);
	assert_tail(TAIL_SIZE, "one\nlast\n");
}

/* A trace in one line of JSON, say. */
static void
test_the_end_of_a_line_that_is_longer(void **state)
{
	static char line[3 * TAIL_SIZE];
	static char wanted[TAIL_SIZE + 1];

	(void)state;
	memset(line, 'x', sizeof(line) - 2);
	line[sizeof(line) - 2] = '\n';
	memcpy(wanted, line + sizeof(line) - 1 - TAIL_SIZE, TAIL_SIZE + 1);
	say("before\n", OUTPUT_STDOUT);
	say(line, OUTPUT_STDOUT);
	assert_tail(TAIL_SIZE, wanted);
	say("behind\n", OUTPUT_STDERR);
	assert_tail(TAIL_SIZE, "behind\n");
}

/* So much without a line end that its beginning is gone. */
static void
test_the_end_of_a_line_without_a_beginning(void **state)
{
	static char piece[16 * 1024 + 1];
	static char wanted[TAIL_SIZE + 1];

	(void)state;
	memset(piece, 'x', sizeof(piece) - 1);
	memset(wanted, 'x', TAIL_SIZE - 1);
	wanted[TAIL_SIZE - 1] = '\n';
	for (int i = 0; i < 10; i++)
		say(piece, OUTPUT_STDOUT);
	assert_tail(TAIL_SIZE, wanted);
}

/* Lines of all lengths, against all that was ever said. */
static void
test_the_newest_whole_lines_at_any_size(void **state)
{
	static char all[512 * 1024];
	uint32_t seed = 9;
	size_t length = 0;

	(void)state;
	for (int i = 0; i < 600; i++) {
		size_t n = world_random(&seed, i % 50 == 0 ? 1200 : 60);
		size_t size = world_random(&seed, 4) == 0
		    ? TAIL_SIZE
		    : world_random(&seed, TAIL_SIZE);
		size_t begin;

		memset(all + length, 'a' + i % 26, n);
		memcpy(all + length + n, "\n", 2);
		say(all + length, (unsigned)i % 2);
		length += n + 1;
		begin = length > size ? length - size : 0;
		while (begin > 0 && begin < length && all[begin - 1] != '\n')
			begin++;
		if (begin == length)
			begin = length - size;
		assert_tail(size, all + begin);
	}
	assert_true(length > 4 * TAIL_SIZE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    stage_test(test_no_output_no_tail),
	    stage_test(test_both_streams_without_the_name),
	    stage_test(test_the_last_line_counts_when_the_process_is_gone),
	    stage_test(test_the_end_of_a_line_that_is_longer),
	    stage_test(test_the_end_of_a_line_without_a_beginning),
	    stage_test(test_the_newest_whole_lines_at_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
