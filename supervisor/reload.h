#ifndef SUPERVISOR_RELOAD_H
#define SUPERVISOR_RELOAD_H

/*
 * A service that is to read its own configuration again while it runs: reload_check,
 * and then reload_command or reload_signal.  Each command is one process, which has
 * RELOAD_TIME; none of them is waited for.
 */

#include <sys/types.h>

#include "supervisor/plan.h"

#define RELOAD_TIME (60 * USEC_PER_SEC)

enum reload_step {
	RELOAD_NONE,
	RELOAD_CHECKS,
	RELOAD_RUNS, /* reload_command */
};

struct reload {
	enum reload_step step;
	pid_t pid; /* of the command, or 0 */
	int status_fd; /* while there is one; owned, see spawn.h */
	usec_t deadline;
	bool asked; /* by somebody, and not because something has changed */
	bool again; /* something has changed since it began */
	bool happened; /* outcome and words say how the last one went */
	enum plan_outcome outcome;
	char *words; /* owned; why it has failed, or NULL */
};

/* One for each of count services. */
void reloads_free(struct reload *, size_t count);

#endif
