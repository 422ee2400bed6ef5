#ifndef CONFIG_LISTS_H
#define CONFIG_LISTS_H

/* The setters of types.c for values that can be several, which they add to. */

#include "config/types.h"

int list_set_ends(struct value_context *, const struct assignment *);
int list_set_signal_pairs(struct value_context *, const struct assignment *);
int list_set_variable(struct value_context *, const struct assignment *);
int list_set_header(struct value_context *, const struct assignment *);
int list_set_statuses(struct value_context *, const struct assignment *);
int list_set_names(struct value_context *, const struct assignment *);
int list_set_words(struct value_context *, const struct assignment *);

#endif
