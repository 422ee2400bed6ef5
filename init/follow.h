#ifndef INIT_FOLLOW_H
#define INIT_FOLLOW_H

/* proctor logs and proctor events: what proctor has kept, and what comes. */

#include "init/verbs.h"

int follow_logs(const struct given *);
int follow_events(const struct given *);

#endif
