#ifndef CONFIG_BUILD_H
#define CONFIG_BUILD_H

/*
 * From sections to services: fills in the environment, sets every value by
 * its type, and makes NAME@1, NAME@2 ... of a section with instances.
 */

#include "config/load.h"
#include "config/section.h"

/*
 * A configuration that is being made: in the arena of the sections, which is
 * given back.  Only what stays goes to the arena of the configuration.
 */
struct draft {
	struct sections *sections;
	struct config *config;
	struct diags *diags;
	const char *path; /* the main file, for what is wrong with the whole */
	const struct load_options *options;
	const struct load_world *world;
	const struct section **origins; /* of each service in config */
	struct service_config plain; /* one with defaults only */
};

/*
 * Gives the field of a setting its value; target is the struct that the key's
 * offset is in.  What is wrong with it becomes an error.
 */
void build_set(
    const struct draft *, const struct setting *, uint32_t instance, void *target);

/* The variable PROCTOR_<KEY> that sets this key of [proctor], or NULL. */
const char *build_variable(const struct draft *, const char *key);

/* Every value that can be set is, whatever is wrong with others. */
void build(struct draft *);

#endif
