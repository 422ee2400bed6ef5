/* Lines to a journald of the test's own, which may be slow, or gone. */
#include "supervisor/journal.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "tests/unit/supervisor/sample.h"
#include "tests/unit/world.h"

#define CAPACITY (64 * 1024)

static struct journal journal;
static int journald = -1;
static char received[32 * 1024];
static unsigned calls;

/* As many entries as there are go out at once. */
int
sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
	calls++;
	assert_true(flags & MSG_DONTWAIT);
	return (int)syscall(SYS_sendmmsg, fd, messages, count, flags);
}

static void
start_journald(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = world_path("socket");

	assert_true(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path));
	(void)unlink(path);
	journald = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(journald >= 0);
	assert_int_equal(bind(journald, (struct sockaddr *)&address, sizeof(address)), 0);
}

static void
stop_journald(void)
{
	if (journald >= 0)
		close(journald);
	journald = -1;
}

static void
open_journal(size_t capacity)
{
	static char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s", world_path("socket"));
	assert_int_equal(journal_open(&journal, path, capacity), 0);
}

static int
begin(void **state)
{
	int r = world_begin(state);

	if (r < 0)
		return r;
	start_journald();
	open_journal(CAPACITY);
	calls = 0;
	return 0;
}

static int
end(void **state)
{
	journal_close(&journal);
	stop_journald();
	return world_end(state);
}

#define journal_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

static bool
put(const char *text)
{
	return journal_put(&journal,
	    &(struct journal_entry){.service = "web",
		.stream = "stdout",
		.pid = 12,
		.priority = 6,
		.facility = 3,
		.data = text,
		.length = strlen(text)});
}

static bool
put_numbered(int number)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "line %d", number);
	return put(text);
}

/* The next entry; -1: there is none. */
static ssize_t
receive(void)
{
	ssize_t n = recv(journald, received, sizeof(received) - 1, 0);

	received[n > 0 ? n : 0] = '\0';
	return n;
}

static void
assert_comes(const char *message)
{
	char wanted[256];

	(void)snprintf(wanted, sizeof(wanted), "MESSAGE=%s\n", message);
	assert_true(receive() > 0);
	assert_non_null(strstr(received, wanted));
}

static void
assert_comes_numbered(int number)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "line %d", number);
	assert_comes(text);
}

static void
assert_nothing_comes(void)
{
	assert_int_equal(receive(), -1);
	assert_int_equal(errno, EAGAIN);
}

static bool
may_be_written(void)
{
	struct pollfd ready = {.fd = journal.fd, .events = POLLOUT};

	return poll(&ready, 1, 0) > 0 && (ready.revents & POLLOUT);
}

/* -- fields ---------------------------------------------------------------- */

static void
test_an_entry(void **state)
{
	(void)state;
	assert_true(put("Hello"));
	assert_nothing_comes();
	journal_flush(&journal);
	assert_false(journal.blocked);
	assert_true(receive() > 0);
	assert_string_equal(received,
	    "PRIORITY=6\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=web\nSYSLOG_PID=12\n"
	    "PROCTOR_SERVICE=web\nPROCTOR_STREAM=stdout\nMESSAGE=Hello\n");
	assert_nothing_comes();
	assert_int_equal(journal_pending(&journal), 0);
	assert_int_equal(journal.lost, 0);
}

static void
test_what_came_by_syslog(void **state)
{
	struct journal_entry e = {.service = "mail",
	    .identifier = "postfix/smtpd",
	    .stream = "syslog",
	    .pid = 2147483647,
	    .priority = 0,
	    .facility = 23,
	    .data = "x",
	    .length = 1};

	(void)state;
	assert_true(journal_put(&journal, &e));
	journal_flush(&journal);
	assert_true(receive() > 0);
	assert_string_equal(received,
	    "PRIORITY=0\nSYSLOG_FACILITY=23\nSYSLOG_IDENTIFIER=postfix/smtpd\n"
	    "SYSLOG_PID=2147483647\nPROCTOR_SERVICE=mail\nPROCTOR_STREAM=syslog\n"
	    "MESSAGE=x\n");
}

static void
test_of_no_stream_and_no_process(void **state)
{
	struct journal_entry e = {
	    .service = "proctor", .priority = 4, .facility = 3, .data = "", .length = 0};

	(void)state;
	assert_true(journal_put(&journal, &e));
	journal_flush(&journal);
	assert_true(receive() > 0);
	assert_string_equal(received,
	    "PRIORITY=4\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=proctor\n"
	    "PROCTOR_SERVICE=proctor\nMESSAGE=\n");
}

static void
test_several_lines_in_one(void **state)
{
	static const char wanted[] = "MESSAGE\n\x07\0\0\0\0\0\0\0one\ntwo\n";
	ssize_t n;

	(void)state;
	assert_true(put("one\ntwo"));
	journal_flush(&journal);
	n = receive();
	assert_true(n > (ssize_t)sizeof(wanted));
	assert_memory_equal(
	    received + n - (ssize_t)sizeof(wanted) + 1, wanted, sizeof(wanted) - 1);
}

static void
test_any_bytes(void **state)
{
	struct journal_entry e = {.service = "web", .data = "a\0=\xff", .length = 4};
	ssize_t n;

	(void)state;
	assert_true(journal_put(&journal, &e));
	journal_flush(&journal);
	n = receive();
	assert_memory_equal(received + n - 13, "MESSAGE=a\0=\xff\n", 13);
}

/* -- priorities ------------------------------------------------------------ */

static void
check_priority(const char *line, int priority, const char *wanted)
{
	size_t length = strlen(line);

	assert_int_equal(journal_priority(&line, &length), priority);
	assert_string_equal(line, wanted);
	assert_int_equal(length, strlen(wanted));
}

static void
test_priorities(void **state)
{
	const char *cut = "<3>";
	size_t length = 2;

	(void)state;
	check_priority("<0>worst", 0, "worst");
	check_priority("<3>bad", 3, "bad");
	check_priority("<7>", 7, "");
	check_priority("plain", 6, "plain");
	check_priority("<8>plain", 6, "<8>plain");
	check_priority("<13>plain", 6, "<13>plain");
	check_priority("<>plain", 6, "<>plain");
	check_priority("", 6, "");
	assert_int_equal(journal_priority(&cut, &length), 6);
	assert_int_equal(length, 2);
}

/* -- the buffer ------------------------------------------------------------ */

static void
test_room(void **state)
{
	struct journal_entry e = {.service = "web", .data = "x", .length = 1};
	size_t size = journal_size(&e);
	unsigned count = 0;

	(void)state;
	journal_close(&journal);
	open_journal(10 * size);
	assert_int_equal(journal_room(&journal), 10 * size);
	while (journal_put(&journal, &e))
		count++;
	assert_true(count >= 10 && journal_room(&journal) < size);
	assert_int_equal(journal_room(&journal) + journal_pending(&journal), 10 * size);
	journal_flush(&journal);
	for (unsigned i = 0; i < 10; i++)
		assert_comes("x");
	assert_int_equal(journal.lost, 0);
}

static void
test_the_longest_line(void **state)
{
	static char line[16 * 1024];
	struct journal_entry e = {
	    .service = "web", .stream = "stdout", .data = line, .length = sizeof(line)};

	(void)state;
	memset(line, '\n', sizeof(line));
	assert_true(journal_put(&journal, &e));
	journal_flush(&journal);
	assert_true(receive() > (ssize_t)sizeof(line));
	assert_int_equal(journal.lost, 0);
	assert_int_equal(calls, 1);
}

static void
test_many_at_once(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_true(put_numbered(i));
	journal_flush(&journal);
	assert_int_equal(calls, 1);
	for (int i = 0; i < 5; i++)
		assert_comes_numbered(i);
	assert_nothing_comes();
}

static void
test_an_entry_that_cannot_be_sent(void **state)
{
	static char line[16 * 1024];
	int size = 1;

	(void)state;
	assert_int_equal(
	    setsockopt(journal.fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
	memset(line, 'x', sizeof(line) - 1);
	assert_true(put("one"));
	assert_true(put(line));
	assert_true(put("two"));
	journal_flush(&journal);
	assert_comes("one");
	assert_comes("two");
	assert_nothing_comes();
	assert_int_equal(journal.lost, 1);
}

/* -- journald -------------------------------------------------------------- */

/* It does not read for a while: nothing waits, and nothing is lost. */
static void
test_a_slow_one(void **state)
{
	int more = 50;
	int sent = 0;
	int seen = 0;

	(void)state;
	while (put_numbered(sent))
		sent++;
	assert_true(sent > 200);
	journal_flush(&journal);
	assert_true(journal.blocked);
	assert_false(may_be_written());
	journal_flush(&journal);
	assert_true(journal.blocked);
	while (journal.blocked) {
		assert_comes_numbered(seen++);
		if (!may_be_written())
			continue;
		journal_flush(&journal);
		/* What comes in meanwhile goes to the end. */
		if (journal_room(&journal) > 512 && more-- > 0)
			assert_true(put_numbered(sent++));
	}
	journal_flush(&journal);
	while (seen < sent)
		assert_comes_numbered(seen++);
	assert_nothing_comes();
	assert_int_equal(journal.lost, 0);
	assert_int_equal(journal_room(&journal), CAPACITY);
}

static void
test_one_that_is_started_anew(void **state)
{
	int fd = journal.fd;

	(void)state;
	assert_true(put("one"));
	journal_flush(&journal);
	assert_comes("one");
	stop_journald();
	start_journald();
	assert_true(put("two"));
	assert_true(put("three"));
	journal_flush(&journal);
	assert_comes("two");
	assert_comes("three");
	assert_int_equal(journal.lost, 0);
	assert_int_equal(journal.fd, fd);
}

static void
test_one_that_is_gone(void **state)
{
	(void)state;
	stop_journald();
	assert_true(put("one"));
	assert_true(put("two"));
	journal_flush(&journal);
	assert_false(journal.blocked);
	assert_int_equal(journal_pending(&journal), 0);
	assert_int_equal(journal.lost, 2);
	assert_int_equal(journal.error, ECONNREFUSED);
	assert_int_equal(unlink(world_path("socket")), 0);
	assert_true(put("three"));
	journal_flush(&journal);
	assert_int_equal(journal.lost, 3);
	assert_int_equal(journal.error, ENOENT);
	start_journald();
	assert_true(put("four"));
	journal_flush(&journal);
	assert_comes("four");
	assert_int_equal(journal.lost, 3);
	assert_int_equal(journal.error, 0);
}

/* Nobody will ever read on: whoever waits for that is told. */
static void
test_one_that_ends_while_it_is_full(void **state)
{
	(void)state;
	while (put("x"))
		;
	journal_flush(&journal);
	assert_true(journal.blocked);
	stop_journald();
	assert_true(may_be_written());
	journal_flush(&journal);
	assert_false(journal.blocked);
	assert_int_equal(journal_pending(&journal), 0);
	assert_true(journal.lost > 0);
}

/* It lets us connect, and then takes nothing: no reason to try for ever. */
static void
test_one_that_takes_nothing(void **state)
{
	(void)state;
	assert_int_equal(shutdown(journald, SHUT_RD), 0);
	assert_true(put("one"));
	journal_flush(&journal);
	assert_false(journal.blocked);
	assert_int_equal(journal_pending(&journal), 0);
	assert_int_equal(journal.lost, 1);
	assert_true(calls <= 2);
}

static void
test_one_that_was_never_there(void **state)
{
	(void)state;
	journal_close(&journal);
	stop_journald();
	assert_int_equal(unlink(world_path("socket")), 0);
	open_journal(CAPACITY);
	assert_false(journal.connected);
	assert_int_equal(journal.error, ENOENT);
	start_journald();
	assert_true(put("one"));
	journal_flush(&journal);
	assert_comes("one");
}

static void
test_what_is_given_up(void **state)
{
	(void)state;
	assert_true(put("one"));
	assert_true(put("two"));
	journal_drop(&journal);
	assert_int_equal(journal.lost, 2);
	assert_int_equal(journal_room(&journal), CAPACITY);
	journal_flush(&journal);
	assert_nothing_comes();
}

/* -- shortages ------------------------------------------------------------- */

static void
test_no_memory(void **state)
{
	struct journal other;
	unsigned before = world_descriptors();

	(void)state;
	assert_int_equal(journal_open(&other, "/", PTRDIFF_MAX - 4096), -ENOMEM);
	assert_int_equal(other.fd, -1);
	assert_int_equal(world_descriptors(), before);
}

static int
open_without_descriptors(void *context)
{
	struct rlimit limit = {.rlim_max = 1024};
	struct journal other;
	int free_fd = dup(STDIN_FILENO);

	(void)context;
	close(free_fd);
	limit.rlim_cur = (rlim_t)free_fd;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(journal_open(&other, "/", 64), -EMFILE);
	journal_close(&other);
	return 0;
}

static void
test_no_descriptors(void **state)
{
	(void)state;
	assert_int_equal(world_apart(open_without_descriptors, NULL), 0);
}

static void
test_a_path_that_is_too_long(void **state)
{
	char path[200];
	struct journal other;

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(journal_open(&other, path, 64), 0);
	assert_int_equal(other.error, ENAMETOOLONG);
	journal_close(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    journal_test(test_an_entry),
	    journal_test(test_what_came_by_syslog),
	    journal_test(test_of_no_stream_and_no_process),
	    journal_test(test_several_lines_in_one),
	    journal_test(test_any_bytes),
	    journal_test(test_priorities),
	    journal_test(test_room),
	    journal_test(test_the_longest_line),
	    journal_test(test_many_at_once),
	    journal_test(test_an_entry_that_cannot_be_sent),
	    journal_test(test_a_slow_one),
	    journal_test(test_one_that_is_started_anew),
	    journal_test(test_one_that_is_gone),
	    journal_test(test_one_that_ends_while_it_is_full),
	    journal_test(test_one_that_takes_nothing),
	    journal_test(test_one_that_was_never_there),
	    journal_test(test_what_is_given_up),
	    journal_test(test_no_memory),
	    journal_test(test_no_descriptors),
	    journal_test(test_a_path_that_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
