#ifndef CONFIG_SECTION_H
#define CONFIG_SECTION_H

/*
 * The sections of all files, laid over one another key by key.
 *
 * Here a value is still the text of its lines.  Within one file a list key
 * may be given in several lines, any other key once; a later file that sets a
 * key replaces what the files before it said about this key, and nothing
 * else.
 */

#include "config/keys.h"
#include "config/reader.h"

/* A line that gives a value, or a part of a list. */
struct source {
	const char *file;
	unsigned line;
	const char *text;
};

struct setting {
	const struct key *key;
	const char *name; /* as written: env.PATH */
	const char *suffix; /* PATH */
	size_t layer; /* the file that has the say, in the order of loading */
	struct source *sources;
	size_t count;
};

struct section {
	unsigned kind; /* SECTION_..., one bit */
	const char *name; /* "" for [proctor] */
	const char *file; /* where it stands first */
	unsigned line;
	size_t layer; /* the last file that has it ... */
	unsigned last_line; /* ... and where */
	bool command_meant; /* a misspelt key is likely to be its command */
	bool broken; /* an error in the header: its values are looked at, but not used */

	struct setting *settings;
	size_t count;

	/* What build.c finds in it. */
	bool enabled;
	uint32_t copies; /* 0: one, without a number */
	size_t first; /* index into the services of struct config ... */
	size_t services; /* ... and how many: less than copies after an error */
};

/* Sections are made while others are pointed at, hence the pointers. */
struct sections {
	struct arena *arena;
	struct diags *diags;
	struct section **items;
	size_t count;
	size_t layers;

	/* Those that are not broken, hashed by name. */
	struct section **slots;
	size_t slot_count; /* a power of two, or 0 */
	size_t slots_used; /* at most half */
};

/* Lays one more file on top. */
void sections_add(struct sections *, const char *file, const struct entries *);

/* One that is not broken and no [check], by its name; NULL: there is none. */
const struct section *sections_find(const struct sections *, const char *name);

/* The setting of a key, or NULL. */
const struct setting *section_setting(const struct section *, const char *key);

/* Where a key is set, or else where the section is. */
struct source section_where(const struct section *, const char *key);

/* How many services it is to be: 0 where it is not enabled. */
size_t section_size(const struct section *);

/* How messages call it: [service web] */
const char *section_title(struct arena *, const struct section *);

#endif
