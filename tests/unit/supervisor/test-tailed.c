/* Files that are followed, as streams of their service: in turn, and to their end. */
#include "supervisor/flow.h"

#include <sys/syscall.h>

#include "tests/unit/supervisor/output-stage.h"

enum { WEB, RAW };

#define OUT OUTPUT_STDOUT

/* Not static: pread() below may be inline in the headers. */
char *paths[2];

/* The first file grows whenever anything is read. */
bool growing;

ssize_t
pread(int fd, void *buffer, size_t size, off_t offset)
{
	if (growing) {
		int to = open(paths[0], O_WRONLY | O_APPEND | O_CLOEXEC);

		(void)!write(to, "on and on\n", 10);
		close(to);
	}
	return syscall(SYS_pread64, fd, buffer, size, offset);
}

/* Two files of the first service; one of them is there already. */
static int
begin(void **state)
{
	static char names[2][PATH_MAX];

	if (stage_begin(state) < 0)
		return -1;
	output_clear(&stage.output);
	close(stage.readers[0]);
	close(stage.readers[1]);
	for (int i = 0; i < 2; i++) {
		(void)snprintf(names[i], PATH_MAX, "%s", world_path(i ? "b" : "a"));
		paths[i] = names[i];
	}
	(void)world_file("a", "history\n");
	stage.services[WEB].tail.items = paths;
	stage.services[WEB].tail.count = 2;
	if (stage_open() < 0)
		return -1;
	output_begin(&stage.output);
	return 0;
}

#define tail_test(test) cmocka_unit_test_setup_teardown(test, begin, stage_end)

static struct stream *
file(size_t number)
{
	return &stage.output.streams[STAGE_SERVICES * STREAM_PIPES + number];
}

static void
append(size_t number, const char *text)
{
	int fd = open(paths[number], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
turn(void)
{
	output_handle_follows(&stage.output);
	while (output_turn(&stage.output))
		continue;
}

static void
test_what_is_appended(void **state)
{
	char last[64];
	size_t n;

	(void)state;
	assert_int_equal(file(0)->kind, STREAM_TAIL);
	assert_int_equal(flow_file(&stage.output, file(1)), 1);
	append(0, "one\ntwo\nha");
	turn();
	assert_string_equal(stage_heard(OUT), "web | one\nweb | two\n");
	append(1, "of b\n");
	append(0, "lf\n");
	turn();
	assert_string_equal(stage_heard(OUT), "web | half\nweb | of b\n");
	n = output_tail(&stage.output, WEB, last, 16);
	assert_int_equal(n, 14);
	assert_memory_equal(last, "two\nhalf\nof b\n", n);
	assert_string_equal(stage_heard(OUTPUT_STDERR), "");
}

/* What no event told of is read when the service ends. */
static void
test_the_service_ends(void **state)
{
	(void)state;
	assert_int_equal(output_open(&stage.output, WEB), 0);
	(void)output_turn(&stage.output);
	append(0, "late\n");
	output_finish(&stage.output, RAW);
	assert_false(file(0)->queued);
	output_finish(&stage.output, WEB);
	assert_true(file(0)->queued);
	(void)output_turn(&stage.output);
	assert_string_equal(stage_heard(OUT), "web | late\n");
}

/* All of it, and the last line needs no end; more than can be read at once. */
static void
test_drain_reads_files_to_their_end(void **state)
{
	static char text[300 * 1024];
	size_t heard = 0;
	pid_t pid;
	int ends[2];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	for (size_t i = 7; i < sizeof(text) - 8; i += 8)
		text[i] = '\n';
	append(0, text);
	append(1, text);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		size_t total = 0;
		ssize_t n;

		(void)fcntl(stage.readers[OUT], F_SETFL, 0);
		output_clear(&stage.output);
		while ((n = read(stage.readers[OUT], stage.text, 60000)) > 0)
			total += (size_t)n;
		(void)!write(ends[1], &total, sizeof(total));
		_exit(0);
	}
	assert_int_equal(output_drain(&stage.output, 20 * USEC_PER_SEC), 0);
	output_clear(&stage.output);
	close(ends[1]);
	assert_int_equal(read(ends[0], &heard, sizeof(heard)), sizeof(heard));
	close(ends[0]);
	assert_int_equal(world_wait(pid), 0);
	/* Each line with "web | " in front, and an end for the last of each file. */
	assert_int_equal(heard, 2 * (sizeof(text) + (sizeof(text) / 8) * 6));
}

/* In several goes, and nobody sleeps between them. */
static void
test_drain_of_a_long_file(void **state)
{
	static char text[2 * 1024 * 1024];
	uint64_t start;

	(void)state;
	stage.services[WEB].log = LOG_MODE_NULL;
	memset(text, '\n', sizeof(text) - 1);
	for (int i = 0; i < 4; i++)
		append(0, text);
	start = world_now();
	assert_int_equal(output_drain(&stage.output, 15 * USEC_PER_SEC), 0);
	assert_true(world_now() - start < 10 * USEC_PER_SEC);
	assert_false(follow_has_news(&stage.output.follows, 0));
}

/* Somebody else writes for ever, as fast as it is read: that is no reason to stay. */
static void
test_a_file_that_never_ends(void **state)
{
	uint64_t start = world_now();

	(void)state;
	stage.services[WEB].log = LOG_MODE_NULL;
	growing = true;
	append(0, "on and on\n");
	(void)output_drain(&stage.output, 50 * MS);
	growing = false;
	assert_true(world_now() - start < 10 * USEC_PER_SEC);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    tail_test(test_what_is_appended),
	    tail_test(test_the_service_ends),
	    tail_test(test_drain_reads_files_to_their_end),
	    tail_test(test_drain_of_a_long_file),
	    tail_test(test_a_file_that_never_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
