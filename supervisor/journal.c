#include "supervisor/journal.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

/* Of one system call. */
enum { BATCH = 64 };

/* What the protocol advises to ask for; the kernel may give less. */
#define SEND_BUFFER (8 * 1024 * 1024)

/* -- set-up ---------------------------------------------------------------- */

/* A socket of datagrams may be connected as often as one likes; it keeps its number. */
static bool
connect_to(struct journal *j)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(j->path);

	j->error = ENAMETOOLONG;
	if (length < sizeof(address.sun_path)) {
		memcpy(address.sun_path, j->path, length);
		j->error =
		    connect(j->fd, (struct sockaddr *)&address, sizeof(address)) < 0
		    ? errno
		    : 0;
	}
	j->connected = j->error == 0;
	return j->connected;
}

int
journal_open(struct journal *j, const char *path, size_t capacity)
{
	static const int size = SEND_BUFFER;
	int error;

	*j = (struct journal){.path = path, .capacity = capacity};
	j->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (j->fd >= 0)
		j->buffer = malloc(capacity);
	if (!j->buffer) {
		error = errno;
		journal_close(j);
		return -error;
	}
	(void)setsockopt(j->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	(void)connect_to(j);
	return 0;
}

void
journal_close(struct journal *j)
{
	if (j->fd >= 0)
		close(j->fd);
	free(j->buffer);
	*j = (struct journal){.fd = -1};
}

/* -- entries --------------------------------------------------------------- */

int
journal_priority(const char **data, size_t *length)
{
	const char *at = *data;

	if (*length < 3 || at[0] != '<' || at[1] < '0' || at[1] > '7' || at[2] != '>')
		return LOG_INFO;
	*data += 3;
	*length -= 3;
	return at[1] - '0';
}

static char *
put_bytes(char *at, const void *bytes, size_t length)
{
	memcpy(at, bytes, length);
	return at + length;
}

static char *
put_text(char *at, const char *text)
{
	return put_bytes(at, text, strlen(text));
}

static char *
put_field(char *at, const char *name, const char *value)
{
	at = put_text(at, name);
	*at++ = '=';
	at = put_text(at, value);
	*at++ = '\n';
	return at;
}

static char *
put_number(char *at, const char *name, unsigned number)
{
	char digits[12] = "";
	char *digit = digits + sizeof(digits) - 1;

	do {
		*--digit = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	return put_field(at, name, digit);
}

/* The other form is for what has an end of line in it. */
static char *
put_message(char *at, const char *data, size_t length)
{
	uint64_t size = htole64(length);

	at = put_text(at, "MESSAGE");
	if (!memchr(data, '\n', length)) {
		*at++ = '=';
	} else {
		*at++ = '\n';
		at = put_bytes(at, &size, sizeof(size));
	}
	at = put_bytes(at, data, length);
	*at++ = '\n';
	return at;
}

/* At most: a number has ten digits. */
size_t
journal_size(const struct journal_entry *e)
{
	static const char names[] = "PRIORITY=0\nSYSLOG_FACILITY=00\nSYSLOG_IDENTIFIER=\n"
				    "SYSLOG_PID=0000000000\nPROCTOR_SERVICE=\n"
				    "PROCTOR_STREAM=\nMESSAGE\n00000000\n";

	return sizeof(size_t) + sizeof(names) + strlen(e->service) +
	    strlen(e->identifier ? e->identifier : e->service) +
	    (e->stream ? strlen(e->stream) : 0) + e->length;
}

size_t
journal_pending(const struct journal *j)
{
	return j->end - j->start;
}

size_t
journal_room(const struct journal *j)
{
	return j->capacity - journal_pending(j);
}

static void
move_up(struct journal *j)
{
	memmove(j->buffer, j->buffer + j->start, journal_pending(j));
	j->end -= j->start;
	j->start = 0;
}

bool
journal_put(struct journal *j, const struct journal_entry *e)
{
	size_t size = journal_size(e);
	char *start;
	char *at;

	if (size > journal_room(j))
		return false;
	if (size > j->capacity - j->end)
		move_up(j);
	start = at = j->buffer + j->end + sizeof(size);
	at = put_number(at, "PRIORITY", (unsigned)e->priority);
	at = put_number(at, "SYSLOG_FACILITY", (unsigned)e->facility);
	at = put_field(
	    at, "SYSLOG_IDENTIFIER", e->identifier ? e->identifier : e->service);
	if (e->pid > 0)
		at = put_number(at, "SYSLOG_PID", (unsigned)e->pid);
	at = put_field(at, "PROCTOR_SERVICE", e->service);
	if (e->stream)
		at = put_field(at, "PROCTOR_STREAM", e->stream);
	at = put_message(at, e->data, e->length);
	size = (size_t)(at - start);
	memcpy(j->buffer + j->end, &size, sizeof(size));
	j->end += sizeof(size) + size;
	return true;
}

/* -- sending --------------------------------------------------------------- */

/* The first of the pending ones.  Returns how many. */
static unsigned
collect(struct journal *j, struct mmsghdr *messages, struct iovec *pieces)
{
	size_t at = j->start;
	unsigned count = 0;

	while (at < j->end && count < BATCH) {
		size_t size;

		memcpy(&size, j->buffer + at, sizeof(size));
		pieces[count] = (struct iovec){j->buffer + at + sizeof(size), size};
		messages[count].msg_hdr =
		    (struct msghdr){.msg_iov = &pieces[count], .msg_iovlen = 1};
		at += sizeof(size) + size;
		count++;
	}
	return count;
}

static void
skip(struct journal *j, unsigned count)
{
	for (; count > 0; count--) {
		size_t size;

		memcpy(&size, j->buffer + j->start, sizeof(size));
		j->start += sizeof(size) + size;
	}
	if (j->start == j->end)
		j->start = j->end = 0;
}

void
journal_drop(struct journal *j)
{
	while (journal_pending(j) > 0) {
		skip(j, 1);
		j->lost++;
	}
	j->blocked = false;
}

/* Whom it was connected to is gone. */
static bool
is_gone(int error)
{
	return error == ECONNREFUSED || error == ECONNRESET || error == ENOTCONN ||
	    error == EPIPE;
}

static int
send_batch(struct journal *j)
{
	struct mmsghdr messages[BATCH];
	struct iovec pieces[BATCH];
	unsigned count;
	int n;

	if (!j->connected && !connect_to(j))
		return -j->error;
	count = collect(j, messages, pieces);
	n = sendmmsg(j->fd, messages, count, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0)
		return -errno;
	skip(j, (unsigned)n);
	return 0;
}

/* It is looked for once in each: one that is there and refuses shall not keep us. */
void
journal_flush(struct journal *j)
{
	bool looked = false;

	j->blocked = false;
	while (journal_pending(j) > 0 && !j->blocked) {
		int r = send_batch(j);

		if (r == -EAGAIN) {
			j->blocked = true;
		} else if (is_gone(-r) && !looked) {
			j->connected = false;
			looked = true;
		} else if (is_gone(-r) || !j->connected) {
			j->connected = false;
			journal_drop(j);
		} else if (r < 0 && r != -EINTR) {
			skip(j, 1); /* this one is not to be sent: too long, say */
			j->lost++;
		}
	}
}
