/* The children's output: whole lines with a name in front, none lost, none late. */
#include "tests/unit/supervisor/output-stage.h"

enum { WEB, RAW, OWN, VOID };

#define OUT OUTPUT_STDOUT
#define ERR OUTPUT_STDERR
#define LINE_SIZE (16 * 1024)

/* As the child does. */
static void
put(size_t service, unsigned sink, const char *text)
{
	int fd = output_child_fd(&stage.output, service, sink);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void
open_all(void)
{
	for (size_t i = 0; i < STAGE_SERVICES; i++)
		assert_int_equal(output_open(&stage.output, i), 0);
}

static size_t
read_once(size_t service, unsigned sink)
{
	return output_read(&stage.output, output_stream(&stage.output, service, sink));
}

static void
say(size_t service, unsigned sink, const char *text)
{
	put(service, sink, text);
	assert_int_equal(read_once(service, sink), strlen(text));
}

/* -- pipes ----------------------------------------------------------------- */

static void
test_pipes_are_made_once(void **state)
{
	unsigned before = world_descriptors();
	int fd;

	(void)state;
	assert_int_equal(output_open(&stage.output, WEB), 0);
	fd = output_child_fd(&stage.output, WEB, OUT);
	assert_true(fd >= 0);
	assert_int_not_equal(fd, output_child_fd(&stage.output, WEB, ERR));
	assert_int_equal(world_descriptors(), before + 4);
	assert_int_equal(output_open(&stage.output, WEB), 0);
	assert_int_equal(output_child_fd(&stage.output, WEB, OUT), fd);
	assert_int_equal(world_descriptors(), before + 4);
}

/* O_NONBLOCK would surprise the child; a descriptor more its own children. */
static void
test_the_childs_end_blocks_and_is_closed_by_exec(void **state)
{
	const struct stream *s = output_stream(&stage.output, WEB, ERR);

	(void)state;
	open_all();
	assert_int_equal(fcntl(s->write_fd, F_GETFL) & O_NONBLOCK, 0);
	assert_int_not_equal(fcntl(s->read_fd, F_GETFL) & O_NONBLOCK, 0);
	assert_int_equal(fcntl(s->write_fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(s->read_fd, F_GETFD), FD_CLOEXEC);
}

static void
test_the_modes_that_copy_nothing(void **state)
{
	struct stat st;

	(void)state;
	open_all();
	assert_int_equal(output_child_fd(&stage.output, OWN, OUT), -1);
	assert_int_equal(output_child_fd(&stage.output, OWN, ERR), -1);
	assert_int_equal(output_child_fd(&stage.output, VOID, OUT), stage.output.null_fd);
	assert_int_equal(fstat(stage.output.null_fd, &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(output_stream(&stage.output, OWN, OUT)->read_fd, -1);
	assert_int_equal(output_stream(&stage.output, VOID, OUT)->read_fd, -1);
	assert_int_equal(read_once(OWN, OUT), 0);
	output_finish(&stage.output, OWN);
}

static void
test_null_without_dev_null(void **state)
{
	char tail[64];

	(void)state;
	close(stage.output.null_fd);
	stage.output.null_fd = -1;
	open_all();
	say(VOID, OUT, "nobody hears\n");
	stage_says(OUT, "");
	assert_int_equal(output_tail(&stage.output, VOID, tail, sizeof(tail)), 13);
}

/* So that it may open /dev/stdout. */
static void
test_the_pipe_belongs_to_the_childs_user(void **state)
{
	struct stat st;

	(void)state;
	if (getuid() != 0)
		skip();
	stage.services[WEB].identity.uid = 12345;
	stage.services[RAW].identity.gid = 23456;
	open_all();
	assert_int_equal(fstat(output_child_fd(&stage.output, WEB, ERR), &st), 0);
	assert_int_equal(st.st_uid, 12345);
	assert_int_equal(st.st_gid, getgid());
	assert_int_equal(fstat(output_child_fd(&stage.output, RAW, OUT), &st), 0);
	assert_int_equal(st.st_uid, getuid());
	assert_int_equal(st.st_gid, 23456);
}

static int
open_without_descriptors(void *context)
{
	struct rlimit limit = {.rlim_cur = world_descriptors() - 3, .rlim_max = 1024};
	unsigned before = world_descriptors();

	(void)context;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(output_open(&stage.output, WEB), -EMFILE);
	limit.rlim_cur = 1024;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_true(world_descriptors() - before <= 2);
	assert_int_equal(output_open(&stage.output, WEB), 0);
	say(WEB, ERR, "after all\n");
	stage_says(ERR, "web | after all\n");
	output_clear(&stage.output);
	return 0;
}

static void
test_a_want_of_descriptors_is_told_and_passes(void **state)
{
	(void)state;
	assert_int_equal(world_apart(open_without_descriptors, NULL), 0);
}

static void
test_clear_gives_all_back(void **state)
{
	unsigned before;
	int i;

	(void)state;
	output_clear(&stage.output);
	before = world_descriptors();
	for (i = 0; i < 3; i++) {
		assert_int_equal(output_init(&stage.output, &stage.config), 0);
		open_all();
		put(WEB, OUT, "never ended");
		assert_int_equal(read_once(WEB, OUT), 11);
		output_clear(&stage.output);
		assert_int_equal(world_descriptors(), before);
	}
	output_clear(&stage.output);
}

/* -- lines ----------------------------------------------------------------- */

static void
test_the_name_is_in_front_of_each_line(void **state)
{
	(void)state;
	open_all();
	say(WEB, OUT, "one\ntwo\n\n");
	stage_says(OUT, "web | one\nweb | two\nweb | \n");
	stage_says(ERR, "");
}

static void
test_error_stays_error(void **state)
{
	(void)state;
	open_all();
	say(WEB, ERR, "bad\n");
	say(RAW, ERR, "worse\n");
	say(RAW, OUT, "fine\n");
	stage_says(ERR, "web | bad\nworse\n");
	stage_says(OUT, "fine\n");
}

static void
test_a_line_comes_out_whole_or_not_yet(void **state)
{
	(void)state;
	open_all();
	say(RAW, OUT, "half");
	say(WEB, OUT, "whole\n");
	stage_says(OUT, "web | whole\n");
	say(RAW, OUT, " and half\n");
	stage_says(OUT, "half and half\n");
}

/* 16384 bytes with all that belongs to it is what Docker's log drivers take. */
static void
check_long_line(size_t service, const char *first, const char *rest)
{
	static char line[LINE_SIZE * 2 + 1];
	size_t room = LINE_SIZE - strlen(first) - 1;
	size_t total = LINE_SIZE * 2;
	const char *heard;

	memset(line, 'x', total);
	line[total - 1] = '\n';
	put(service, OUT, line);
	for (size_t n = 0; n < total; n += read_once(service, OUT))
		stage_flush();
	stage_flush();
	heard = stage_heard(OUT);
	assert_memory_equal(heard, first, strlen(first));
	assert_int_equal(strchr(heard, '\n') + 1 - heard, LINE_SIZE);
	heard += LINE_SIZE;
	assert_memory_equal(heard, rest, strlen(rest));
	assert_int_equal(strchr(heard, '\n') + 1 - heard,
	    total - 1 - room > room ? LINE_SIZE : total - room + strlen(rest));
}

static void
test_a_long_line_is_split_and_marked(void **state)
{
	(void)state;
	open_all();
	check_long_line(WEB, "web | ", "web + ");
	check_long_line(RAW, "", "");
}

static void
test_proctors_own_lines(void **state)
{
	(void)state;
	output_say(&stage.output, "exit 3: for a reason");
	stage_says(ERR, "proctor | exit 3: for a reason\n");
	stage_says(OUT, "");
}

/* -- the end of a process -------------------------------------------------- */

static void
test_the_last_line_needs_no_end(void **state)
{
	(void)state;
	open_all();
	put(WEB, OUT, "one\nlast");
	put(WEB, ERR, "words");
	put(RAW, OUT, "not yet");
	output_finish(&stage.output, WEB);
	stage_says(OUT, "web | one\nweb | last\n");
	stage_says(ERR, "web | words\n");
	output_finish(&stage.output, RAW);
	stage_says(OUT, "not yet\n");
	output_finish(&stage.output, RAW);
	stage_says(OUT, "");
}

/* The next life of the service writes to the same pipe. */
static void
test_the_next_life_begins_a_new_line(void **state)
{
	(void)state;
	open_all();
	say(WEB, OUT, "cut o");
	output_finish(&stage.output, WEB);
	say(WEB, OUT, "ff\n");
	stage_says(OUT, "web | cut o\nweb | ff\n");
}

static pid_t
chatter(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	while (pid == 0)
		(void)!write(output_child_fd(&stage.output, WEB, OUT), "on and on\n", 10);
	return pid;
}

/* It has the pipe as well, and there is neither an end nor a pause. */
static void
test_a_grandchild_that_goes_on_writing(void **state)
{
	uint64_t start;
	pid_t pid;
	int left;

	(void)state;
	open_all();
	pid = chatter();
	world_until(read_once(WEB, OUT) > 0);
	for (int i = 0; i < 20; i++) {
		start = world_now();
		output_finish(&stage.output, WEB);
		stage_flush();
		(void)stage_heard(OUT);
		assert_true(world_now() - start < 10 * USEC_PER_SEC);
	}
	kill(pid, SIGKILL);
	assert_int_equal(world_wait(pid), 256 + SIGKILL);
	left = output_stream(&stage.output, WEB, OUT)->read_fd;
	assert_true(left >= 0);
}

static void
test_a_grandchild_that_holds_the_pipe(void **state)
{
	pid_t pid;

	(void)state;
	open_all();
	pid = fork();
	if (pid == 0) {
		(void)pause();
		_exit(0);
	}
	put(WEB, OUT, "all there is");
	output_finish(&stage.output, WEB);
	stage_says(OUT, "web | all there is\n");
	kill(pid, SIGKILL);
	(void)world_wait(pid);
}

/* -- a slow reader --------------------------------------------------------- */

/* Fills what stands between the children and the reader, as far as they may. */
static size_t
crowd(unsigned sink)
{
	static char lines[16 * 1024 + 1];
	size_t length = sizeof(lines) - 1;
	size_t total = 0;

	for (size_t i = 0; i < length; i++)
		lines[i] = i % 8 == 7 ? '\n' : 'x';
	while (output_has_room(&stage.output, sink)) {
		size_t n = 0;

		put(WEB, sink, lines);
		while (n < length && output_has_room(&stage.output, sink)) {
			n += read_once(WEB, sink);
			stage_flush();
		}
		total += length;
	}
	return total;
}

static void
test_a_full_sink_stops_the_reading(void **state)
{
	size_t total;
	size_t heard = 0;

	(void)state;
	open_all();
	total = crowd(OUT);
	assert_true(stage.output.sinks[OUT].blocked);
	assert_true(output_has_room(&stage.output, ERR));
	assert_int_equal(stage.output.sinks[OUT].lost, 0);
	do {
		stage_flush();
		heard += strlen(stage_heard(OUT));
		(void)read_once(WEB, OUT);
		stage_flush();
	} while (heard < total / 8 * 14);
	assert_int_equal(heard, total / 8 * 14);
	assert_true(output_has_room(&stage.output, OUT));
	assert_int_equal(stage.output.sinks[OUT].lost, 0);
}

/* Until nothing is read any more, though there is something. */
static void
overcrowd(unsigned sink)
{
	char lines[] = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";
	int full = 0;

	(void)crowd(sink);
	while (full < 20) {
		put(WEB, sink, lines);
		full += read_once(WEB, sink) == 0;
		stage_flush();
	}
}

/* However often it is read, nothing is lost: the reading itself knows. */
static void
test_reading_never_overfills(void **state)
{
	(void)state;
	open_all();
	overcrowd(ERR);
	assert_int_equal(stage.output.sinks[ERR].lost, 0);
	/* And what proctor has to say still fits. */
	output_say(&stage.output, "here I am");
	assert_int_equal(stage.output.own_lost, 0);
	assert_int_equal(stage.output.sinks[ERR].lost, 0);
}

static void
test_own_lines_that_nobody_reads_are_counted(void **state)
{
	char text[1000] = "";

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	for (int i = 0; i < 2000; i++) {
		output_say(&stage.output, text);
		stage_flush();
	}
	assert_true(stage.output.own_lost > 1000);
	assert_int_equal(stage.output.sinks[ERR].lost, 0);
	(void)snprintf(text, sizeof(text),
	    "proctor | %llu lines of proctor's own found no reader\nproctor | again\n",
	    (unsigned long long)stage.output.own_lost);
	do {
		(void)stage_heard(ERR);
		stage_flush();
	} while (stage.output.sinks[ERR].blocked);
	(void)stage_heard(ERR);
	output_say(&stage.output, "again");
	stage_says(ERR, text);
	output_say(&stage.output, "once");
	stage_says(ERR, "proctor | once\n");
}

/* The rest of the last line comes out when there is room for it. */
static void
test_a_process_ends_while_the_sink_is_full(void **state)
{
	char last[sizeof("web | last words\n")] = "";

	(void)state;
	open_all();
	overcrowd(OUT);
	put(WEB, OUT, "last words");
	output_finish(&stage.output, WEB);
	assert_true(output_stream(&stage.output, WEB, OUT)->finishing);
	do {
		const char *heard;

		(void)read_once(WEB, OUT);
		stage_flush();
		heard = stage_heard(OUT);
		if (strlen(heard) >= sizeof(last))
			strcpy(last, heard + strlen(heard) - sizeof(last) + 1);
	} while (output_stream(&stage.output, WEB, OUT)->finishing ||
	    sink_pending(&stage.output.sinks[OUT]) > 0);
	assert_string_equal(last, "web | last words\n");
}

/* -- what is counted -------------------------------------------------------- */

static void
assert_counted(size_t service, unsigned sink, uint64_t lines, uint64_t bytes)
{
	assert_int_equal(stage.output.stats[service].log_lines[sink], lines);
	assert_int_equal(stage.output.stats[service].log_bytes[sink], bytes);
}

/* Lines with their ends, without what is put in front. */
static void
test_lines_and_bytes_are_counted(void **state)
{
	struct service_stats stats[STAGE_SERVICES] = {0};

	(void)state;
	stage.output.stats = stats;
	open_all();
	put(WEB, OUT, "one\n\nthree\npart");
	(void)read_once(WEB, OUT);
	assert_counted(WEB, OUT, 3, 11);
	put(WEB, OUT, " of it");
	output_finish(&stage.output, WEB);
	assert_counted(WEB, OUT, 4, 11 + 11);
	put(RAW, ERR, "wrong\n");
	(void)read_once(RAW, ERR);
	assert_counted(RAW, ERR, 1, 6);
	assert_counted(RAW, OUT, 0, 0);
	assert_counted(WEB, ERR, 0, 0);
	/* These are nobody's. */
	output_say(&stage.output, "own");
	assert_counted(WEB, ERR, 0, 0);
	stage.output.stats = NULL;
}

/* -- before the end -------------------------------------------------------- */

static pid_t
slow_reader(unsigned sink, size_t *ret_unread, int *ret_result)
{
	int ends[2];
	pid_t pid;

	(void)ret_unread;
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		size_t total = 0;
		ssize_t n;

		(void)fcntl(stage.readers[sink], F_SETFL, 0);
		output_clear(&stage.output);
		close(ends[0]);
		while ((n = read(stage.readers[sink], stage.text, 4096)) > 0) {
			total += (size_t)n;
			(void)usleep(100);
		}
		(void)!write(ends[1], &total, sizeof(total));
		_exit(0);
	}
	close(ends[1]);
	*ret_result = ends[0];
	return pid;
}

static void
test_drain_waits_for_a_slow_reader(void **state)
{
	size_t wanted;
	size_t heard = 0;
	int result;
	pid_t pid;

	(void)state;
	open_all();
	wanted = crowd(OUT) / 8 * 14;
	put(WEB, OUT, "end\n");
	wanted += 10;
	pid = slow_reader(OUT, &heard, &result);
	output_drain(&stage.output, 10 * USEC_PER_SEC);
	assert_int_equal(sink_pending(&stage.output.sinks[OUT]), 0);
	output_clear(&stage.output);
	assert_int_equal(read(result, &heard, sizeof(heard)), sizeof(heard));
	assert_int_equal(heard, wanted);
	close(result);
	assert_int_equal(world_wait(pid), 0);
}

/* Returns how long it took. */
static uint64_t
drain_for(usec_t limit)
{
	uint64_t start = world_now();

	output_drain(&stage.output, limit);
	return world_now() - start;
}

static void
test_drain_does_not_wait_longer_than_it_may(void **state)
{
	uint64_t took;

	(void)state;
	open_all();
	(void)crowd(OUT);
	took = drain_for(50 * MS);
	assert_true(took >= 45000 && took < 10 * USEC_PER_SEC);
	/* A busy machine may take its time once or twice. */
	took = USEC_NEVER;
	for (int tries = 0; tries < 100 && took >= 45000; tries++)
		took = drain_for(0);
	assert_true(took < 45000);
}

static void
test_drain_does_not_wait_for_nothing(void **state)
{
	uint64_t start = world_now();

	(void)state;
	open_all();
	put(WEB, OUT, "one\n");
	output_drain(&stage.output, 20 * USEC_PER_SEC);
	assert_true(world_now() - start < 10 * USEC_PER_SEC);
	stage_says(OUT, "web | one\n");
}

/* Nor for somebody who goes on writing. */
static void
test_drain_of_a_pipe_that_is_never_empty(void **state)
{
	pid_t pid;
	uint64_t start;

	(void)state;
	open_all();
	pid = chatter();
	world_until(read_once(WEB, OUT) > 0);
	start = world_now();
	output_drain(&stage.output, 100 * MS);
	assert_true(world_now() - start < 10 * USEC_PER_SEC);
	kill(pid, SIGKILL);
	(void)world_wait(pid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    stage_test(test_pipes_are_made_once),
	    stage_test(test_the_childs_end_blocks_and_is_closed_by_exec),
	    stage_test(test_the_modes_that_copy_nothing),
	    stage_test(test_null_without_dev_null),
	    stage_test(test_the_pipe_belongs_to_the_childs_user),
	    stage_test(test_a_want_of_descriptors_is_told_and_passes),
	    stage_test(test_clear_gives_all_back),
	    stage_test(test_the_name_is_in_front_of_each_line),
	    stage_test(test_error_stays_error),
	    stage_test(test_a_line_comes_out_whole_or_not_yet),
	    stage_test(test_a_long_line_is_split_and_marked),
	    stage_test(test_proctors_own_lines),
	    stage_test(test_the_last_line_needs_no_end),
	    stage_test(test_the_next_life_begins_a_new_line),
	    stage_test(test_a_grandchild_that_goes_on_writing),
	    stage_test(test_a_grandchild_that_holds_the_pipe),
	    stage_test(test_a_full_sink_stops_the_reading),
	    stage_test(test_reading_never_overfills),
	    stage_test(test_own_lines_that_nobody_reads_are_counted),
	    stage_test(test_a_process_ends_while_the_sink_is_full),
	    stage_test(test_lines_and_bytes_are_counted),
	    stage_test(test_drain_waits_for_a_slow_reader),
	    stage_test(test_drain_does_not_wait_longer_than_it_may),
	    stage_test(test_drain_does_not_wait_for_nothing),
	    stage_test(test_drain_of_a_pipe_that_is_never_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
