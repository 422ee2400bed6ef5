#include "config/settle.h"

#include <string.h>

/* NULL where there is nothing. */
static void *
copy_items(struct arena *arena, const void *items, size_t count, size_t size)
{
	void *copy;

	if (count == 0)
		return NULL;
	copy = arena_alloc(arena, count * size);
	memcpy(copy, items, count * size);
	return copy;
}

void
settle_text(struct arena *arena, void *field)
{
	const char **text = field;

	if (*text != NULL)
		*text = arena_copy(arena, *text, strlen(*text));
}

void
settle_words(struct arena *arena, void *field)
{
	static char *nothing = NULL;
	struct words *words = field;
	char **items = &nothing;

	if (words->count > 0)
		items = arena_alloc(arena, (words->count + 1) * sizeof(*items));
	for (size_t i = 0; i < words->count; i++)
		items[i] = arena_copy(arena, words->items[i], strlen(words->items[i]));
	words->items = items;
}

void
settle_variables(struct arena *arena, void *field)
{
	struct variables *all = field;

	all->items = copy_items(arena, all->items, all->count, sizeof(*all->items));
	for (size_t i = 0; i < all->count; i++) {
		settle_text(arena, &all->items[i].name);
		settle_text(arena, &all->items[i].value);
	}
}

void
settle_limits(struct arena *arena, void *field)
{
	struct resource_limits *all = field;

	all->items = copy_items(arena, all->items, all->count, sizeof(*all->items));
}

void
settle_signal_pairs(struct arena *arena, void *field)
{
	struct signal_pairs *all = field;

	all->items = copy_items(arena, all->items, all->count, sizeof(*all->items));
}

void
settle_identity(struct arena *arena, struct identity *identity)
{
	settle_text(arena, &identity->name);
	settle_text(arena, &identity->home);
	identity->groups = copy_items(
	    arena, identity->groups, identity->group_count, sizeof(*identity->groups));
}

void
settle_dependencies(struct arena *arena, struct dependencies *all)
{
	all->items = copy_items(arena, all->items, all->count, sizeof(*all->items));
}
