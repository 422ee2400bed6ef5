#ifndef HEALTHCHECK_CONNECT_H
#define HEALTHCHECK_CONNECT_H

#include "healthcheck/finding.h"

/*
 * A TCP connection to the first address of the host that takes one, made with
 * a call that blocks.  Returns its descriptor, or -1 and says why.
 */
int connect_tcp(const char *host, const char *port, const struct finding *);

/* To a Unix socket, whatever its type. */
int connect_unix(const char *path, const struct finding *);

/* "HOST:PORT", with brackets where they belong. */
void connect_name(char *buffer, size_t size, const char *host, const char *port);

#endif
