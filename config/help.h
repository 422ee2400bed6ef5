#ifndef CONFIG_HELP_H
#define CONFIG_HELP_H

/* What keys.def says, for people. */

#include <stdio.h>

/*
 * For 'proctor check --explain NAME'.  Returns 0, or -ENOENT after a line
 * to errors that names the nearest key.
 */
int keys_explain(FILE *out, FILE *errors, const char *name);

/* The section KEYS of proctor.ini(5), in mdoc. */
void keys_print_manual(FILE *out);

#endif
