#ifndef INIT_DESCENDANTS_H
#define INIT_DESCENDANTS_H

#include <stdbool.h>

/*
 * Signals every process below this one, and no other: who is not PID 1 may share
 * its PID namespace with strangers.  Needs /proc; without it, nobody is
 * signalled.  Returns whether anybody was; 0 is no signal, and only asks.
 */
bool descendants_signal(int signal);

#endif
