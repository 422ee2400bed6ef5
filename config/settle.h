#ifndef CONFIG_SETTLE_H
#define CONFIG_SETTLE_H

/*
 * Values are made in an arena full of what was needed on the way.  These have
 * a field point into another arena alone, with nothing to spare: what stays
 * for as long as proctor runs is small.  field is of the type in the name.
 */

#include "config/config.h"

void settle_text(struct arena *, void *field);
void settle_words(struct arena *, void *field);
void settle_variables(struct arena *, void *field);
void settle_limits(struct arena *, void *field);
void settle_signal_pairs(struct arena *, void *field);

/* The same for what no key sets by itself. */
void settle_identity(struct arena *, struct identity *);
void settle_dependencies(struct arena *, struct dependencies *);

#endif
