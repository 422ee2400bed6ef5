#ifndef SUPERVISOR_SENTENCE_H
#define SUPERVISOR_SENTENCE_H

/*
 * What happened, in words: the lines that proctor says itself.  All write
 * into a buffer of the caller's and cut what does not fit.
 */

#include "supervisor/plan.h"
#include "supervisor/stats.h"

/* Enough for every sentence with names of ordinary length. */
#define SENTENCE_SIZE 1024

/* "250ms", "12s", "1m5s" */
void sentence_duration(char *buffer, size_t size, usec_t);

/*
 * "was killed by SIGSEGV": how this service of the configuration ended.  stats has
 * the answers of its checks; NULL: without them.
 */
void sentence_ending(char *buffer, size_t size, const struct config *,
    const struct service_config *, const struct ending *, const struct stats *stats);

/* "service web was killed by SIGSEGV after 5 restarts in 12s": why it all ends. */
void sentence_cause(
    char *buffer, size_t size, const struct plan *, const struct stats *stats);

/* "readiness check web-http failed: HTTP 503"; it is well again: "passes again". */
void sentence_check(char *buffer, size_t size, const struct check_config *, bool good,
    const struct check_stats *stats);

/* "readiness", "liveness" or "startup". */
const char *sentence_check_kind(enum check_kind);

/* "service", "task" or "main". */
const char *sentence_kind(enum service_kind);

#endif
