#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/build.h"

/*
 * The relations between values, each of which is right for itself.  Fills in
 * what follows from several: dependencies and identities.
 */
void check(struct draft *);

#endif
