#ifndef INIT_COMMANDS_H
#define INIT_COMMANDS_H

/* The commands that steer nothing: run, check, health, probe. */

#include "init/verbs.h"

#define DEFAULT_CONFIG "/etc/proctor.ini"

/* The configuration that is meant: FILE, $PROCTOR_CONFIG or the default. */
const char *command_config(const struct given *);

int command_run(const struct given *);
int command_check(const struct given *);
int command_health(const struct given *);
int command_probe(const struct given *);

#endif
