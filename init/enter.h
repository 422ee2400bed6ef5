#ifndef INIT_ENTER_H
#define INIT_ENTER_H

#include "init/verbs.h"

/* proctor exec: becomes the command; returns only where it cannot. */
int enter_command(const struct given *);

#endif
