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

/*
 * Replaces each byte that is no part of valid UTF-8 by '?', in place: the
 * termination message is read as UTF-8 (Kubernetes).
 */
void verdict_make_utf8(char *text, size_t length);

#endif
