#ifndef SIM_SCENERY_H
#define SIM_SCENERY_H

/* A configuration that the loader would accept, made by chance. */

#include "config/config.h"
#include "tests/sim/random.h"

#define SERVICES_MAX 24
#define DEPENDENCIES_MAX 6
#define CHECKS_EACH 3
#define CHECKS_MAX (SERVICES_MAX * CHECKS_EACH)

struct scenery {
	struct config config;
	struct service_config services[SERVICES_MAX];
	struct dependency dependencies[SERVICES_MAX][DEPENDENCIES_MAX];
	struct check_config checks[CHECKS_MAX];
	char names[SERVICES_MAX][8];
};

void scenery_init(struct scenery *, struct random *);

/* What is worth knowing of it, on standard output. */
void scenery_print(const struct scenery *);

#endif
