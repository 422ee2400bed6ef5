#ifndef CONFIG_TYPES_H
#define CONFIG_TYPES_H

/*
 * The types that a key of keys.def can have: how its text is read and what
 * it sets.  There is one setter per type and none per key.
 */

#include "config/value.h"

struct key;

/* TYPE(name in keys.def, C type of the field) */
#define KEY_TYPES(TYPE)                                                                  \
	TYPE(BOOL, bool)                                                                 \
	TYPE(CHECK_KIND, enum check_kind)                                                \
	TYPE(COMMAND, struct words)                                                      \
	TYPE(CONTROL_ACCESS, enum control_access)                                        \
	TYPE(COUNT, uint32_t)                                                            \
	TYPE(DURATION, usec_t)                                                           \
	TYPE(ENDS, struct end_set)                                                       \
	TYPE(HEADER, struct variables)                                                   \
	TYPE(INSTANCES, uint32_t)                                                        \
	TYPE(INTEGER, int)                                                               \
	TYPE(LIMIT, struct resource_limits)                                              \
	TYPE(LOG, enum log_mode)                                                         \
	TYPE(LOG_OVERFLOW, enum log_overflow)                                            \
	TYPE(NAMES, struct words)                                                        \
	TYPE(OCTAL, int)                                                                 \
	TYPE(PROBE, struct probe)                                                        \
	TYPE(READY, struct readiness)                                                    \
	TYPE(RESTART, enum restart_policy)                                               \
	TYPE(RESTART_LIMIT, struct restart_limit)                                        \
	TYPE(SHELL, const char *)                                                        \
	TYPE(SIGNAL, int)                                                                \
	TYPE(SIGNAL_PAIRS, struct signal_pairs)                                          \
	TYPE(STATUSES, struct status_ranges)                                             \
	TYPE(STDIN, enum stdin_mode)                                                     \
	TYPE(STOP_SCOPE, enum stop_scope)                                                \
	TYPE(TEXT, const char *)                                                         \
	TYPE(TEXT_OR_OFF, const char *)                                                  \
	TYPE(VARIABLE, struct variables)                                                 \
	TYPE(WORDS, struct words)

#define TYPE(name, field) TYPE_##name,
enum key_type { KEY_TYPES(TYPE) };
#undef TYPE

#define TYPE(name, field) +1
enum { KEY_TYPE_COUNT = 0 KEY_TYPES(TYPE) };
#undef TYPE

/* What happens to the text before the setter sees it. */
enum text_form {
	FORM_TEXT, /* comment and enclosing quotes off, ${NAME} filled in */
	FORM_WORDS, /* comment off; the setter splits it, then fills in */
	FORM_SHELL, /* only %i */
};

/* A value that goes into a field. */
struct assignment {
	const struct key *key;
	const char *suffix; /* NAME of env.NAME */
	const char *text;
	void *field;
};

/* One of the names that are all that a type can be. */
struct choice {
	const char *name;
	int value;
};

struct type {
	const char *argument; /* what manuals write for the value; NULL: choices */

	/* Sets the field, or adds to it; see value.h. */
	int (*set)(struct value_context *, const struct assignment *);

	enum text_form form;
	bool list; /* more lines in one file add to it */
	bool sized; /* key->min is its least length */
	void (*settle)(struct arena *, void *field); /* NULL: it points at nothing */
	const void *unset; /* a field that is not set; NULL: zero */
	const struct choice *choices; /* up to one without a name; or NULL */
};

const struct type *type_get(enum key_type);

/* "nofile" of RLIMIT_NOFILE. */
const char *type_resource(int resource);

/* "started" of READY_STARTED; NULL: the one that takes a number. */
const char *type_ready(enum ready_kind);

/* Gives the field the value for "not set". */
void type_clear(struct arena *, enum key_type, void *field);

/* Has the field point into this arena alone, with nothing to spare. */
void type_settle(struct arena *, enum key_type, void *field);

#endif
