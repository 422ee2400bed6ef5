/*
 * config/arena.c for fuzzing: a piece of its own for every allocation, so
 * that AddressSanitizer sees the first byte behind each.
 */

#include "config/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
	max_align_t padding; /* aligns what follows */
};

void *
arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = calloc(1, sizeof(*block) + size);

	if (block == NULL)
		abort();
	block->next = arena->blocks;
	arena->blocks = block;
	return block + 1;
}

char *
arena_copy(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	memcpy(copy, text, length);
	return copy;
}

char *
arena_vformat(struct arena *arena, const char *format, va_list args)
{
	char *text = NULL;
	char *copy;

	if (vasprintf(&text, format, args) < 0)
		abort();
	copy = arena_copy(arena, text, strlen(text));
	free(text);
	return copy;
}

char *
arena_format(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vformat(arena, format, args);
	va_end(args);
	return text;
}

void *
arena_grow(struct arena *arena, void *items, size_t count, size_t item_size)
{
	/* Exact as well, and always elsewhere. */
	void *grown = arena_alloc(arena, (count + 1) * item_size);

	if (count != 0)
		memcpy(grown, items, count * item_size);
	return grown;
}

void
arena_clear(struct arena *arena)
{
	struct arena_block *next;

	for (struct arena_block *block = arena->blocks; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	*arena = (struct arena){0};
}
