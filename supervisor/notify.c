#include "supervisor/notify.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Services run as any user: all may write to it, and the kernel tells who did. */
#define NOTIFY_MODE 0666

/* Another proctor has this folder too, and is there. */
static bool
is_taken(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool taken = fd >= 0 &&
	    connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;

	if (fd >= 0)
		close(fd);
	return taken;
}

static int
bind_path(struct notify *n, struct sockaddr_un *address, const char *folder)
{
	int length =
	    snprintf(address->sun_path, sizeof(address->sun_path), "%s/notify", folder);

	if (length < 0 || (size_t)length >= sizeof(address->sun_path))
		return -ENAMETOOLONG;
	if (is_taken(address))
		return -EADDRINUSE;
	(void)unlink(address->sun_path);
	if (bind(n->fd, (struct sockaddr *)address, sizeof(*address)) < 0 ||
	    chmod(address->sun_path, NOTIFY_MODE) < 0)
		return -errno;
	(void)snprintf(n->name, sizeof(n->name), "%s", address->sun_path);
	return 0;
}

/* A name of its own for each proctor; "@" stands for the NUL in front of it. */
static int
bind_abstract(struct notify *n, struct sockaddr_un *address)
{
	uint64_t number = 0;
	int length;

	(void)!getrandom(&number, sizeof(number), GRND_NONBLOCK);
	length = snprintf(n->name, sizeof(n->name), "@proctor-%ld-%016llx",
	    (long)getpid(), (unsigned long long)number);
	memset(address->sun_path, 0, sizeof(address->sun_path));
	memcpy(address->sun_path + 1, n->name + 1, (size_t)length - 1);
	if (bind(n->fd, (struct sockaddr *)address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)length)) < 0)
		return -errno;
	return 0;
}

int
notify_open(struct notify *n, const char *folder)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int yes = 1;
	int r;

	memset(n, 0, sizeof(*n));
	n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (n->fd < 0)
		return -errno;
	if (setsockopt(n->fd, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)) < 0)
		r = -errno;
	else if (!folder || bind_path(n, &address, folder) < 0)
		r = bind_abstract(n, &address);
	else
		r = 0;
	if (r < 0)
		notify_close(n);
	return r;
}

void
notify_close(struct notify *n)
{
	if (n->fd >= 0)
		close(n->fd);
	if (n->name[0] == '/')
		(void)unlink(n->name);
	memset(n, 0, sizeof(*n));
	n->fd = -1;
}

static void
take_control(struct message *m, struct msghdr *header)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		size_t size = c->cmsg_len - CMSG_LEN(0);

		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SCM_CREDENTIALS && size == sizeof(struct ucred)) {
			struct ucred sender;

			memcpy(&sender, CMSG_DATA(c), sizeof(sender));
			m->sender = sender.pid;
		} else if (c->cmsg_type == SCM_RIGHTS && size <= sizeof(m->fds)) {
			memcpy(m->fds, CMSG_DATA(c), size);
			m->fd_count = size / sizeof(int);
		}
	}
}

bool
notify_receive(const struct notify *n, struct message *m)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(m->fds))];
	} control;
	struct iovec piece = {.iov_base = m->text, .iov_len = NOTIFY_SIZE};
	struct msghdr header = {
	    .msg_iov = &piece,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control),
	};
	ssize_t length = recvmsg(n->fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	m->sender = 0;
	m->fd_count = 0;
	if (length < 0)
		return false;
	take_control(m, &header);
	m->length = (size_t)length;
	/* Some send the end of the string too; systemd lets them. */
	if (length > 0 && m->text[length - 1] == '\0')
		m->length--;
	m->text[m->length] = '\0';
	if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) || m->sender <= 0) {
		message_clear(m);
		m->length = 0;
		m->text[0] = '\0';
	}
	return true;
}

void
message_clear(struct message *m)
{
	for (size_t i = 0; i < m->fd_count; i++)
		if (m->fds[i] >= 0)
			close(m->fds[i]);
	m->fd_count = 0;
}
