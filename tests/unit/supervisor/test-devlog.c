/* The socket in the place of /dev/log, and what comes in there. */
#include "supervisor/devlog.h"

#include <sys/socket.h>
#include <syslog.h>

#include "supervisor/syslog.h"
#include "tests/unit/namespace.h"

static struct devlog devlog;
static struct datagram received;

static int
begin(void **state)
{
	devlog = (struct devlog){.fd = -1};
	return world_begin(state);
}

static int
end(void **state)
{
	devlog_close(&devlog);
	return world_end(state);
}

#define devlog_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

static struct sockaddr_un
address_of(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	assert_true(strlen(world_path(name)) < sizeof(address.sun_path));
	memcpy(address.sun_path, world_path(name), strlen(world_path(name)));
	return address;
}

static int
bind_at(const char *name, int type)
{
	struct sockaddr_un address = address_of(name);
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static int
sender(void)
{
	struct sockaddr_un address = address_of("log");
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void
say(const char *bytes, size_t length)
{
	int fd = sender();

	assert_int_equal(send(fd, bytes, length, 0), length);
	close(fd);
}

static void
open_it(void)
{
	assert_int_equal(devlog_open(&devlog, world_path("log")), 0);
}

static void
assert_comes(const char *bytes, size_t length)
{
	assert_true(devlog_receive(&devlog, &received));
	assert_int_equal(received.length, length);
	assert_memory_equal(received.data, bytes, length);
	assert_int_equal(received.sender, getpid());
	assert_false(received.cut);
}

/* -- where it is ----------------------------------------------------------- */

static void
test_anybody_may_write_there(void **state)
{
	struct stat st;

	(void)state;
	(void)umask(0077);
	open_it();
	(void)umask(0022);
	assert_int_equal(stat(world_path("log"), &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0666);
	assert_true(fcntl(devlog.fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(devlog.fd, F_GETFL) & O_NONBLOCK);
	devlog_close(&devlog);
	assert_int_equal(devlog.fd, -1);
	assert_false(world_exists("log"));
	devlog_close(&devlog);
}

static void
test_a_stale_one_is_replaced(void **state)
{
	(void)state;
	close(bind_at("log", SOCK_DGRAM));
	open_it();
	say("x", 1);
	assert_comes("x", 1);
}

static void
test_somebody_who_listens_is_left_alone(void **state)
{
	char text[8];
	int fd = bind_at("log", SOCK_DGRAM);

	(void)state;
	assert_int_equal(devlog_open(&devlog, world_path("log")), -EADDRINUSE);
	assert_int_equal(devlog.fd, -1);
	say("x", 1);
	assert_int_equal(recv(fd, text, sizeof(text), 0), 1);
	close(fd);
}

/* As some had it before: it will not do, but it is somebody's. */
static void
test_a_stream_is_left_alone(void **state)
{
	int fd = bind_at("log", SOCK_STREAM);

	(void)state;
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(devlog_open(&devlog, world_path("log")), -EADDRINUSE);
	assert_true(world_exists("log"));
	close(fd);
}

static void
test_what_is_no_socket_is_left_alone(void **state)
{
	(void)state;
	(void)world_file("log", "precious\n");
	assert_int_equal(devlog_open(&devlog, world_path("log")), -EEXIST);
	assert_string_equal(world_text(world_path("log")), "precious\n");
	assert_int_equal(symlink("nowhere", world_path("link")), 0);
	assert_int_equal(devlog_open(&devlog, world_path("link")), -EEXIST);
	assert_true(world_exists("link"));
}

static void
test_a_place_that_is_none(void **state)
{
	char path[sizeof(devlog.path) + 1];

	(void)state;
	assert_int_equal(devlog_open(&devlog, "/nowhere/log"), -ENOENT);
	assert_int_equal(devlog.fd, -1);
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(devlog_open(&devlog, path), -ENAMETOOLONG);
	assert_int_equal(devlog.fd, -1);
}

static int
open_read_only(void *context)
{
	(void)context;
	namespace_hide(world_folder, MS_RDONLY);
	assert_int_equal(devlog_open(&devlog, world_path("log")), -EROFS);
	return 0;
}

static void
test_a_read_only_place(void **state)
{
	(void)state;
	assert_in_namespace(open_read_only, NULL, 0);
}

static void
test_nothing_is_left_open(void **state)
{
	unsigned before = world_descriptors();

	(void)state;
	open_it();
	devlog_close(&devlog);
	(void)devlog_open(&devlog, "/nowhere/log");
	assert_int_equal(world_descriptors(), before);
}

/* -- what comes ------------------------------------------------------------ */

static void
test_one_after_the_other(void **state)
{
	(void)state;
	open_it();
	assert_false(devlog_receive(&devlog, &received));
	say("<14>app: one\0", 13);
	say("", 0);
	say("two", 3);
	assert_comes("<14>app: one\0", 13);
	assert_comes("", 0);
	assert_comes("two", 3);
	assert_false(devlog_receive(&devlog, &received));
}

static void
test_the_longest(void **state)
{
	static char text[DEVLOG_SIZE + 100];

	(void)state;
	memset(text, 'x', sizeof(text));
	open_it();
	say(text, DEVLOG_SIZE);
	assert_comes(text, DEVLOG_SIZE);
	say(text, sizeof(text));
	assert_true(devlog_receive(&devlog, &received));
	assert_int_equal(received.length, DEVLOG_SIZE);
	assert_true(received.cut);
	say("next", 4);
	assert_comes("next", 4);
}

static void
test_the_sender_is_who_sent_it(void **state)
{
	pid_t pid;

	(void)state;
	open_it();
	pid = fork();
	if (pid == 0) {
		say("x", 1);
		_exit(0);
	}
	assert_int_equal(world_wait(pid), 0);
	assert_true(devlog_receive(&devlog, &received));
	assert_int_equal(received.sender, pid);
}

static void
test_descriptors_are_not_taken(void **state)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.align = {.cmsg_len = CMSG_LEN(sizeof(int)),
			 .cmsg_level = SOL_SOCKET,
			 .cmsg_type = SCM_RIGHTS}};
	char byte = 'x';
	struct iovec piece = {.iov_base = &byte, .iov_len = 1};
	struct msghdr header = {.msg_iov = &piece,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control)};
	unsigned before;
	int fd;

	(void)state;
	open_it();
	fd = sender();
	before = world_descriptors();
	memcpy(CMSG_DATA(&control.align), &fd, sizeof(fd));
	assert_int_equal(sendmsg(fd, &header, 0), 1);
	assert_comes("x", 1);
	assert_int_equal(world_descriptors(), before);
	close(fd);
}

static int
use_libc(void *context)
{
	struct syslog_message m;
	char wanted[64];

	(void)context;
	namespace_hide("/dev", 0);
	assert_int_equal(devlog_open(&devlog, DEVLOG_PATH), 0);
	openlog("tester", LOG_PID, LOG_DAEMON);
	syslog(LOG_WARNING, "%s", "from libc\nin two lines");
	assert_true(devlog_receive(&devlog, &received));
	assert_int_equal(received.sender, getpid());
	syslog_parse(received.data, received.length, NULL, &m);
	assert_int_equal(m.priority, LOG_WARNING);
	assert_int_equal(m.facility, LOG_FAC(LOG_DAEMON));
	(void)snprintf(
	    wanted, sizeof(wanted), "tester[%d]: from libc\nin two lines", (int)getpid());
	assert_int_equal(m.length, strlen(wanted));
	assert_memory_equal(m.text, wanted, m.length);
	return 0;
}

static void
test_libc_finds_it(void **state)
{
	(void)state;
	assert_in_namespace(use_libc, NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    devlog_test(test_anybody_may_write_there),
	    devlog_test(test_a_stale_one_is_replaced),
	    devlog_test(test_somebody_who_listens_is_left_alone),
	    devlog_test(test_a_stream_is_left_alone),
	    devlog_test(test_what_is_no_socket_is_left_alone),
	    devlog_test(test_a_place_that_is_none),
	    devlog_test(test_a_read_only_place),
	    devlog_test(test_nothing_is_left_open),
	    devlog_test(test_one_after_the_other),
	    devlog_test(test_the_longest),
	    devlog_test(test_the_sender_is_who_sent_it),
	    devlog_test(test_descriptors_are_not_taken),
	    devlog_test(test_libc_finds_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
