/* How output flows: who is read and when, what is dropped, and what is left at the end. */
#include "supervisor/flow.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include "tests/unit/supervisor/output-stage.h"

enum { WEB, RAW, OWN, VOID };

#define OUT OUTPUT_STDOUT
#define ERR OUTPUT_STDERR

static struct stream *
stream(size_t service, unsigned kind)
{
	return output_stream(&stage.output, service, kind);
}

/* All of them are captured here. */
static void
open_all(enum log_mode mode)
{
	for (size_t i = 0; i < STAGE_SERVICES; i++) {
		stage.services[i].log = mode;
		for (unsigned kind = 0; kind < STREAM_PIPES; kind++) {
			struct stream *s = stream(i, kind);

			flow_set_origin(&stage.output, s, i);
			if (kind == STREAM_STDERR && s->way == OUTPUT_STDOUT)
				s->way = OUTPUT_STDERR;
			assert_int_equal(output_open(&stage.output, i), 0);
			assert_int_equal(
			    fcntl(s->write_fd, F_SETFL, O_WRONLY | O_NONBLOCK), 0);
		}
	}
}

static void
put(size_t service, unsigned kind, const char *text)
{
	assert_int_equal(
	    write(stream(service, kind)->write_fd, text, strlen(text)), strlen(text));
	output_ready(&stage.output, stream(service, kind));
}

/* All that has come out, with what is still to come, once the reader reads again. */
static const char *
hear_all(unsigned sink)
{
	static char all[16 * 1024 * 1024];
	size_t length = 0;
	size_t n;

	do {
		(void)output_turn(&stage.output);
		n = world_read(stage.readers[sink], all + length, sizeof(all) - length);
		length += n;
	} while (n > 0 || stage.output.sinks[sink].blocked);
	return all;
}

static size_t
count(const char *text, const char *part)
{
	size_t found = 0;

	while ((text = strstr(text, part))) {
		text += strlen(part);
		found++;
	}
	return found;
}

/* -- whose turn it is ------------------------------------------------------- */

static void
test_a_turn_reads_and_writes(void **state)
{
	(void)state;
	open_all(LOG_MODE_PREFIX);
	put(WEB, OUT, "one\n");
	put(RAW, ERR, "two\n");
	output_ready(&stage.output, stream(WEB, OUT));
	assert_int_equal(stage.output.queues[OUT].count, 1);
	assert_false(output_turn(&stage.output));
	assert_string_equal(stage_heard(OUT), "web | one\n");
	assert_string_equal(stage_heard(ERR), "raw | two\n");
	assert_int_equal(stage.output.queues[OUT].count, 0);
	assert_null(stage.output.queues[OUT].first);
	assert_false(stream(WEB, OUT)->queued);
}

/* The room of a way is given away, but for so much. */
static void
leave_room(unsigned sink, size_t room)
{
	struct sink *s = &stage.output.sinks[sink];
	size_t size = sink_room(s) - room;
	char *to = sink_reserve(s, size);

	assert_non_null(to);
	memset(to, '\n', size);
	sink_commit(s, size);
}

/* The pipe outside takes nothing more until it is read. */
static void
stop_reader(unsigned sink)
{
	struct sink *s = &stage.output.sinks[sink];

	while (!s->blocked) {
		leave_room(sink, 0);
		sink_flush(s);
	}
}

static void
fill_pipe(size_t service, unsigned kind, const char *line, size_t size)
{
	for (size_t length = 0; length < size; length += strlen(line))
		put(service, kind, line);
}

static size_t
unread(size_t service)
{
	int bytes = 0;

	(void)ioctl(stream(service, OUT)->read_fd, FIONREAD, &bytes);
	return (size_t)bytes;
}

/* Everybody has something to say, and is told of as the loop does, in one order. */
static void
say_more(size_t *ret_left)
{
	static const char line[] = "0123456789abcde\n";

	for (size_t i = 0; i < STAGE_SERVICES; i++) {
		while (write(stream(i, OUT)->write_fd, line, 16) == 16)
			continue;
		ret_left[i] = unread(i);
		output_ready(&stage.output, stream(i, OUT));
	}
}

/* However little room there is, nobody is read again before all were read. */
static void
test_everybody_has_his_turn(void **state)
{
	unsigned turns[STAGE_SERVICES] = {0};
	size_t left[STAGE_SERVICES];

	(void)state;
	open_all(LOG_MODE_JSON);
	stop_reader(OUT);
	for (unsigned round = 0; round < 1500; round++) {
		unsigned least = UINT_MAX;
		unsigned most = 0;

		say_more(left);
		(void)!read(stage.readers[OUT], stage.text, (size_t)4096 * (round % 3));
		(void)output_turn(&stage.output);
		for (size_t i = 0; i < STAGE_SERVICES; i++) {
			turns[i] += unread(i) < left[i];
			least = turns[i] < least ? turns[i] : least;
			most = turns[i] > most ? turns[i] : most;
		}
		assert_true(most - least <= 1);
	}
	assert_true(turns[VOID] > 3);
}

/* Of a crowd, the last gets as much as the first. */
static void
test_room_is_shared(void **state)
{
	(void)state;
	open_all(LOG_MODE_RAW);
	for (size_t i = 0; i < STAGE_SERVICES; i++)
		fill_pipe(i, OUT, "0123456789abcde\n", 64 * 1024 - 16);
	stage.output.queues[OUT].crowd = 32;
	(void)output_turn(&stage.output);
	for (size_t i = 0; i < STAGE_SERVICES; i++)
		assert_int_equal(unread(i), 48 * 1024 - 16);
	/* Those that are left are no crowd any more. */
	for (size_t i = 0; i < STAGE_SERVICES; i++)
		output_ready(&stage.output, stream(i, OUT));
	(void)output_turn(&stage.output);
	for (size_t i = 0; i < STAGE_SERVICES; i++)
		assert_int_equal(unread(i), 0);
}

/* -- what finds no room ----------------------------------------------------- */

static void
test_a_hold_and_its_release(void **state)
{
	struct stream *s = stream(WEB, OUT);
	const char *heard;

	(void)state;
	open_all(LOG_MODE_PREFIX);
	stop_reader(OUT);
	stage.output.sinks[OUT].start = stage.output.sinks[OUT].end = 0;
	leave_room(OUT, 170 * 1024);
	fill_pipe(WEB, OUT, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n1\n", 40 * 1024);
	(void)output_turn(&stage.output);
	assert_non_null(s->held);
	assert_true(s->held_end - s->held_begin > 1000);
	assert_true(s->queued);
	/* While something is held, no more is read. */
	put(WEB, OUT, "end\n");
	assert_int_equal(output_read(&stage.output, s), 0);
	heard = hear_all(OUT);
	assert_null(s->held);
	assert_non_null(strstr(heard, "web | 1\n"));
	assert_int_equal(count(heard, "web | 1\n"), 40 * 1024 / 17 + 1);
	assert_int_equal(count(heard, "web | \n"), (40 * 1024 / 17 + 1) * 15);
	output_ready(&stage.output, s);
	assert_string_equal(hear_all(OUT), "web | end\n");
	assert_int_equal(stage.output.sinks[OUT].lost, 0);
}

/* Who says so much that some is held has no other turn before those who wait. */
static void
test_a_hold_is_its_share(void **state)
{
	struct stream *s = stream(WEB, OUT);
	int left = 0;

	(void)state;
	open_all(LOG_MODE_PREFIX);
	stop_reader(OUT);
	stage.output.sinks[OUT].start = stage.output.sinks[OUT].end = 0;
	leave_room(OUT, 170 * 1024);
	fill_pipe(WEB, OUT, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n1\n", 40 * 1024);
	(void)output_turn(&stage.output);
	assert_non_null(s->held);
	put(WEB, OUT, "end\n");
	stage.output.sinks[OUT].start = stage.output.sinks[OUT].end = 0;
	(void)output_turn(&stage.output);
	assert_null(s->held);
	assert_int_equal(ioctl(s->read_fd, FIONREAD, &left), 0);
	assert_int_equal(left, 4);
	assert_false(s->queued);
	(void)hear_all(OUT);
	output_ready(&stage.output, s);
	assert_string_equal(hear_all(OUT), "web | end\n");
}

static void
test_the_others_go_on(void **state)
{
	(void)state;
	open_all(LOG_MODE_PREFIX);
	stop_reader(OUT);
	leave_room(OUT, 0);
	put(WEB, OUT, "stuck\n");
	put(WEB, ERR, "goes on\n");
	put(RAW, ERR, "as well\n");
	(void)output_turn(&stage.output);
	assert_string_equal(stage_heard(ERR), "web | goes on\nraw | as well\n");
	assert_true(stream(WEB, OUT)->queued);
	assert_non_null(strstr(hear_all(OUT), "web | stuck\n"));
}

/* -- log_overflow = drop ---------------------------------------------------- */

/* What is told, and what has come out, is all there was; and whole. */
static void
test_dropped_lines_are_counted(void **state)
{
	static char line[64];
	unsigned long long dropped = 0;
	unsigned sent = 0;
	const char *heard;
	const char *told;

	(void)state;
	stage.services[WEB].log_overflow = LOG_OVERFLOW_DROP;
	open_all(LOG_MODE_PREFIX);
	stop_reader(OUT);
	for (; sent < 60000; sent++) {
		(void)snprintf(
		    line, sizeof(line), "<%08u%.*s>\n", sent, (int)(sent % 7), "xxxxxxx");
		put(WEB, OUT, line);
		if (sent % 50 == 0)
			(void)output_turn(&stage.output);
	}
	/* Begun while there was no room, and ended when there is: the line is whole. */
	put(WEB, OUT, "<half");
	(void)output_turn(&stage.output);
	assert_true(stream(WEB, OUT)->dropped > 1000);
	assert_null(stream(WEB, OUT)->held);
	heard = hear_all(OUT);
	told = stage_heard(ERR);
	assert_int_equal(sscanf(told,
			     "proctor | web: %llu lines of its stdout were dropped: they "
			     "were not read in time\n",
			     &dropped),
	    1);
	assert_int_equal(count(told, "\n"), 1);
	assert_int_equal(count(heard, "web | <") + dropped, sent);
	assert_int_equal(count(heard, ">\n"), count(heard, "web | <"));
	put(WEB, OUT, " and half>\n");
	assert_string_equal(hear_all(OUT), "web | <half and half>\n");
	assert_int_equal(stage.output.dropped, 0);
	assert_string_equal(stage_heard(ERR), "");
}

/* The first piece of it is out when the second finds no room. */
static void
test_a_long_line_is_dropped_to_its_end(void **state)
{
	static char piece[20 * 1024 + 1];

	(void)state;
	stage.services[WEB].log_overflow = LOG_OVERFLOW_DROP;
	open_all(LOG_MODE_PREFIX);
	memset(piece, 'x', sizeof(piece) - 1);
	put(WEB, OUT, piece);
	(void)output_turn(&stage.output);
	assert_memory_equal(stage_heard(OUT), "web | xxx", 9);
	stop_reader(OUT);
	leave_room(OUT, 0);
	put(WEB, OUT, piece);
	(void)output_turn(&stage.output);
	assert_null(strchr(hear_all(OUT), 'x'));
	assert_non_null(strstr(stage_heard(ERR), "web: 1 lines of its stdout"));
	put(WEB, OUT, piece);
	put(WEB, OUT, "y\nnew\n");
	assert_string_equal(hear_all(OUT), "web | new\n");
	assert_string_equal(stage_heard(ERR), "");
}

/* With nothing else to write, nobody would come back for it. */
static void
test_the_number_is_written_in_its_turn(void **state)
{
	(void)state;
	stage.services[WEB].log_overflow = LOG_OVERFLOW_DROP;
	open_all(LOG_MODE_PREFIX);
	stop_reader(OUT);
	leave_room(OUT, 0);
	put(WEB, OUT, "1\n2\n3\n");
	(void)output_turn(&stage.output);
	assert_int_equal(stage.output.dropped, 3);
	for (int turns = 0; turns < 100 && stage.output.dropped > 0; turns++) {
		(void)stage_heard(OUT);
		(void)output_turn(&stage.output);
	}
	assert_int_equal(stage.output.dropped, 0);
	assert_non_null(strstr(stage_heard(ERR), "web: 3 lines of its stdout"));
}

/* Standard error has no room for the number: it is told later. */
static void
test_the_number_is_not_forgotten(void **state)
{
	const char *heard;

	(void)state;
	stage.services[WEB].log_overflow = LOG_OVERFLOW_DROP;
	open_all(LOG_MODE_PREFIX);
	stop_reader(OUT);
	leave_room(OUT, 0);
	stop_reader(ERR);
	leave_room(ERR, 0);
	put(WEB, OUT, "1\n2\n3\n");
	(void)output_turn(&stage.output);
	(void)hear_all(OUT);
	assert_int_equal(stage.output.dropped, 3);
	assert_int_equal(stage.output.own_lost, 0);
	heard = hear_all(ERR);
	assert_int_equal(stage.output.dropped, 0);
	assert_non_null(
	    strstr(heard, "proctor | web: 3 lines of its stdout were dropped"));
}

/* -- one life after another -------------------------------------------------- */

static void
assert_ends_with(const char *text, const char *wanted)
{
	assert_true(strlen(text) >= strlen(wanted));
	assert_string_equal(text + strlen(text) - strlen(wanted), wanted);
}

/* The pipe is read when there is room, and holds more than one life by then. */
static void
test_a_new_life_begins_a_new_line(void **state)
{
	(void)state;
	open_all(LOG_MODE_PREFIX);
	stop_reader(OUT);
	leave_room(OUT, 0);
	put(WEB, OUT, "one");
	output_finish(&stage.output, WEB);
	put(WEB, OUT, "two\nlast");
	output_finish(&stage.output, WEB);
	put(WEB, OUT, "three\n");
	assert_ends_with(
	    hear_all(OUT), "\nweb | one\nweb | two\nweb | last\nweb | three\n");
	assert_false(stream(WEB, OUT)->finishing);
}

/* Of the former life, some was read and found no room. */
static void
test_so_it_does_after_what_was_held(void **state)
{
	(void)state;
	open_all(LOG_MODE_PREFIX);
	stop_reader(OUT);
	stage.output.sinks[OUT].start = stage.output.sinks[OUT].end = 0;
	leave_room(OUT, 170 * 1024);
	fill_pipe(WEB, OUT, "x\nx\nx\nx\nx\nx\nx\nx\n", 60 * 1024);
	put(WEB, OUT, "one");
	(void)output_turn(&stage.output);
	assert_non_null(stream(WEB, OUT)->held);
	output_finish(&stage.output, WEB);
	put(WEB, OUT, "two\n");
	assert_ends_with(hear_all(OUT), "\nweb | x\nweb | one\nweb | two\n");
}

/* Nothing of the second life, and a third: there is one end, and no empty line. */
static void
test_a_life_that_says_nothing(void **state)
{
	(void)state;
	open_all(LOG_MODE_PREFIX);
	stop_reader(OUT);
	leave_room(OUT, 0);
	put(WEB, OUT, "one");
	output_finish(&stage.output, WEB);
	output_finish(&stage.output, WEB);
	put(WEB, OUT, "two\n");
	assert_ends_with(hear_all(OUT), "\nweb | one\nweb | two\n");
}

/* -- one way for all -------------------------------------------------------- */

static void
test_the_order_where_both_are_one(void **state)
{
	(void)state;
	stage.output.shared = true;
	open_all(LOG_MODE_PREFIX);
	stream(WEB, ERR)->way = OUTPUT_STDOUT;
	output_say(&stage.output, "starting web");
	put(WEB, OUT, "up\n");
	(void)output_turn(&stage.output);
	output_say(&stage.output, "web is ready");
	put(WEB, ERR, "bad\n");
	put(WEB, OUT, "down");
	output_finish(&stage.output, WEB);
	output_say_last(&stage.output, "web ended");
	assert_string_equal(hear_all(OUT),
	    "proctor | starting web\nweb | up\nproctor | web is ready\nweb | down\n"
	    "web | bad\nproctor | web ended\n");
}

/* -- syslog(3) -------------------------------------------------------------- */

static void
say_syslog(size_t service, const char *text)
{
	static char bytes[64 * 1024];
	struct datagram d = {.sender = 77, .data = bytes, .length = strlen(text)};

	memcpy(bytes, text, d.length);
	output_syslog(&stage.output, service, &d);
}

static void
test_syslog_of_services_and_strangers(void **state)
{
	(void)state;
	open_all(LOG_MODE_PREFIX);
	say_syslog(WEB, "<30>Nov 25 06:00:00 nginx[5]: one");
	say_syslog(SERVICE_NONE, "<30>Nov 25 06:00:00 cron[6]: two\nthree");
	assert_string_equal(hear_all(OUT),
	    "web | nginx[5]: one\nsyslog | cron[6]: two\nsyslog | three\n");
}

static void
test_syslog_in_json(void **state)
{
	const char *heard;

	(void)state;
	open_all(LOG_MODE_JSON);
	say_syslog(WEB, "<27>x: \"y\"");
	heard = hear_all(OUT);
	assert_non_null(strstr(heard,
	    "\"service\":\"web\",\"stream\":\"syslog\",\"pid\":77,\"priority\":3,"
	    "\"message\":\"x: \\\"y\\\"\"}\n"));
}

/* All of a datagram that is as long as can be, without an end. */
static void
test_the_longest_datagram(void **state)
{
	static char bytes[64 * 1024];
	struct datagram d = {.data = bytes, .length = sizeof(bytes)};

	(void)state;
	open_all(LOG_MODE_RAW);
	stage.config.log = LOG_MODE_RAW;
	memset(bytes, 'x', sizeof(bytes));
	output_syslog(&stage.output, WEB, &d);
	assert_int_equal(strlen(hear_all(OUT)), sizeof(bytes) + 5);
}

static void
test_syslog_that_finds_no_room(void **state)
{
	(void)state;
	open_all(LOG_MODE_PREFIX);
	stage.output.devlog.fd = 0;
	assert_true(output_takes_syslog(&stage.output));
	stop_reader(OUT);
	leave_room(OUT, 0);
	assert_false(output_takes_syslog(&stage.output));
	say_syslog(RAW, "<30>one\ntwo");
	assert_non_null(output_syslog_stream(&stage.output)->held);
	assert_non_null(strstr(hear_all(OUT), "raw | one\nraw | two\n"));
	assert_true(output_takes_syslog(&stage.output));
	stage.output.devlog.fd = -1;
}

/* -- the journal ------------------------------------------------------------ */

static int journald;
static char entry[32 * 1024];

static void
start_journald(void)
{
	static struct sockaddr_un address = {.sun_family = AF_UNIX};
	static char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s", world_path("socket"));
	assert_true(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path) + 1);
	journald = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(journald, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(journal_open(&stage.output.journal, path, FLOW_JOURNAL_SIZE), 0);
	stage.output.journals = true;
}

static void
assert_entry(const char *part, const char *other)
{
	ssize_t n = recv(journald, entry, sizeof(entry) - 1, 0);

	assert_true(n > 0);
	entry[n] = '\0';
	assert_non_null(strstr(entry, part));
	assert_non_null(strstr(entry, other));
}

static void
test_the_journal(void **state)
{
	(void)state;
	start_journald();
	open_all(LOG_MODE_JOURNAL);
	stage.config.log = LOG_MODE_JOURNAL;
	assert_int_equal(stream(WEB, ERR)->way, OUTPUT_JOURNAL);
	output_set_pid(&stage.output, WEB, 12);
	put(WEB, OUT, "one\n<3>two\n");
	put(WEB, ERR, "three\n");
	output_say(&stage.output, "own");
	(void)output_turn(&stage.output);
	assert_entry("PRIORITY=6\n", "SYSLOG_IDENTIFIER=proctor\n");
	assert_entry("PROCTOR_STREAM=stdout\n", "SYSLOG_PID=12\n");
	assert_entry("PRIORITY=3\n", "MESSAGE=two\n");
	assert_entry("PROCTOR_STREAM=stderr\n", "MESSAGE=three\n");
	say_syslog(WEB, "<131>mail");
	(void)output_turn(&stage.output);
	assert_entry("PRIORITY=3\nSYSLOG_FACILITY=16\n", "MESSAGE=mail\n");
	output_say_last(&stage.output, "end");
	(void)output_turn(&stage.output);
	assert_entry("MESSAGE=end\n", "PROCTOR_SERVICE=proctor\n");
	assert_int_equal(recv(journald, entry, sizeof(entry), 0), -1);
	assert_string_equal(stage_heard(OUT), "");
	assert_string_equal(stage_heard(ERR), "proctor | end\n");
	close(journald);
}

/* It is not read: what is said waits in the pipe, and nothing is lost. */
static void
test_a_journal_that_is_slow(void **state)
{
	size_t seen = 0;
	ssize_t n;

	(void)state;
	start_journald();
	open_all(LOG_MODE_JOURNAL);
	for (size_t i = 0; i < STAGE_SERVICES; i++)
		fill_pipe(i, OUT, "0123456789abcde\n", 60 * 1024);
	for (int i = 0; i < 10; i++)
		(void)output_turn(&stage.output);
	assert_true(stage.output.journal.blocked);
	assert_true(flow_left(&stage.output) > 200 * 1024);
	do {
		for (size_t i = 0; i < STAGE_SERVICES; i++)
			output_ready(&stage.output, stream(i, OUT));
		(void)output_turn(&stage.output);
		while ((n = recv(journald, entry, sizeof(entry), 0)) > 0)
			seen++;
		(void)output_turn(&stage.output);
	} while (flow_left(&stage.output) > 0);
	while (recv(journald, entry, sizeof(entry), 0) > 0)
		seen++;
	assert_int_equal(seen, 4 * 60 * 1024 / 16);
	assert_int_equal(stage.output.journal.lost, 0);
	close(journald);
}

/* -- before the end --------------------------------------------------------- */

static void
test_drain_counts_what_was_not_read(void **state)
{
	size_t written = 0;
	const char *heard;
	uint64_t left;

	(void)state;
	open_all(LOG_MODE_RAW);
	stop_reader(OUT);
	left = sink_pending(&stage.output.sinks[OUT]);
	put(WEB, OUT, "0123456789\nand no end");
	put(RAW, ERR, "fine\n");
	written = strlen("0123456789\nand no end");
	assert_int_equal(output_drain(&stage.output, 20 * MS), left + written);
	assert_string_equal(stage_heard(ERR), "fine\n");
	heard = hear_all(OUT);
	assert_true(strlen(heard) > left);
	assert_string_equal(
	    heard + strlen(heard) - written - 1, "0123456789\nand no end\n");
	assert_int_equal(output_drain(&stage.output, 20 * MS), 0);
}

/* An orphan wrote it, say: it has no end, but it was read in time. */
static void
test_drain_ends_what_was_begun(void **state)
{
	(void)state;
	open_all(LOG_MODE_PREFIX);
	put(WEB, OUT, "half a line");
	assert_int_equal(output_drain(&stage.output, USEC_PER_SEC), 0);
	assert_string_equal(stage_heard(OUT), "web | half a line\n");
	assert_int_equal(output_drain(&stage.output, USEC_PER_SEC), 0);
	assert_string_equal(stage_heard(OUT), "");
}

static void
test_what_was_dropped_is_told_before_the_end(void **state)
{
	(void)state;
	stage.services[WEB].log_overflow = LOG_OVERFLOW_DROP;
	open_all(LOG_MODE_PREFIX);
	stop_reader(OUT);
	leave_room(OUT, 0);
	put(WEB, OUT, "1\n2\n");
	assert_true(output_drain(&stage.output, 10 * MS) > 0);
	assert_string_equal(stage_heard(ERR), "");
	output_give_up(&stage.output);
	output_flush(&stage.output, 10 * MS);
	assert_string_equal(stage_heard(ERR),
	    "proctor | web: 2 lines of its stdout were dropped: they were not read in "
	    "time\n");
}

/* But for the rest of a line that is out already. */
static void
test_giving_up(void **state)
{
	static char line[6001];
	const char *heard;
	size_t whole;

	(void)state;
	open_all(LOG_MODE_RAW);
	memset(line, 'x', 6000);
	line[5999] = '\n';
	for (int i = 0; i < 10; i++) {
		put(WEB, OUT, line);
		(void)output_turn(&stage.output);
	}
	for (int i = 0; i < 30 && !stage.output.sinks[OUT].blocked; i++) {
		put(WEB, OUT, line);
		(void)output_turn(&stage.output);
	}
	assert_true(stage.output.sinks[OUT].blocked);
	put(WEB, OUT, line);
	(void)output_turn(&stage.output);
	output_give_up(&stage.output);
	assert_true(sink_pending(&stage.output.sinks[OUT]) < 6000);
	assert_true(stage.output.sinks[OUT].lost >= 6000);
	heard = hear_all(OUT);
	whole = strlen(heard) / 6000;
	assert_int_equal(strlen(heard), whole * 6000);
	assert_int_equal(count(heard, "x\n"), whole);
}

/* Why is said at once, and how much when there is room again: each once. */
static void
test_what_cannot_be_written_is_told(void **state)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct sink *s = &stage.output.sinks[OUT];
	int fd = s->fd;

	(void)state;
	if (full < 0)
		skip();
	open_all(LOG_MODE_PREFIX);
	s->fd = full;
	put(WEB, OUT, "lost\n");
	(void)output_turn(&stage.output);
	assert_string_equal(stage_heard(ERR),
	    "proctor | standard output: No space left on device; what is written there "
	    "now is lost\n");
	put(WEB, OUT, "as well\n");
	(void)output_turn(&stage.output);
	assert_string_equal(stage_heard(ERR), "");
	s->fd = fd;
	close(full);
	put(WEB, OUT, "here\n");
	(void)output_turn(&stage.output);
	assert_string_equal(stage_heard(OUT), "web | here\n");
	assert_string_equal(stage_heard(ERR),
	    "proctor | standard output: 25 bytes are lost: No space left on device\n");
	(void)output_turn(&stage.output);
	assert_string_equal(stage_heard(ERR), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    stage_test(test_a_turn_reads_and_writes),
	    stage_test(test_everybody_has_his_turn),
	    stage_test(test_room_is_shared),
	    stage_test(test_a_hold_and_its_release),
	    stage_test(test_a_hold_is_its_share),
	    stage_test(test_the_others_go_on),
	    stage_test(test_dropped_lines_are_counted),
	    stage_test(test_a_long_line_is_dropped_to_its_end),
	    stage_test(test_the_number_is_written_in_its_turn),
	    stage_test(test_the_number_is_not_forgotten),
	    stage_test(test_what_cannot_be_written_is_told),
	    stage_test(test_a_new_life_begins_a_new_line),
	    stage_test(test_so_it_does_after_what_was_held),
	    stage_test(test_a_life_that_says_nothing),
	    stage_test(test_the_order_where_both_are_one),
	    stage_test(test_syslog_of_services_and_strangers),
	    stage_test(test_syslog_in_json),
	    stage_test(test_the_longest_datagram),
	    stage_test(test_syslog_that_finds_no_room),
	    stage_test(test_the_journal),
	    stage_test(test_a_journal_that_is_slow),
	    stage_test(test_drain_counts_what_was_not_read),
	    stage_test(test_drain_ends_what_was_begun),
	    stage_test(test_what_was_dropped_is_told_before_the_end),
	    stage_test(test_giving_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
