#include "config/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>

/*
 * Blocks come from mmap() and not from malloc(): the loader works in one
 * arena and leaves its result in another, and what it gives back shall leave
 * the process, which will live for as long as the container does.
 */
struct arena_block {
	struct arena_block *next;
	size_t size; /* of the whole block */
	max_align_t data[];
};

enum { BLOCK_SIZE = 32 * 1024 };

static size_t
round_up(size_t size, size_t unit)
{
	return (size + unit - 1) / unit * unit;
}

static _Noreturn void
no_memory(void)
{
	fputs("proctor | exit 71: no memory for the configuration\n", stderr);
	exit(EX_OSERR);
}

static void
add_block(struct arena *arena, size_t size)
{
	struct arena_block *block;

	if (size > SIZE_MAX / 2)
		no_memory();
	size = round_up(sizeof(*block) + size, BLOCK_SIZE);
	block =
	    mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (block == MAP_FAILED)
		no_memory();
	block->next = arena->blocks;
	block->size = size;
	arena->blocks = block;
	arena->used = sizeof(*block);
}

static bool
has_room(const struct arena *arena, size_t size)
{
	return arena->blocks != NULL && arena->used <= arena->blocks->size &&
	    size <= arena->blocks->size - arena->used;
}

static char *
take(struct arena *arena, size_t size)
{
	char *memory;

	if (!has_room(arena, size))
		add_block(arena, size);
	memory = (char *)arena->blocks + arena->used;
	arena->used += size;
	return memory;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	/* Behind text, which needs no alignment. */
	arena->used = round_up(arena->used, sizeof(max_align_t));
	return take(arena, size);
}

char *
arena_copy(struct arena *arena, const char *text, size_t length)
{
	char *copy = take(arena, length + 1);

	memcpy(copy, text, length);
	return copy;
}

char *
arena_vformat(struct arena *arena, const char *format, va_list args)
{
	va_list again;
	int length;
	char *text;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		no_memory();
	text = take(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, args);
	return text;
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
	void *grown;

	/* The room is always the next power of two. */
	if (count != 0 && (count & (count - 1)) != 0)
		return items;
	if (count > SIZE_MAX / 4 / item_size)
		no_memory();
	grown = arena_alloc(arena, (count == 0 ? 1 : count * 2) * item_size);
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
		munmap(block, block->size);
	}
	*arena = (struct arena){0};
}
