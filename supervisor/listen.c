#include "supervisor/listen.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supervisor/stale.h"

static int
new_socket(int family)
{
	return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* The mode is set before listen(2): until then nobody gets in. */
static int
open_up(int fd, const struct endpoint *e)
{
	static const int yes = 1;
	static const int no = 0;

	if (e->at.any.sa_family == AF_UNIX) {
		if (bind(fd, &e->at.any, e->length) < 0)
			return -errno;
		return chmod(e->at.local.sun_path, 0666) < 0 || listen(fd, SOMAXCONN) < 0
		    ? -errno
		    : 0;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (e->at.any.sa_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
	if (bind(fd, &e->at.any, e->length) < 0)
		return -errno;
	return listen(fd, SOMAXCONN) < 0 ? -errno : 0;
}

static int
listen_once(const struct endpoint *e)
{
	int fd = new_socket(e->at.any.sa_family);
	int r;

	if (fd < 0)
		return -errno;
	r = open_up(fd, e);
	if (r == 0)
		return fd;
	close(fd);
	return r;
}

/* This machine knows no IPv6, or may not use it. */
static bool
lacks_family(int r)
{
	return r == -EAFNOSUPPORT || r == -EADDRNOTAVAIL;
}

int
listen_at(const struct endpoint *e)
{
	struct endpoint old = {.length = sizeof(old.at.v4)};
	int r = 0;

	if (e->at.any.sa_family == AF_UNIX)
		r = stale_remove(&e->at.local, SOCK_STREAM);
	if (r < 0)
		return r;
	r = listen_once(e);
	if (!e->all || !lacks_family(r))
		return r;
	old.at.v4.sin_family = AF_INET;
	old.at.v4.sin_port = e->at.v6.sin6_port;
	return listen_once(&old);
}
