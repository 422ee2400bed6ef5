#ifndef SUPERVISOR_REAP_H
#define SUPERVISOR_REAP_H

/*
 * Deaths of children, in two steps: peek, while the zombie still holds its
 * pid, so that its group can be signalled and no other process can be meant;
 * then collect.
 */

#include <sys/types.h>

#include "supervisor/ending.h"

enum reap_result {
	REAP_NONE, /* children, but none has died */
	REAP_DEAD, /* one has; it stays a zombie until reap_collect() */
	REAP_CHILDLESS /* not one child is left, so no descendant either */
};

/* Never blocks.  ret_ending is ENDING_EXITED or ENDING_KILLED. */
enum reap_result reap_peek(pid_t *ret_pid, struct ending *ret_ending);
void reap_collect(pid_t pid);

/* Both steps in one, for who signals nobody afterwards: it is collected already. */
enum reap_result reap_next(pid_t *ret_pid, struct ending *ret_ending);

#endif
