#ifndef INIT_OOM_H
#define INIT_OOM_H

/*
 * Whether the kernel's OOM killer has struck in this container: its count in
 * the memory cgroup, before and after a death by SIGKILL.
 */

#include <stdbool.h>
#include <stdint.h>

struct oom {
	int fd; /* the file with the count, or -1 */
	uint64_t count;
};

/* Finds the file.  Where there is none, nothing is ever called an OOM kill. */
void oom_init(struct oom *);

/* As supervisor_duties.was_oom_kill: whether the count has risen since. */
bool oom_struck(void *oom);

#endif
