#ifndef HEALTHCHECK_KINDS_H
#define HEALTHCHECK_KINDS_H

/* The kinds of probes: each tries once and returns whether the answer was good. */

#include "config/config.h"
#include "healthcheck/finding.h"

bool http_probe(const struct probe *, const struct http_terms *, const struct finding *);
bool grpc_probe(const struct probe *, const struct finding *);
bool tcp_probe(const struct probe *, const struct finding *);
bool unix_probe(const struct probe *, const struct finding *);
bool file_probe(const struct probe *, const struct finding *);

/* Why this build cannot, as a sentence; NULL: it can. */
const char *grpc_lacks(void);

#endif
