/* Writing without ever blocking, whatever it is that standard output is. */
#include "supervisor/sink.h"

#include <pty.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "tests/unit/supervisor/sample.h"
#include "tests/unit/world.h"

#define CAPACITY (256 * 1024)

static bool
put_bytes(struct sink *s, const char *data, size_t length)
{
	char *to = sink_reserve(s, length);

	if (!to)
		return false;
	memcpy(to, data, length);
	sink_commit(s, length);
	return true;
}

/* More than any pipe, socket or terminal takes. */
static void
fill(struct sink *s)
{
	static char block[4096];

	while (sink_room(s) >= sizeof(block))
		assert_true(put_bytes(s, block, sizeof(block)));
	sink_flush(s);
	assert_true(s->blocked);
	assert_true(sink_pending(s) > 0);
	assert_int_equal(s->lost, 0);
}

static void
put(struct sink *s, const char *text)
{
	assert_true(put_bytes(s, text, strlen(text)));
}

static void
assert_reads(int fd, const char *wanted)
{
	char text[256];

	assert_true(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	(void)world_read(fd, text, sizeof(text));
	assert_string_equal(text, wanted);
}

/* -- the buffer ------------------------------------------------------------ */

static void
test_what_is_put_waits_for_the_flush(void **state)
{
	struct sink s;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(sink_init(&s, fds[1], 64), 0);
	put(&s, "one ");
	put(&s, "two");
	assert_int_equal(sink_pending(&s), 7);
	assert_int_equal(sink_room(&s), 57);
	assert_reads(fds[0], "");
	sink_flush(&s);
	assert_int_equal(sink_pending(&s), 0);
	assert_int_equal(sink_room(&s), 64);
	assert_reads(fds[0], "one two");
	sink_clear(&s);
	close(fds[0]);
	close(fds[1]);
}

/* All of it or nothing: half a line is worse than none. */
static void
test_what_has_no_room_is_refused(void **state)
{
	struct sink s;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(sink_init(&s, fds[1], 8), 0);
	put(&s, "12345");
	assert_false(put_bytes(&s, "abcd", 4));
	put(&s, "678");
	assert_int_equal(sink_room(&s), 0);
	assert_false(put_bytes(&s, "9", 1));
	sink_flush(&s);
	assert_reads(fds[0], "12345678");
	put(&s, "87654321");
	sink_flush(&s);
	assert_reads(fds[0], "87654321");
	assert_int_equal(s.lost, 0);
	sink_clear(&s);
	close(fds[0]);
	close(fds[1]);
}

/* What is in the way moves to the front when the room behind it is not enough. */
static void
test_room_is_found_in_front(void **state)
{
	struct sink s;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(sink_init(&s, fds[1], 8), 0);
	put(&s, "1234");
	s.start += 3; /* as if a write had taken so many */
	put(&s, "567");
	put(&s, "8901");
	assert_int_equal(sink_room(&s), 0);
	sink_flush(&s);
	assert_reads(fds[0], "45678901");
	sink_clear(&s);
	close(fds[0]);
	close(fds[1]);
}

/* The line that was begun is not cut, and what comes next begins a new one. */
static void
test_what_is_given_up_is_counted(void **state)
{
	struct sink s;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(sink_init(&s, fds[1], 64), 0);
	put(&s, "begun");
	sink_flush(&s);
	put(&s, " and ended\nsecond\nthird");
	sink_give_up(&s);
	assert_int_equal(s.lost, strlen("second\nthird"));
	put(&s, "verdict\n");
	sink_flush(&s);
	assert_reads(fds[0], "begun and ended\nverdict\n");
	put(&s, "fourth\n");
	sink_give_up(&s);
	assert_int_equal(s.lost, strlen("second\nthirdfourth\n"));
	assert_int_equal(sink_pending(&s), 0);
	sink_give_up(&s);
	sink_clear(&s);
	close(fds[0]);
	close(fds[1]);
}

static void
test_no_memory(void **state)
{
	struct sink s;

	(void)state;
	assert_int_equal(sink_init(&s, STDOUT_FILENO, PTRDIFF_MAX - 4096), -ENOMEM);
}

static void
test_clear_closes_only_what_is_its_own(void **state)
{
	unsigned before = world_descriptors();
	struct sink s;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(sink_init(&s, fds[1], 64), 0);
	assert_int_equal(s.way, SINK_NONBLOCK);
	assert_int_not_equal(s.fd, fds[1]);
	assert_true(fcntl(s.fd, F_GETFD) & FD_CLOEXEC);
	sink_clear(&s);
	assert_int_equal(fcntl(fds[1], F_GETFD), 0);
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(world_descriptors(), before);
}

/* -- what does not read ---------------------------------------------------- */

/* The flags belong to everybody who has the file. */
static void
check_flags_untouched(int fd, void (*use)(struct sink *))
{
	int flags = fcntl(fd, F_GETFL);
	struct sink s;

	assert_int_equal(flags & O_NONBLOCK, 0);
	assert_int_equal(sink_init(&s, fd, CAPACITY), 0);
	use(&s);
	assert_int_equal(fcntl(fd, F_GETFL), flags);
	sink_clear(&s);
	assert_int_equal(fcntl(fd, F_GETFL), flags);
}

static void
test_a_full_pipe_does_not_block(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	check_flags_untouched(fds[1], fill);
	close(fds[0]);
	close(fds[1]);
}

static void
test_a_full_socket_does_not_block(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	check_flags_untouched(fds[1], fill);
	close(fds[0]);
	close(fds[1]);
}

static void
test_a_stopped_terminal_does_not_block(void **state)
{
	int master;
	int slave;

	(void)state;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	check_flags_untouched(slave, fill);
	close(slave);
	close(master);
}

/* Without leave to open it once more: not root, and no rights at the file. */
static int
fill_without_own_file(void *context)
{
	struct sink s;
	int fds[2];

	(void)context;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fchmod(fds[1], 0), 0);
	if (getuid() == 0)
		assert_int_equal(setuid(65534), 0);
	assert_int_equal(sink_init(&s, fds[1], CAPACITY), 0);
	assert_int_equal(s.way, SINK_CAREFUL);
	assert_int_equal(s.fd, fds[1]);
	fill(&s);
	assert_int_equal(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
	close(fds[0]);
	sink_flush(&s);
	assert_false(s.blocked);
	assert_true(s.lost > 0);
	assert_int_equal(sink_pending(&s), 0);
	sink_clear(&s);
	close(fds[1]);
	return 0;
}

static void
test_a_full_pipe_that_cannot_be_opened_again(void **state)
{
	(void)state;
	assert_int_equal(world_apart(fill_without_own_file, NULL), 0);
}

/* A kernel or a file without RWF_NOWAIT: there poll(2) is asked. */
static bool refuse_nowait;

ssize_t
pwritev2(int fd, const struct iovec *pieces, int count, off_t offset, int flags)
{
	assert_int_equal(offset, -1);
	assert_int_equal(flags, RWF_NOWAIT);
	if (refuse_nowait) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return syscall(SYS_pwritev2, fd, pieces, count, -1L, -1L, flags);
}

static void
test_a_full_pipe_without_nowait(void **state)
{
	int fds[2];
	static char text[16 * 1024];
	size_t pending;
	struct sink s;

	(void)state;
	refuse_nowait = true;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(sink_init(&s, fds[1], CAPACITY), 0);
	close(s.fd);
	s.fd = fds[1];
	s.own = false;
	s.way = SINK_CAREFUL;
	fill(&s);
	/* Where there is room again, as much as does not block goes out. */
	pending = sink_pending(&s);
	assert_int_equal(read(fds[0], text, sizeof(text)), sizeof(text));
	sink_flush(&s);
	assert_true(s.blocked);
	assert_int_equal(sink_pending(&s), pending - sizeof(text));
	close(fds[0]);
	sink_flush(&s);
	assert_false(s.blocked);
	assert_true(s.lost > 0);
	sink_clear(&s);
	close(fds[1]);
	refuse_nowait = false;
}

/* -- who does not read any more -------------------------------------------- */

static void
limit_files(rlim_t most, rlim_t hard)
{
	struct rlimit limit = {.rlim_cur = most, .rlim_max = hard};

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
assert_lost(struct sink *s)
{
	put(s, "nobody");
	sink_flush(s);
	assert_false(s->blocked);
	assert_int_equal(sink_pending(s), 0);
	assert_int_equal(s->lost, 6);
	assert_int_equal(sink_room(s), 64);
}

static void
test_a_pipe_without_reader(void **state)
{
	struct sink s;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(sink_init(&s, fds[1], 64), 0);
	close(fds[0]);
	assert_lost(&s);
	sink_clear(&s);
	close(fds[1]);
}

/* There is no signal either: what is pending was not sent by a child. */
static void
test_a_socket_without_reader(void **state)
{
	struct sink s;
	int fds[2];

	(void)state;
	(void)signal(SIGPIPE, SIG_DFL);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(sink_init(&s, fds[1], 64), 0);
	assert_int_equal(s.way, SINK_SOCKET);
	close(fds[0]);
	assert_lost(&s);
	sink_clear(&s);
	close(fds[1]);
}

static void
test_a_full_disk(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct sink s;

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(sink_init(&s, fd, 64), 0);
	assert_lost(&s);
	sink_clear(&s);
	close(fd);
}

/* RLIMIT_FSIZE is a disk that is full after so many bytes. */
static void
test_a_line_that_is_torn_gets_an_end(void **state)
{
	char *path = world_file("log", "");
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	struct rlimit unlimited;
	struct sink s;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(sink_init(&s, fd, 64), 0);
	limit_files(8, unlimited.rlim_max);
	put(&s, "whole\nbegun\nnot there\n");
	sink_flush(&s);
	assert_true(s.failing);
	assert_int_equal(s.reason, EFBIG);
	assert_int_equal(s.lost, 14);
	put(&s, "nor is this\n");
	sink_flush(&s);
	assert_int_equal(s.lost, 14 + 1 + 12);
	limit_files(unlimited.rlim_cur, unlimited.rlim_max);
	put(&s, "again\n");
	put(&s, "and on\n");
	sink_flush(&s);
	assert_false(s.failing);
	assert_string_equal(world_text(path), "whole\nbe\nagain\nand on\n");
	sink_clear(&s);
	close(fd);
}

/* More than one message may be: none is refused for its length. */
static void
test_a_socket_of_messages(void **state)
{
	enum { SIZE = 512 * 1024 };
	static char text[SIZE];
	static char message[SIZE];
	struct sink s;
	int fds[2];

	(void)state;
	memset(text, 'x', SIZE);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	assert_int_equal(sink_init(&s, fds[1], SIZE), 0);
	put_bytes(&s, text, SIZE);
	for (size_t got = 0; got < SIZE;) {
		ssize_t n;

		sink_flush(&s);
		n = recv(fds[0], message, sizeof(message), MSG_DONTWAIT);
		assert_true(n > 0);
		got += (size_t)n;
	}
	assert_int_equal(s.lost, 0);
	sink_clear(&s);
	close(fds[0]);
	close(fds[1]);
}

static void
test_a_closed_descriptor(void **state)
{
	struct sink s;

	(void)state;
	assert_int_equal(sink_init(&s, 999, 64), 0);
	assert_lost(&s);
	sink_clear(&s);
}

/* -- what arrives ---------------------------------------------------------- */

/* A file that others append to as well: nothing is written over. */
static void
test_a_regular_file(void **state)
{
	char *path = world_file("log", "old\n");
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	struct sink s;

	(void)state;
	assert_int_equal(sink_init(&s, fd, 64), 0);
	assert_int_equal(s.way, SINK_PLAIN);
	put(&s, "ours\n");
	sink_flush(&s);
	assert_int_equal(write(fd, "theirs\n", 7), 7);
	put(&s, "ours\n");
	sink_flush(&s);
	assert_string_equal(world_text(path), "old\nours\ntheirs\nours\n");
	sink_clear(&s);
	close(fd);
}

/* The position is shared with the children that inherit the descriptor. */
static void
test_a_regular_file_that_is_not_appended_to(void **state)
{
	char *path = world_file("log", "");
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	struct sink s;

	(void)state;
	assert_int_equal(sink_init(&s, fd, 64), 0);
	put(&s, "ours\n");
	sink_flush(&s);
	assert_int_equal(write(fd, "theirs\n", 7), 7);
	put(&s, "ours\n");
	sink_flush(&s);
	assert_string_equal(world_text(path), "ours\ntheirs\nours\n");
	sink_clear(&s);
	close(fd);
}

static void
drip(int fd, int lines)
{
	uint32_t seed = 5;
	struct sink s;

	assert_int_equal(sink_init(&s, fd, 16 * 1024), 0);
	for (int i = 0; i < lines; i++) {
		char line[600];
		int n = snprintf(line, sizeof(line), "%d %0*d\n", i,
		    (int)world_random(&seed, 500) + 1, 7);

		while (s.capacity - sink_pending(&s) < (size_t)n) {
			sink_flush(&s);
			if (s.blocked)
				(void)poll(
				    &(struct pollfd){.fd = s.fd, .events = POLLOUT}, 1,
				    -1);
		}
		assert_true(put_bytes(&s, line, (size_t)n));
	}
	while (sink_pending(&s) > 0)
		sink_flush(&s);
	assert_int_equal(s.lost, 0);
	sink_clear(&s);
}

/* Every write is a partial one sooner or later; not a byte may be wrong. */
static void
check_order(int reader, int writer)
{
	pid_t pid = fork();
	uint32_t seed = 5;
	char line[600];
	FILE *file;

	assert_true(pid >= 0);
	if (pid == 0) {
		close(reader);
		drip(writer, 5000);
		_exit(0);
	}
	close(writer);
	file = fdopen(reader, "r");
	for (int i = 0; i < 5000; i++) {
		char wanted[600];

		(void)snprintf(wanted, sizeof(wanted), "%d %0*d\n", i,
		    (int)world_random(&seed, 500) + 1, 7);
		assert_non_null(fgets(line, sizeof(line), file));
		assert_string_equal(line, wanted);
	}
	assert_null(fgets(line, sizeof(line), file));
	fclose(file);
	assert_int_equal(world_wait(pid), 0);
}

static void
test_everything_arrives_in_order(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	(void)fcntl(fds[1], F_SETPIPE_SZ, 4096);
	check_order(fds[0], fds[1]);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	check_order(fds[0], fds[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_what_is_put_waits_for_the_flush),
	    world_test(test_what_has_no_room_is_refused),
	    world_test(test_room_is_found_in_front),
	    world_test(test_what_is_given_up_is_counted),
	    world_test(test_no_memory),
	    world_test(test_clear_closes_only_what_is_its_own),
	    world_test(test_a_full_pipe_does_not_block),
	    world_test(test_a_full_socket_does_not_block),
	    world_test(test_a_stopped_terminal_does_not_block),
	    world_test(test_a_full_pipe_that_cannot_be_opened_again),
	    world_test(test_a_full_pipe_without_nowait),
	    world_test(test_a_pipe_without_reader),
	    world_test(test_a_socket_without_reader),
	    world_test(test_a_full_disk),
	    world_test(test_a_line_that_is_torn_gets_an_end),
	    world_test(test_a_socket_of_messages),
	    world_test(test_a_closed_descriptor),
	    world_test(test_a_regular_file),
	    world_test(test_a_regular_file_that_is_not_appended_to),
	    world_test(test_everything_arrives_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
