#include "healthcheck/stream.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "healthcheck/connect.h"

bool
stream_open(struct stream *s, const char *host, const char *port, bool secure,
    const struct finding *f)
{
	*s = (struct stream){.fd = connect_tcp(host, port, f)};
	if (s->fd < 0)
		return false;
	if (secure)
		s->tls = tls_new(s->fd, host, f);
	if (!secure || s->tls)
		return true;
	close(s->fd);
	return false;
}

void
stream_close(struct stream *s)
{
	tls_free(s->tls);
	close(s->fd);
}

bool
stream_write(struct stream *s, const char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t n = s->tls ? tls_write(s->tls, bytes, count)
				   : send(s->fd, bytes, count, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		count -= (size_t)n;
	}
	return true;
}

ssize_t
stream_read(struct stream *s, char *buffer, size_t size)
{
	ssize_t n;

	do {
		n = s->tls ? tls_read(s->tls, buffer, size)
			   : recv(s->fd, buffer, size, 0);
	} while (n < 0 && errno == EINTR);
	return n;
}
