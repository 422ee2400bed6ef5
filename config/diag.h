#ifndef CONFIG_DIAG_H
#define CONFIG_DIAG_H

/*
 * What is wrong with a configuration, collected so that all of it can be told
 * at once.  The loader never prints.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "config/arena.h"

enum severity { SEVERITY_WARNING, SEVERITY_ERROR };

struct diag {
	const char *file; /* "environment" for PROCTOR_<KEY> */
	unsigned line; /* 0: the file as a whole */
	enum severity severity;
	const char *text;
};

struct diags {
	struct diag *items;
	size_t count;
	size_t errors; /* among all, left out or not */
	size_t left_out; /* beyond what anyone reads at once */
	struct arena arena; /* owns file names and texts */
};

/* Whatever is there already, word for word, is not added again. */
void diags_add(struct diags *, enum severity, const char *file, unsigned line,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* In the order of files and lines, as "FILE:LINE: text", warnings marked. */
void diags_print(const struct diags *, FILE *);
void diags_clear(struct diags *);

/*
 * A value as a message shows it: in single quotes, on one line, and cut to a
 * length that leaves the rest of the message readable.
 */
const char *diag_quote(struct arena *, const char *text);

#endif
