#ifndef INIT_CHECK_H
#define INIT_CHECK_H

/*
 * What 'proctor check' prints of a configuration without an error: the plan.
 */

#include <stdio.h>

#include "config/config.h"

/* Returns 0, or -ENOMEM. */
int check_print_plan(const struct config *, FILE *);

#endif
