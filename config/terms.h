#ifndef CONFIG_TERMS_H
#define CONFIG_TERMS_H

/* What an http probe sends besides, and what it takes for good; see value.h. */

#include "config/value.h"

/* Adds "200-399", or several: "200 204 300-399".  None is an error. */
int value_status_ranges(struct value_context *, const char *text, struct status_ranges *);

/* Whether this can be one line of an HTTP request. */
int value_header(struct value_context *, const char *name, const char *value);

/* As those of settle.h. */
void settle_status_ranges(struct arena *, void *field);

#endif
