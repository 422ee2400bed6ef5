#ifndef CONFIG_CHECKS_H
#define CONFIG_CHECKS_H

#include "config/build.h"

/*
 * From [check] sections and health = PROBE to the checks of struct config, those
 * of one service together; and what they mean to the services' own keys.  To be
 * called when all services are there.
 */
void checks_build(struct draft *);

#endif
