/* The socket that services notify proctor through, and what comes out of it. */
#include "supervisor/notify.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include "tests/unit/namespace.h"

static struct notify notify;
static struct message message;

static int
begin(void **state)
{
	notify.fd = -1;
	memset(&message, 0, sizeof(message));
	return world_begin(state);
}

static int
end(void **state)
{
	message_clear(&message);
	notify_close(&notify);
	return world_end(state);
}

#define notify_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

/* As a service finds it by the name in NOTIFY_SOCKET. */
static int
connect_to(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0 && length < sizeof(address.sun_path));
	memcpy(address.sun_path, name, length);
	if (*name == '@')
		address.sun_path[0] = '\0';
	if (connect(fd, (struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) < 0) {
		close(fd);
		return -errno;
	}
	return fd;
}

static void
send_bytes(const void *bytes, size_t length)
{
	int fd = connect_to(notify.name);

	assert_true(fd >= 0);
	assert_int_equal(send(fd, bytes, length, 0), length);
	close(fd);
}

static void
send_text(const char *text)
{
	send_bytes(text, strlen(text));
}

/* With so many descriptors of the null device. */
static void
send_with(const char *text, size_t count)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(NOTIFY_FDS_MAX * sizeof(int))];
	} control;
	struct iovec piece = {.iov_len = strlen(text)};
	struct msghdr header = {.msg_iov = &piece,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = CMSG_SPACE(count * sizeof(int))};
	struct cmsghdr *c = CMSG_FIRSTHDR(&header);
	int fds[NOTIFY_FDS_MAX];
	int fd = connect_to(notify.name);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	memset(&control, 0, sizeof(control));
	piece.iov_base = strdup(text);
	for (size_t i = 0; i < count; i++)
		fds[i] = null;
	*c = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
	    .cmsg_type = SCM_RIGHTS,
	    .cmsg_len = CMSG_LEN(count * sizeof(int))};
	memcpy(CMSG_DATA(c), fds, count * sizeof(int));
	assert_int_equal(sendmsg(fd, &header, 0), strlen(text));
	free(piece.iov_base);
	close(null);
	close(fd);
}

static void
assert_receives(const char *wanted)
{
	assert_true(notify_receive(&notify, &message));
	assert_string_equal(message.text, wanted);
	assert_int_equal(message.length, strlen(wanted));
	assert_int_equal(message.sender, getpid());
}

/* It came, and was thrown away with all that came with it. */
static void
assert_receives_nothing_of_it(void)
{
	assert_true(notify_receive(&notify, &message));
	assert_int_equal(message.length, 0);
	assert_string_equal(message.text, "");
	assert_int_equal(message.fd_count, 0);
}

/* -- where it is ----------------------------------------------------------- */

static void
test_a_path_in_the_runtime_directory(void **state)
{
	struct stat st;

	(void)state;
	(void)umask(0077);
	assert_int_equal(notify_open(&notify, world_folder), 0);
	(void)umask(0022);
	assert_string_equal(notify.name, world_path("notify"));
	assert_int_equal(stat(notify.name, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0666);
	send_text("READY=1");
	assert_receives("READY=1");
	notify_close(&notify);
	assert_false(world_exists("notify"));
	assert_int_equal(notify.fd, -1);
}

/* A proctor that was killed leaves its own behind. */
static void
test_one_that_is_there_already(void **state)
{
	struct notify former;

	(void)state;
	assert_int_equal(notify_open(&former, world_folder), 0);
	close(former.fd);
	assert_int_equal(notify_open(&notify, world_folder), 0);
	send_text("READY=1");
	assert_receives("READY=1");
}

static void
assert_is_abstract(void)
{
	assert_int_equal(notify.name[0], '@');
	send_text("READY=1");
	assert_receives("READY=1");
}

static void
test_no_directory(void **state)
{
	struct notify other;

	(void)state;
	assert_int_equal(notify_open(&notify, NULL), 0);
	assert_is_abstract();
	/* Each has a name of its own. */
	assert_int_equal(notify_open(&other, NULL), 0);
	assert_string_not_equal(other.name, notify.name);
	notify_close(&other);
}

static void
test_a_directory_that_will_not_do(void **state)
{
	char folder[200];

	(void)state;
	assert_int_equal(notify_open(&notify, "/nowhere/at/all"), 0);
	assert_is_abstract();
	notify_close(&notify);
	memset(folder, 'x', sizeof(folder) - 1);
	folder[0] = '/';
	folder[sizeof(folder) - 1] = '\0';
	assert_int_equal(notify_open(&notify, folder), 0);
	assert_is_abstract();
}

static int
open_without_descriptors(void *context)
{
	struct rlimit limit = {.rlim_max = 1024};
	int free_fd = dup(STDIN_FILENO);

	(void)context;
	close(free_fd);
	limit.rlim_cur = (rlim_t)free_fd;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(notify_open(&notify, world_folder), -EMFILE);
	assert_int_equal(notify.fd, -1);
	assert_false(notify.fd >= 0 && notify_receive(&notify, &message));
	return 0;
}

static void
test_a_shortage_of_descriptors(void **state)
{
	(void)state;
	assert_int_equal(world_apart(open_without_descriptors, NULL), 0);
}

/* -- messages -------------------------------------------------------------- */

static void
test_messages_come_one_by_one(void **state)
{
	(void)state;
	assert_int_equal(notify_open(&notify, world_folder), 0);
	assert_false(notify_receive(&notify, &message));
	send_text("READY=1\nSTATUS=one");
	send_text("STATUS=two\n");
	assert_receives("READY=1\nSTATUS=one");
	assert_receives("STATUS=two\n");
	assert_false(notify_receive(&notify, &message));
}

/* Some send sizeof("READY=1") bytes. */
static void
test_a_nul_at_the_end_is_none_of_it(void **state)
{
	(void)state;
	assert_int_equal(notify_open(&notify, world_folder), 0);
	send_bytes("READY=1", sizeof("READY=1"));
	assert_receives("READY=1");
	send_bytes("READY=1\0\0", 9);
	assert_true(notify_receive(&notify, &message));
	assert_int_equal(message.length, 8);
	send_text("");
	assert_receives("");
	send_bytes("", 1);
	assert_receives("");
}

static void
test_the_longest(void **state)
{
	char text[NOTIFY_SIZE + 2];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[NOTIFY_SIZE] = '\0';
	assert_int_equal(notify_open(&notify, world_folder), 0);
	send_text(text);
	assert_receives(text);
}

/* Half of it could mean something else. */
static void
test_one_that_is_too_long(void **state)
{
	char text[NOTIFY_SIZE + 2];

	(void)state;
	memset(text, '\n', sizeof(text));
	memcpy(text, "READY=1", 7);
	text[NOTIFY_SIZE + 1] = '\0';
	assert_int_equal(notify_open(&notify, world_folder), 0);
	send_with(text, 1);
	send_text("STATUS=next");
	assert_receives_nothing_of_it();
	assert_receives("STATUS=next");
}

/* -- senders --------------------------------------------------------------- */

static void
test_the_sender_is_who_sent_it(void **state)
{
	pid_t pid;

	(void)state;
	assert_int_equal(notify_open(&notify, NULL), 0);
	pid = fork();
	if (pid == 0) {
		send_text("READY=1");
		_exit(0);
	}
	assert_int_equal(world_wait(pid), 0);
	assert_true(notify_receive(&notify, &message));
	assert_int_equal(message.sender, pid);
}

/* In a namespace of its own; the test, outside, has no pid there. */
static int
receive_from_outside(void *context)
{
	const int *ends = context;

	assert_int_equal(notify_open(&notify, world_folder), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	world_until(notify_receive(&notify, &message));
	assert_int_equal(message.sender, 0);
	assert_int_equal(message.length, 0);
	assert_int_equal(message.fd_count, 0);
	return 0;
}

static void
test_a_sender_from_outside(void **state)
{
	char byte;
	int ends[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0)
		_exit(namespace_run(receive_from_outside, ends, CLONE_NEWPID));
	close(ends[1]);
	if (read(ends[0], &byte, 1) == 1) {
		(void)snprintf(
		    notify.name, sizeof(notify.name), "%s", world_path("notify"));
		send_with("READY=1", 1);
		assert_int_equal(world_wait(pid), 0);
	} else {
		assert_int_equal(world_wait(pid), NAMESPACE_NONE);
	}
	close(ends[0]);
}

/* -- descriptors ----------------------------------------------------------- */

static void
test_descriptors_that_come_with_it(void **state)
{
	unsigned before;

	(void)state;
	assert_int_equal(notify_open(&notify, world_folder), 0);
	before = world_descriptors();
	send_with("FDSTORE=1", 2);
	assert_receives("FDSTORE=1");
	assert_int_equal(message.fd_count, 2);
	assert_int_equal(world_descriptors(), before + 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(fcntl(message.fds[i], F_GETFD), FD_CLOEXEC);
	message_clear(&message);
	assert_int_equal(world_descriptors(), before);
	message_clear(&message);
}

static void
test_as_many_as_the_kernel_lets_come(void **state)
{
	unsigned before;

	(void)state;
	assert_int_equal(notify_open(&notify, world_folder), 0);
	before = world_descriptors();
	send_with("FDSTORE=1", NOTIFY_FDS_MAX);
	assert_receives("FDSTORE=1");
	assert_int_equal(message.fd_count, NOTIFY_FDS_MAX);
	message_clear(&message);
	assert_int_equal(world_descriptors(), before);
}

/* Of four, two have a place: all are thrown away, and the text with them. */
static int
receive_with_little_room(void *context)
{
	struct rlimit limit = {.rlim_max = 1024};
	unsigned before;
	int free_fd;

	(void)context;
	assert_int_equal(notify_open(&notify, world_folder), 0);
	send_with("FDSTORE=1", 4);
	before = world_descriptors();
	free_fd = dup(STDIN_FILENO);
	close(free_fd);
	limit.rlim_cur = (rlim_t)free_fd + 2;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_receives_nothing_of_it();
	assert_int_equal(world_descriptors(), before);
	return 0;
}

static void
test_no_room_for_descriptors(void **state)
{
	(void)state;
	assert_int_equal(world_apart(receive_with_little_room, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    notify_test(test_a_path_in_the_runtime_directory),
	    notify_test(test_one_that_is_there_already),
	    notify_test(test_no_directory),
	    notify_test(test_a_directory_that_will_not_do),
	    notify_test(test_a_shortage_of_descriptors),
	    notify_test(test_messages_come_one_by_one),
	    notify_test(test_a_nul_at_the_end_is_none_of_it),
	    notify_test(test_the_longest),
	    notify_test(test_one_that_is_too_long),
	    notify_test(test_the_sender_is_who_sent_it),
	    notify_test(test_a_sender_from_outside),
	    notify_test(test_descriptors_that_come_with_it),
	    notify_test(test_as_many_as_the_kernel_lets_come),
	    notify_test(test_no_room_for_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
