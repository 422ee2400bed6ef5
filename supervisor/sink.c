#include "supervisor/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int
reopen(int fd)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static void
choose_way(struct sink *s, int fd)
{
	struct stat st;

	s->fd = fd;
	s->way = SINK_CAREFUL;
	if (fstat(fd, &st) < 0)
		return;
	if (S_ISREG(st.st_mode)) {
		s->way = SINK_PLAIN;
	} else if (S_ISSOCK(st.st_mode)) {
		s->way = SINK_SOCKET;
	} else {
		int own = reopen(fd);

		if (own < 0)
			return;
		s->fd = own;
		s->own = true;
		s->way = SINK_NONBLOCK;
	}
}

int
sink_init(struct sink *s, int fd, size_t capacity)
{
	memset(s, 0, sizeof(*s));
	s->buffer = malloc(capacity);
	if (!s->buffer)
		return -ENOMEM;
	s->capacity = capacity;
	choose_way(s, fd);
	return 0;
}

void
sink_clear(struct sink *s)
{
	if (s->own)
		close(s->fd);
	free(s->buffer);
	memset(s, 0, sizeof(*s));
}

size_t
sink_pending(const struct sink *s)
{
	return s->end - s->start;
}

size_t
sink_room(const struct sink *s)
{
	return s->capacity - sink_pending(s);
}

char *
sink_reserve(struct sink *s, size_t length)
{
	if (length + s->torn > sink_room(s))
		return NULL;
	if (length + s->torn > s->capacity - s->end) {
		memmove(s->buffer, s->buffer + s->start, sink_pending(s));
		s->end -= s->start;
		s->start = 0;
	}
	if (s->torn)
		s->buffer[s->end++] = '\n';
	s->torn = false;
	return s->buffer + s->end;
}

void
sink_commit(struct sink *s, size_t length)
{
	s->end += length;
}

/* Where each is a message: what the buffer for them takes in one piece. */
enum { MESSAGE_MAX = 64 * 1024 };

/* One write that cannot block; see pipe(7) and writev(2). */
static ssize_t
write_careful(int fd, const char *data, size_t length)
{
	struct iovec piece = {.iov_base = NULL, .iov_len = length};
	struct pollfd ready = {.fd = fd, .events = POLLOUT};
	ssize_t n;

	memcpy(&piece.iov_base, &data, sizeof(data));
	n = pwritev2(fd, &piece, 1, -1, RWF_NOWAIT);
	if (n >= 0 || (errno != EOPNOTSUPP && errno != EINVAL && errno != ENOSYS))
		return n;
	if (poll(&ready, 1, 0) <= 0 || !(ready.revents & (POLLOUT | POLLERR | POLLHUP))) {
		errno = EAGAIN;
		return -1;
	}
	return write(fd, data, length < PIPE_BUF ? length : PIPE_BUF);
}

static ssize_t
write_some(const struct sink *s, const char *data, size_t length)
{
	switch (s->way) {
	case SINK_NONBLOCK:
	case SINK_PLAIN:
		return write(s->fd, data, length);
	case SINK_SOCKET:
		return send(s->fd, data, length < MESSAGE_MAX ? length : MESSAGE_MAX,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	case SINK_CAREFUL:
		return write_careful(s->fd, data, length);
	}
	return -1;
}

/* A short write says that there was no more room, without another one to ask. */
static bool
is_full(const struct sink *s, ssize_t written)
{
	return s->way == SINK_NONBLOCK && (size_t)written < sink_pending(s);
}

static void
fail(struct sink *s, int reason)
{
	s->failing = true;
	s->reason = reason;
	s->lost += sink_pending(s);
	s->start = s->end;
	s->torn = s->middle;
}

void
sink_flush(struct sink *s)
{
	s->blocked = false;
	while (sink_pending(s) > 0 && !s->blocked) {
		ssize_t n = write_some(s, s->buffer + s->start, sink_pending(s));

		if (n > 0) {
			s->blocked = is_full(s, n);
			s->start += (size_t)n;
			s->middle = s->buffer[s->start - 1] != '\n';
			s->failing = false;
		} else if (n == 0 || errno == EAGAIN) {
			s->blocked = true;
		} else if (errno != EINTR) {
			fail(s, errno);
		}
	}
	if (sink_pending(s) == 0)
		s->start = s->end = 0;
}

void
sink_give_up(struct sink *s)
{
	const char *newline = NULL;
	size_t kept = 0;

	if (s->middle)
		newline = memchr(s->buffer + s->start, '\n', sink_pending(s));
	if (newline)
		kept = (size_t)(newline + 1 - (s->buffer + s->start));
	s->lost += sink_pending(s) - kept;
	s->lost_told = s->lost;
	s->end = s->start + kept;
}
