#ifndef SUPERVISOR_HANDLES_H
#define SUPERVISOR_HANDLES_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Whether this signal would end or stop the process, since it does nothing about it:
 * neither catches, ignores nor blocks it.  false as well where /proc does not say.
 */
bool handles_nothing(pid_t, int signal);

#endif
