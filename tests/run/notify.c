/*
 * notify [-n] [-f FD]... NAME=VALUE...: one message to NOTIFY_SOCKET, as in
 * sd_notify(3), with these descriptors; and then a barrier: it waits until the
 * message has been taken.  -n: does not wait.
 */
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FDS_MAX = 16, SECONDS_MAX = 10 };

static int
fail(const char *what)
{
	perror(what);
	return EXIT_FAILURE;
}

/* Returns a socket that is connected, or -1. */
static int
connect_to(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (length >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, name, length);
	if (*name == '@')
		address.sun_path[0] = '\0';
	length += offsetof(struct sockaddr_un, sun_path);
	return connect(fd, (struct sockaddr *)&address, (socklen_t)length) < 0 ? -1 : fd;
}

static ssize_t
send_message(int fd, const char *text, const int *fds, size_t count)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control = {0};
	struct iovec piece = {.iov_base = (char *)text, .iov_len = strlen(text)};
	struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};

	if (count > 0) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(&control.header), fds, count * sizeof(int));
	}
	return sendmsg(fd, &message, MSG_NOSIGNAL);
}

/* The other end of a pipe is closed when all that came before has been taken. */
static int
wait_for_barrier(int fd)
{
	int ends[2];
	struct pollfd closed = {.events = 0};

	if (pipe(ends) < 0 || send_message(fd, "BARRIER=1", &ends[1], 1) < 0)
		return fail("barrier");
	close(ends[1]);
	closed.fd = ends[0];
	if (poll(&closed, 1, SECONDS_MAX * 1000) == 1)
		return EXIT_SUCCESS;
	fprintf(stderr, "notify: not taken in %d s\n", SECONDS_MAX);
	return EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	const char *name = getenv("NOTIFY_SOCKET");
	char *text = calloc(1, 1 << 20);
	int fds[FDS_MAX];
	size_t count = 0;
	int wait = 1;
	int option;
	int fd;

	while ((option = getopt(argc, argv, "nf:")) != -1)
		if (option == 'f' && count < FDS_MAX)
			fds[count++] = atoi(optarg);
		else
			wait = 0;
	for (; text && optind < argc; optind++) {
		strcat(text, argv[optind]);
		strcat(text, "\n");
	}
	fd = name ? connect_to(name) : -1;
	if (fd < 0 || !text || send_message(fd, text, fds, count) < 0)
		return fail(name ? name : "NOTIFY_SOCKET");
	return wait ? wait_for_barrier(fd) : EXIT_SUCCESS;
}
