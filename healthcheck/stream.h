#ifndef HEALTHCHECK_STREAM_H
#define HEALTHCHECK_STREAM_H

/* A TCP connection, with TLS or without. */

#include <stdbool.h>
#include <sys/types.h>

#include "healthcheck/finding.h"
#include "healthcheck/tls.h"

struct stream {
	int fd;
	struct tls *tls; /* NULL: none */
};

/* False, and the finding says why. */
bool stream_open(struct stream *, const char *host, const char *port, bool secure,
    const struct finding *);
void stream_close(struct stream *);

/* All of it, or false: errno says. */
bool stream_write(struct stream *, const char *bytes, size_t count);

/* 0 is the end; -1: errno says. */
ssize_t stream_read(struct stream *, char *buffer, size_t size);

#endif
