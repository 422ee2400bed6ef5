#ifndef SUPERVISOR_PROBES_H
#define SUPERVISOR_PROBES_H

/*
 * The processes that probe: at most one per check.  What one prints goes into a
 * pipe; the first ANSWER_SIZE bytes are kept, so that it never has to wait.
 */

#include "supervisor/children.h"
#include "supervisor/stats.h"

struct probe_process {
	pid_t pid; /* its process group's id as well; 0: none */
	int status_fd; /* see spawn_result(); -1: none */
	int answer_fd; /* what it prints; -1: none */
	char *answer; /* owned; ANSWER_SIZE bytes, while there is a process */
	size_t length;
	usec_t begun;
	pid_t dropped; /* one that was killed, until it is collected; or 0 */
};

struct probes {
	const struct config *config; /* borrowed, as all below */
	struct children *children;
	struct check_stats *stats; /* one per check */
	struct probe_process *items; /* owned; one per check */
};

/* Returns 0 or -ENOMEM. */
int probes_init(
    struct probes *, const struct config *, struct children *, struct check_stats *);
void probes_clear(struct probes *);

/* Returns 0, or -errno: there is no process for it now. */
int probes_start(struct probes *, size_t check, usec_t now);

/* answer_fd can be read.  Returns false at its end: it need not be watched any more. */
bool probes_read(struct probes *, size_t check);

/* Whose process this is: a check, or SERVICE_NONE. */
size_t probes_find(const struct probes *, pid_t);

/* Whether it was dropped: there is nothing more to it. */
bool probes_was_dropped(struct probes *, pid_t);

/*
 * It is a zombie, and has ended so.  Takes the rest of what it printed, and kills
 * what is left of its group.  Returns whether that was a good answer.
 */
bool probes_end(struct probes *, size_t check, const struct ending *, usec_t now);

/* Kills it, if there is one.  That it took too long is an answer, a bad one. */
void probes_drop(struct probes *, size_t check, usec_t now);

#endif
