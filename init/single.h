#ifndef INIT_SINGLE_H
#define INIT_SINGLE_H

/*
 * proctor -- COMMAND: one command, no configuration; what docker-init is for.
 * It reaps, passes every signal on and gives the command's own status.
 */

#include <stdbool.h>

#define SINGLE_SIGNALS 65 /* 1 up to SIGRTMAX */

struct single {
	char *const *command; /* NULL-terminated */
	bool group; /* signals go to its whole process group */
	bool forgiven[256]; /* exit statuses that count as 0 */
	int rewrite[SINGLE_SIGNALS]; /* what a signal is passed on as; 0: dropped */
	int death_signal; /* for proctor, when its parent dies; or 0 */
};

/* Every signal is passed on as it is, no status is forgiven. */
void single_init(struct single *);

/* Runs it.  Returns the exit status. */
int single_run(const struct single *);

#endif
