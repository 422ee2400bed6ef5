#ifndef CONFIG_EXPAND_H
#define CONFIG_EXPAND_H

/*
 * Fills in ${NAME}, ${NAME:-default}, ${NAME:?message} from the environment
 * and %i from the number of the copy, in one pass: nothing that comes out of
 * it is looked at again.  $${ is a literal ${ and %%i a literal %i.
 */

#include "config/value.h"

int expand(struct value_context *, const char *text, const char **ret_text);

/* Only %i: for text that belongs to a shell. */
const char *expand_instance(struct value_context *, const char *text);

#endif
