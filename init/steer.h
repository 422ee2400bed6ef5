#ifndef INIT_STEER_H
#define INIT_STEER_H

/* The commands that change something, or wait until it has changed. */

#include "init/verbs.h"

int steer_services(const struct given *); /* start, stop, restart, reload */
int steer_signal(const struct given *);
int steer_wait(const struct given *);
int steer_update(const struct given *);
int steer_shutdown(const struct given *);

#endif
