#ifndef HEALTHCHECK_PROBE_H
#define HEALTHCHECK_PROBE_H

/*
 * One probe of a built-in kind: one attempt, with plain blocking calls, to be
 * made in a process of its own that is killed when its time is up.  So no
 * answer from outside is ever parsed in PID 1, and DNS cannot keep it.
 */

#include "config/config.h"

/* What is kept of an answer; see also exec probes. */
enum { ANSWER_SIZE = 4096 };

/*
 * Tries once.  http may be NULL: no headers, and 200 to 399 is good.  Returns
 * whether the answer was good; answer, of size bytes, gets one line that says
 * what it was ("HTTP 503 Service Unavailable", "connection refused"), without
 * a line end, valid UTF-8, cut to what fits.
 *
 * PROBE_EXEC is none of its kinds: it fails.
 */
bool probe_run(
    const struct probe *, const struct http_terms *http, char *answer, size_t size);

/* Why this build cannot run probes of this kind, as a sentence; NULL: it can. */
const char *probe_lacks(enum probe_kind);

#endif
