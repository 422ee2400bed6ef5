#ifndef CONFIG_DEPEND_H
#define CONFIG_DEPEND_H

#include "config/build.h"

/*
 * From the names in after and requires to the dependencies of each service:
 * names that do not exist, are not enabled or are its own are errors, and so
 * are circles.
 */
void depend(struct draft *);

#endif
