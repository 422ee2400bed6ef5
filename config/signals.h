#ifndef CONFIG_SIGNALS_H
#define CONFIG_SIGNALS_H

/* Signals by name and number. */

#include <stdbool.h>

#include "config/value.h"

/* "SIGTERM", "SIGRTMIN+3"; "signal 32" has no name and is that. */
const char *signal_name(int signal);

/* TERM, SIGTERM, sigterm, RTMIN+3, RTMAX-1, 15; -1 for anything else. */
int signal_number(const char *name);

/* The same with a reason and the nearest name; see value.h. */
int signal_parse(struct value_context *, const char *text, int *ret_signal);

/*
 * Whether it can come to proctor from outside, to be passed on: KILL and STOP
 * never do, a fault is proctor's own, and PIPE is what a write of its own says.
 */
bool signal_can_arrive(int signal);

#endif
