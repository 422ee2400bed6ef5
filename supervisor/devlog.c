#include "supervisor/devlog.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "supervisor/datagram.h"

int
devlog_open(struct devlog *d, const char *path)
{
	int r = datagram_open();

	*d = (struct devlog){.fd = r < 0 ? -1 : r};
	if (r >= 0)
		r = datagram_bind(d->fd, path);
	if (r == 0) {
		(void)snprintf(d->path, sizeof(d->path), "%s", path);
		d->buffer = malloc(DEVLOG_SIZE);
		r = d->buffer ? 0 : -ENOMEM;
	}
	if (r < 0)
		devlog_close(d);
	return r;
}

void
devlog_close(struct devlog *d)
{
	if (d->fd >= 0)
		close(d->fd);
	if (d->path[0] != '\0')
		(void)unlink(d->path);
	free(d->buffer);
	*d = (struct devlog){.fd = -1};
}

/* No room for descriptors that are sent along: the kernel closes them. */
bool
devlog_receive(struct devlog *d, struct datagram *received)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct iovec piece = {.iov_base = d->buffer, .iov_len = DEVLOG_SIZE};
	struct msghdr header = {
	    .msg_iov = &piece,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control),
	};
	ssize_t length = recvmsg(d->fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (length < 0)
		return false;
	*received = (struct datagram){
	    .sender = datagram_sender(&header),
	    .data = d->buffer,
	    .length = (size_t)length,
	    .cut = header.msg_flags & MSG_TRUNC,
	};
	return true;
}
