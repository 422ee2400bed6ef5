#include "config/names.h"

#include <string.h>

#include "config/nearest.h"
#include "config/value.h"

void
names_fail(const struct naming *n, const char *text)
{
	diags_add(n->draft->diags, SEVERITY_ERROR, n->where.file, n->where.line, "%s: %s",
	    n->key, text);
}

static void
fail_unknown(const struct naming *n, const char *name)
{
	const struct sections *sections = n->draft->sections;
	struct arena *arena = sections->arena;
	struct nearest nearest = nearest_to(arena_copy(arena, name, strcspn(name, "@")));

	for (size_t i = 0; i < sections->count; i++) {
		const struct section *section = sections->items[i];

		if ((section->kind & SECTION_ANY) == 0)
			continue;
		/* It is there, and what is wrong with it has been said. */
		if (section->broken && strcmp(section->name, name) == 0)
			return;
		nearest_offer(&nearest, section->name);
	}
	names_fail(n,
	    arena_format(arena, "%s is no service, task or main%s",
		diag_quote(arena, name),
		nearest.best != NULL ? nearest_hint(&nearest, arena)
				     : "; write the name of one"));
}

static void
fail_copy(const struct naming *n, const char *name, const struct section *section)
{
	struct arena *arena = n->draft->sections->arena;
	const char *text = section->copies == 0
	    ? arena_format(
		  arena, "'%s' has no copies; write %s", section->name, section->name)
	    : arena_format(arena,
		  "%s is no copy of '%s'; write %s@1 to %s@%u, or %s for all",
		  diag_quote(arena, name), section->name, section->name, section->name,
		  section->copies, section->name);

	names_fail(n, text);
}

/* NAME@2: its index among the copies of the section; false: there is none. */
static bool
find_copy(struct arena *arena, const char *name, const struct section *section,
    size_t *ret_index)
{
	struct value_context context = {.arena = arena};
	const char *text = strchr(name, '@') + 1;
	int64_t number = 0;

	if (value_integer(&context, text, 1, section->copies, &number) < 0)
		return false;
	*ret_index = (size_t)number - 1;
	/* Not 02 or +2. */
	return strcmp(text, arena_format(arena, "%u", (uint32_t)number)) == 0;
}

static const struct section *
find_section(const struct naming *n, const char *name)
{
	const struct section *section = sections_find(n->draft->sections, name);

	return section != NULL && (section->kind & SECTION_ANY) != 0 ? section : NULL;
}

const struct section *
names_find(const struct naming *n, const char *name, size_t *ret_first, size_t *ret_count)
{
	struct arena *arena = n->draft->sections->arena;
	const struct section *section = find_section(n, name);
	bool one = section == NULL && strchr(name, '@') != NULL;
	size_t index = 0;

	if (one)
		section = find_section(n, arena_copy(arena, name, strcspn(name, "@")));
	if (section == NULL) {
		fail_unknown(n, name);
		return NULL;
	}
	if (one && section->enabled && !find_copy(arena, name, section, &index)) {
		fail_copy(n, name, section);
		return NULL;
	}
	*ret_first = section->first + index;
	*ret_count = one ? index < section->services : section->services;
	return section;
}
