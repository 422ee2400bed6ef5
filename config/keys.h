#ifndef CONFIG_KEYS_H
#define CONFIG_KEYS_H

/*
 * The table of all keys, made from keys.def: what there is, where it is
 * allowed, what it sets.
 */

#include <stddef.h>
#include <stdint.h>

#include "config/types.h"
#include "config/value.h"

enum {
	SECTION_SERVICE = 1 << KIND_SERVICE,
	SECTION_TASK = 1 << KIND_TASK,
	SECTION_MAIN = 1 << KIND_MAIN,
	SECTION_ANY = SECTION_SERVICE | SECTION_TASK | SECTION_MAIN,
	SECTION_PROCTOR = 1 << 3,
	SECTION_CHECK = 1 << 4,
	SECTION_LAST = SECTION_CHECK,
};

struct key {
	unsigned sections;
	const char *name; /* ends in '.': a family, the rest of it is free */
	enum key_type type;
	size_t offset; /* in struct config, service_config or check_config */
	const char *fallback;
	int64_t min;
	int64_t max;
	const char *since;
	const char *text;
};

size_t keys_count(void);
const struct key *keys_at(size_t index);

/* "service", for one SECTION_... bit. */
const char *section_kind_name(unsigned section);

/* NULL: not there, or not in this section.  *ret_suffix: NAME of env.NAME. */
const struct key *key_find(unsigned section, const char *name, const char **ret_suffix);

/* The key that a name which is none was meant to be, or NULL. */
const struct key *key_nearest(struct arena *, unsigned sections, const char *name);

/* The sentence for a name that key_find() does not know. */
const char *key_unknown(struct arena *, unsigned sections, const char *name);

/* "[service] and [task]" */
const char *sections_text(struct arena *, unsigned sections);

bool key_is_list(const struct key *);
bool key_is_family(const struct key *);

/*
 * target is the struct that key->offset is in.  key_set() takes the value as
 * it is written in the file; a list is added to, so key_clear() comes first.
 */
int key_set(struct value_context *, const struct key *, const char *suffix,
    const char *text, void *target);
void key_clear(struct arena *, const struct key *, void *target);

/* Everything that sections (...) has, into this arena alone; see settle.h. */
void keys_settle(struct arena *, unsigned sections, void *target);

/*
 * Everything that sections (SECTION_PROCTOR, SECTION_ANY or SECTION_CHECK) has, not
 * set or default.
 */
void keys_set_defaults(struct arena *, unsigned sections, void *target);

#endif
