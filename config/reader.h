#ifndef CONFIG_READER_H
#define CONFIG_READER_H

/*
 * From the bytes of one file to its sections and KEY = VALUE pairs.
 *
 * inih, as distributions build it, cuts lines at 200 bytes and names of
 * sections at 49, takes " ;" inside quotes for a comment, counts lines for
 * itself alone and passes over empty sections.  So it never sees the text:
 * this reader joins physical lines to logical ones, keeps those, and hands
 * inih a short stand-in of the same shape for each ("[12]" for a header,
 * "17=17" for a pair).  What inih makes of the stand-in is what the line is.
 */

#include "config/diag.h"

enum entry_kind {
	ENTRY_SECTION,
	ENTRY_PAIR,
	ENTRY_BROKEN_SECTION, /* one begins here, nobody can say which */
};

struct entry {
	enum entry_kind kind;
	unsigned line; /* the physical one where it starts */
	const char *name; /* what is between the brackets, or the key, or NULL */
	const char *value; /* of a pair, comment and quotes still in it */
};

struct entries {
	struct entry *items;
	size_t count;
};

/*
 * Adds an error for every line that is neither a header nor a pair, and
 * returns the others in the order of the file.  What is returned points into
 * the arena.
 */
struct entries reader_parse(
    struct arena *, struct diags *, const char *file, const char *text, size_t length);

/*
 * Reads a file as a whole.  Returns 0, or a negative errno after an error has
 * been added.
 */
int reader_read(struct arena *, struct diags *, const char *file, char **ret_text,
    size_t *ret_length);

#endif
