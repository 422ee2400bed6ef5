#ifndef SUPERVISOR_CAUSE_H
#define SUPERVISOR_CAUSE_H

/*
 * Why it all ends, who is to blame for it, and the exit status that tells
 * it (DESIGN.md, section 2).
 */

#include "supervisor/service.h"

enum cause_kind {
	CAUSE_NONE,
	CAUSE_ASKED, /* signal, or 0: from inside, with status */
	CAUSE_FAILED, /* service, and what is said of its end below */
	CAUSE_MAIN_DONE, /* service */
	CAUSE_ALL_DONE, /* only tasks, and all are settled */
	CAUSE_NOTHING_LEFT, /* service: the first of those that were forgiven */
};

struct cause {
	enum cause_kind kind;
	int signal;
	int status; /* to exit with, if that is not 0 */
	size_t service;
	size_t via; /* it failed since this one did, which it requires; or SERVICE_NONE */
	struct ending ending;
	uint32_t restarts; /* of service within restart_limit's time */
	usec_t span; /* from the first of them to the end */
};

/*
 * The failure of services[i], one of count, or of the one at the end of the chain of
 * requirements that failed before it: that one is to blame.
 */
struct cause cause_of_failure(
    const struct service *services, size_t count, size_t i, usec_t now);

/* 0 to 255.  A failure is never told by 0, whatever the process said. */
int cause_status(const struct cause *);

#endif
