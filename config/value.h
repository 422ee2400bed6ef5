#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

/*
 * From text to single values: durations, sizes, numbers, ends.  Pure: text
 * in, a value or a sentence out.
 *
 * Every function returns 0 and writes its result, or returns -EINVAL, leaves
 * the result alone and has context->error say what is wrong with the text and
 * what to write instead.
 */

#include <stdbool.h>
#include <stdint.h>

#include "config/arena.h"
#include "config/config.h"

struct value_context {
	struct arena *arena; /* for results and for error */
	const char *error;

	/* What ${NAME} and %i stand for; used by expand.c alone. */
	char *const *environment; /* NULL: an empty one */
	uint32_t instance; /* 0: %i stands for itself */

	bool verbatim; /* from the environment: no quotes, comments, ${NAME} */
};

/* For who finds the fault: sets context->error, returns -EINVAL. */
int value_fail(struct value_context *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *value_quote(struct value_context *, const char *text);

int value_integer(struct value_context *, const char *text, int64_t min, int64_t max,
    int64_t *ret_value);
int value_octal(
    struct value_context *, const char *text, unsigned max, unsigned *ret_value);
int value_bool(struct value_context *, const char *text, bool *ret_value);

/* 250ms 5s 2m 1h 1d; a lone 0 needs no unit. */
int value_duration(struct value_context *, const char *text, usec_t *ret_value);
/* The shortest text that value_duration() reads as the same. */
const char *value_duration_text(struct arena *, usec_t);

/* 64k 10m 1g, powers of 1024. */
int value_size(struct value_context *, const char *text, uint64_t *ret_value);

/* 5/60s, or none. */
int value_restart_limit(struct value_context *, const char *text, uint32_t max,
    struct restart_limit *ret_value);

/* One word: an exit status or a signal, which is added to the set. */
int value_end(struct value_context *, const char *word, struct end_set *);

/* soft:hard, or one for both; numbers, sizes, unlimited. */
int value_limit(struct value_context *, const char *text, struct rlimit *ret_value);

#endif
