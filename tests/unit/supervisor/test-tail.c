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
	assert_tail(5, "");
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
	    stage_test(test_the_newest_whole_lines_at_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
