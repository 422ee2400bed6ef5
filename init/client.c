#include "init/client.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/clock.h"
#include "config/endpoint.h"
#include "supervisor/loop.h"
#include "supervisor/request.h"

#define ANSWER_LIMIT ((size_t)64 << 20)
#define TRIED_LIMIT ((size_t)64 << 10)

/* -- whom to ask --------------------------------------------------------------- */

/* The user of PID 1, which proctor is in most containers. */
static uid_t
uid_of_init(void)
{
	struct stat st;

	return stat("/proc/1", &st) < 0 ? geteuid() : st.st_uid;
}

/* In a folder that all can write, such as /dev/shm, anybody could listen. */
static bool
is_trusted(int fd)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
		return false;
	return peer.uid == 0 || peer.uid == geteuid() || peer.uid == uid_of_init();
}

static int
connect_to(const char *path)
{
	struct endpoint e;
	int fd;
	int r;

	if (!endpoint_of_path(path, &e))
		return -ENAMETOOLONG;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	r = connect(fd, &e.at.any, e.length) < 0 ? -errno : 0;
	if (r == 0 && is_trusted(fd))
		return fd;
	close(fd);
	return r < 0 ? r : -EPERM;
}

static int
try_place(struct client *c, const char *folder)
{
	char path[PATH_MAX];
	int r;

	(void)snprintf(path, sizeof(path), "%s/" RUNTIME_SOCKET, folder);
	r = connect_to(path);
	if (r >= 0) {
		c->fd = r;
		return 0;
	}
	text_format(
	    &c->tried, "%s%s: %s", c->tried.length > 0 ? ", " : "", path, strerror(-r));
	return r;
}

static int
try_places(struct client *c, const char *runtime_dir)
{
	struct runtime_places places;
	uid_t other = uid_of_init();
	int r = -ENOENT;

	runtime_find(runtime_dir, geteuid(), &places);
	for (size_t i = 0; i < places.count && r < 0; i++)
		r = try_place(c, places.paths[i]);
	if (r == 0 || other == geteuid())
		return r;
	runtime_find(NULL, other, &places);
	return try_place(c, places.shm);
}

int
client_connect(struct client *c, const char *runtime_dir, usec_t timeout)
{
	int r;

	*c = (struct client){.fd = -1, .deadline = clock_now() + timeout};
	text_init(&c->tried, TRIED_LIMIT);
	text_init(&c->answer, ANSWER_LIMIT);
	r = try_places(c, runtime_dir);
	text_add_bytes(&c->tried, "", 1);
	return c->tried.failed ? -ENOMEM : r;
}

void
client_clear(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	text_clear(&c->tried);
	text_clear(&c->answer);
}

/* -- what to ask ----------------------------------------------------------------- */

static int
wait_until_ready(const struct client *c, short events)
{
	struct pollfd fd = {.fd = c->fd, .events = events};
	usec_t now = clock_now();
	usec_t left = now < c->deadline ? c->deadline - now : 0;
	int r = poll(&fd, 1, (int)((left + USEC_PER_MSEC - 1) / USEC_PER_MSEC));

	if (r < 0)
		return errno == EINTR ? 0 : -errno;
	return r == 0 ? -ETIMEDOUT : 0;
}

static int
send_all(struct client *c, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = send(c->fd, bytes, length, MSG_NOSIGNAL);
		int r = n < 0 && errno == EAGAIN ? wait_until_ready(c, POLLOUT) : 0;

		/* An answer may be there all the same: a refusal. */
		if (n < 0 && errno == EPIPE)
			return 0;
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (r < 0)
			return r;
		bytes += n < 0 ? 0 : n;
		length -= n < 0 ? 0 : (size_t)n;
	}
	return 0;
}

static int
receive_all(struct client *c)
{
	char bytes[4096];

	for (;;) {
		ssize_t n = recv(c->fd, bytes, sizeof(bytes), 0);
		int r = n < 0 && errno == EAGAIN ? wait_until_ready(c, POLLIN) : 0;

		/* Reset after a refusal: what came before still counts. */
		if (n == 0 || (n < 0 && errno == ECONNRESET && c->answer.length > 0))
			break;
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (r < 0)
			return r;
		text_add_bytes(&c->answer, bytes, n < 0 ? 0 : (size_t)n);
	}
	text_add_bytes(&c->answer, "", 1);
	return c->answer.failed ? -ENOMEM : 0;
}

/* The length the head announces; SIZE_MAX: none. */
static size_t
announced(const char *head, const char *end)
{
	static const char name[] = "\r\nContent-Length: ";
	const char *field = strstr(head, name);

	if (!field || field > end)
		return SIZE_MAX;
	return strtoul(field + strlen(name), NULL, 10);
}

/* Of "HTTP/1.1 200 OK"; 0: that is none.  sscanf(3) would be half of libc. */
static unsigned
parse_status(const char *head)
{
	static const char version[] = "HTTP/1.1 ";
	unsigned long status;
	char *end;

	if (strncmp(head, version, strlen(version)) != 0)
		return 0;
	status = strtoul(head + strlen(version), &end, 10);
	return *end == ' ' && status >= 100 && status <= 999 ? (unsigned)status : 0;
}

static int
parse_answer(const struct client *c, struct client_answer *ret_answer)
{
	const char *head = c->answer.bytes;
	const char *end = strstr(head, "\r\n\r\n");
	size_t whole = c->answer.length - 1;
	unsigned status = parse_status(head);

	if (!end || status == 0)
		return -EBADMSG;
	end += strlen("\r\n\r\n");
	if (whole - (size_t)(end - head) != announced(head, end))
		return -EBADMSG;
	*ret_answer = (struct client_answer){.status = status, .body = end};
	return 0;
}

int
client_request(struct client *c, const char *method, const char *target,
    struct client_answer *ret_answer)
{
	struct text request;
	int r;

	text_init(&request, REQUEST_SIZE);
	text_format(&request,
	    "%s %s HTTP/1.1\r\nHost: proctor\r\nConnection: close\r\n\r\n", method,
	    target);
	r = request.failed ? -ENOMEM : send_all(c, request.bytes, request.length);
	text_clear(&request);
	if (r == 0)
		r = receive_all(c);
	return r < 0 ? r : parse_answer(c, ret_answer);
}
