#include "supervisor/notify.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "supervisor/datagram.h"

static int
bind_path(struct notify *n, const char *folder)
{
	int length = snprintf(n->name, sizeof(n->name), "%s/notify", folder);

	if (length < 0 || (size_t)length >= sizeof(n->name))
		return -ENAMETOOLONG;
	return datagram_bind(n->fd, n->name);
}

/* A name of its own for each proctor; "@" stands for the NUL in front of it. */
static int
bind_abstract(struct notify *n)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	uint64_t number = 0;
	int length;

	(void)!getrandom(&number, sizeof(number), GRND_NONBLOCK);
	length = snprintf(n->name, sizeof(n->name), "@proctor-%ld-%016llx",
	    (long)getpid(), (unsigned long long)number);
	memcpy(address.sun_path + 1, n->name + 1, (size_t)length - 1);
	if (bind(n->fd, (struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)length)) < 0)
		return -errno;
	return 0;
}

int
notify_open(struct notify *n, const char *folder)
{
	int r = 0;

	memset(n, 0, sizeof(*n));
	n->fd = datagram_open();
	if (n->fd < 0) {
		r = n->fd;
		n->fd = -1;
	} else if (!folder || bind_path(n, folder) < 0) {
		r = bind_abstract(n);
	}
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
take_descriptors(struct message *m, struct msghdr *header)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		size_t size = c->cmsg_len - CMSG_LEN(0);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
		    size > sizeof(m->fds))
			continue;
		memcpy(m->fds, CMSG_DATA(c), size);
		m->fd_count = size / sizeof(int);
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
	m->sender = datagram_sender(&header);
	take_descriptors(m, &header);
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
