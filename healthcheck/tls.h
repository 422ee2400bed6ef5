#ifndef HEALTHCHECK_TLS_H
#define HEALTHCHECK_TLS_H

/*
 * TLS over a connection, with OpenSSL and without looking at the server's
 * certificate: as for the kubelet, the question is whether it answers.
 */

#include <sys/types.h>

#include "healthcheck/finding.h"

struct tls;

/* Why this build has none, as a sentence; NULL: it has. */
const char *tls_lacks(void);

/* Shakes hands.  Returns NULL and says why not.  fd stays the caller's. */
struct tls *tls_new(int fd, const char *host, const struct finding *);
void tls_free(struct tls *);

/* As recv(2) and send(2). */
ssize_t tls_read(struct tls *, char *buffer, size_t size);
ssize_t tls_write(struct tls *, const char *bytes, size_t count);

#endif
