#ifndef CONFIG_NAMES_H
#define CONFIG_NAMES_H

#include "config/build.h"

/* Whoever names services in a value: where that stands, for messages. */
struct naming {
	const struct draft *draft;
	struct source where;
	const char *key;
};

/*
 * What NAME, or NAME@2, means: *ret_count services of struct config from
 * *ret_first on; none where the section is not enabled, or has errors of its
 * own.  Returns the section, or NULL when the name is told as an error.
 */
const struct section *names_find(
    const struct naming *, const char *name, size_t *ret_first, size_t *ret_count);

/* Tells an error in the line of the key. */
void names_fail(const struct naming *, const char *text);

#endif
