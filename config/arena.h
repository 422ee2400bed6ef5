#ifndef CONFIG_ARENA_H
#define CONFIG_ARENA_H

/*
 * Memory that is given back all at once: what the loader builds lives and
 * dies with its struct config, so nothing in it is freed alone.
 */

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
	size_t used; /* of the newest block */
};

/*
 * Zeroed memory, aligned for any type.  Does not return when there is none:
 * the configuration is loaded before the line after which proctor may not
 * die, and there is nothing to save then (exit status 71).
 */
void *arena_alloc(struct arena *, size_t size);
char *arena_copy(struct arena *, const char *text, size_t length);
char *arena_format(struct arena *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vformat(struct arena *, const char *format, va_list)
    __attribute__((format(printf, 2, 0)));

/*
 * Room for one more item in an array of count items that only ever grew
 * through this function (NULL when count is 0); the array may have moved.
 */
void *arena_grow(struct arena *, void *items, size_t count, size_t item_size);

void arena_clear(struct arena *);

#endif
