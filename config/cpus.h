#ifndef CONFIG_CPUS_H
#define CONFIG_CPUS_H

/*
 * How many CPUs the container has: its quota, which nproc(1) and most
 * run-times do not look at, or the CPUs it may run on where that is less.
 */

#include <stdint.h>

/* Of this process; at least 1. */
uint32_t cpus_available(void);

/*
 * What the control groups allow, rounded up; UINT32_MAX: no limit.
 * membership is a file as /proc/self/cgroup, root what is mounted at
 * /sys/fs/cgroup.  What cannot be read limits nothing.
 */
uint32_t cpus_quota(const char *membership, const char *root);

#endif
