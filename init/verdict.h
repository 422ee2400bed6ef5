#ifndef INIT_VERDICT_H
#define INIT_VERDICT_H

/*
 * How it ended, told once where it is looked for: the last line on standard
 * error, the termination message, the exit status.
 */

#include "supervisor/loop.h"

/*
 * Tells why it has ended, and writes out what is still buffered within
 * what is left of grace.  Returns the exit status.
 */
int verdict_tell(struct supervisor *);

#endif
