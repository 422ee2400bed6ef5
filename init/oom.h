#ifndef INIT_OOM_H
#define INIT_OOM_H

/*
 * Whether the kernel's OOM killer has struck in this container: when its count
 * in the memory cgroup last rose.  It may have struck somebody else, a worker that
 * its own parent has reaped, say; so only a death soon after is called its deed.
 */

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"

struct oom {
	int fd; /* the file with the count, or -1 */
	int watch_fd; /* readable when the count rises (inotify, v2 only), or -1 */
	uint64_t count;
	usec_t risen; /* when that was seen; 0: never */
};

/* Finds the file.  Where there is none, nothing is ever called an OOM kill. */
void oom_init(struct oom *);
void oom_clear(struct oom *);

/*
 * Looks at the count.  To be called when watch_fd can be read, and where there is
 * none at every death of a child: v1 tells nobody who may not write there.  Both
 * are for struct supervisor_duties.
 */
void oom_look(void *oom, usec_t now);

/* Whether it has struck in the last seconds. */
bool oom_struck(void *oom, usec_t now);

#endif
