#ifndef INIT_CRASH_H
#define INIT_CRASH_H

/*
 * A crash of proctor must not cost the others their orderly stop: when PID 1
 * ends, the kernel kills them all at once.  So the handler of a fault
 * executes proctor anew.  That keeps the process, and so its children; the
 * memory is clean; and the new image does nothing but stop them all within
 * grace, and exit with 70 (EX_SOFTWARE).
 */

#include "config/config.h"

/* The first argument of that new start. */
#define CRASH_OPTION "--after-crash"

/* From now on.  grace: microseconds. */
void crash_guard(usec_t grace);

/* It is another one now: costs nothing where it is not. */
void crash_set_grace(usec_t grace);

/* The new start.  arguments: what followed CRASH_OPTION. */
_Noreturn void crash_stop_all(char *const *arguments);

#endif
