#ifndef SUPERVISOR_PARENT_H
#define SUPERVISOR_PARENT_H

#include <sys/types.h>

/* The parent of a process, as /proc has it; 0: not known. */
pid_t parent_of(pid_t);

#endif
