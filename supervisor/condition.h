#ifndef SUPERVISOR_CONDITION_H
#define SUPERVISOR_CONDITION_H

/*
 * The condition that services and checks are in, in words, for people who look
 * for the reason why something is not well.  One line each, without its end.
 */

#include "supervisor/text.h"
#include "supervisor/view.h"

/* "waits for db", "restart in 2s: was killed by SIGSEGV", "ready" */
void condition_of_service(struct text *, const struct view *, size_t service);

/* "readiness check web-http failed: HTTP 503 Service Unavailable" */
void condition_of_check(struct text *, const struct view *, size_t check);

/* "web/web-http": the name that tells whose check it is; see pages.h. */
void condition_check_name(struct text *, const struct config *, size_t check);

/* "asleep", "pending", "passing", "failing" */
const char *condition_check_state(const struct health *);

const char *condition_phase(enum plan_phase);

/* "exited", "oom", "not-ready": a word for programs. */
const char *condition_ending_kind(enum ending_kind);

/* How a life of the service ended: "was killed by SIGSEGV". */
void condition_of_ending(
    struct text *, const struct view *, size_t service, const struct ending *);

/*
 * Everything that keeps the critical services from being ready, or the stop that
 * does: a line each, as "NAME: CONDITION", with its end.
 */
void condition_of_all(struct text *, const struct view *);

#endif
