#include "config/section.h"

#include <ctype.h>
#include <string.h>

#include "config/nearest.h"

enum { NAME_LENGTH_MAX = 200 };

/* The file being laid on top. */
struct layer {
	struct sections *all;
	const char *file;
	struct section *section; /* where pairs go; NULL: nowhere */
	bool told; /* why they go nowhere */
};

static const unsigned kinds[] = {
    SECTION_SERVICE, SECTION_TASK, SECTION_MAIN, SECTION_PROCTOR, SECTION_CHECK};

enum { KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]) };

static void
fail(const struct layer *layer, unsigned line, const char *text)
{
	diags_add(layer->all->diags, SEVERITY_ERROR, layer->file, line, "%s", text);
}

const char *
section_title(struct arena *arena, const struct section *section)
{
	return arena_format(arena, "[%s%s%s]", section_kind_name(section->kind),
	    *section->name == '\0' ? "" : " ", section->name);
}

/* FNV-1a */
static size_t
hash(const char *name)
{
	uint64_t value = UINT64_C(0xcbf29ce484222325);

	for (; *name != '\0'; name++)
		value = (value ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return (size_t)value;
}

/* A check may have the name of its service. */
static bool
is_called(const struct section *section, unsigned kind, const char *name)
{
	return (section->kind == SECTION_CHECK) == (kind == SECTION_CHECK) &&
	    strcmp(section->name, name) == 0;
}

/* The slot where the section is, or would be; there is always a free one. */
static struct section **
find_slot(const struct sections *all, unsigned kind, const char *name)
{
	size_t mask = all->slot_count - 1;
	size_t i = hash(name) & mask;

	while (all->slots[i] != NULL && !is_called(all->slots[i], kind, name))
		i = (i + 1) & mask;
	return &all->slots[i];
}

static void
double_slots(struct sections *all)
{
	struct section **old = all->slots;
	size_t count = all->slot_count;

	all->slot_count = count == 0 ? 16 : 2 * count;
	all->slots = arena_alloc(all->arena, all->slot_count * sizeof(struct section *));
	for (size_t i = 0; i < count; i++) {
		if (old[i] != NULL)
			*find_slot(all, old[i]->kind, old[i]->name) = old[i];
	}
}

static void
index_section(struct sections *all, struct section *section)
{
	if (2 * (all->slots_used + 1) > all->slot_count)
		double_slots(all);
	*find_slot(all, section->kind, section->name) = section;
	all->slots_used++;
}

static struct section *
find(const struct sections *all, unsigned kind, const char *name)
{
	return all->slot_count == 0 ? NULL : *find_slot(all, kind, name);
}

const struct section *
sections_find(const struct sections *all, const char *name)
{
	return find(all, SECTION_ANY, name);
}

/* 0: there is no such kind. */
static unsigned
kind_of(const char *word)
{
	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (strcmp(section_kind_name(kinds[i]), word) == 0)
			return kinds[i];
	}
	return 0;
}

static void
fail_kind(const struct layer *layer, unsigned line, const char *word)
{
	struct arena *arena = layer->all->arena;
	struct nearest nearest = nearest_to(word);

	for (size_t i = 0; i < KIND_COUNT; i++)
		nearest_offer(&nearest, section_kind_name(kinds[i]));
	fail(layer, line,
	    arena_format(arena, "unknown kind of section %s%s", diag_quote(arena, word),
		nearest.best != NULL ? nearest_hint(&nearest, arena)
				     : "; write service, task, main, check or proctor"));
}

/* What is wrong with the name of a section of this kind; NULL: nothing. */
static const char *
name_fault(struct arena *arena, unsigned kind, const char *name)
{
	const char *p = name;

	if (kind == SECTION_PROCTOR)
		return *name == '\0' ? NULL : "[proctor] has no name; write [proctor]";
	if (*name == '\0')
		return arena_format(
		    arena, "a name is missing; write [%s NAME]", section_kind_name(kind));
	while (isalnum((unsigned char)*p) || (*p != '\0' && strchr("._-", *p) != NULL))
		p++;
	if (*p != '\0')
		return arena_format(arena,
		    "%s cannot be a name; write letters, digits and . _ -",
		    diag_quote(arena, name));
	if (strcmp(name, "proctor") == 0)
		return "'proctor' is the name of proctor itself; write another one";
	if (strlen(name) > NAME_LENGTH_MAX)
		return arena_format(arena,
		    "the name %s is longer than %d bytes; write a shorter one",
		    diag_quote(arena, name), NAME_LENGTH_MAX);
	return NULL;
}

static struct section *
new_section(const struct layer *layer, unsigned kind, const char *name, unsigned line)
{
	struct sections *all = layer->all;
	struct section *section = arena_alloc(all->arena, sizeof(*section));

	*section = (struct section){.kind = kind,
	    .name = name,
	    .file = layer->file,
	    .line = line,
	    .layer = all->layers,
	    .last_line = line};
	all->items = arena_grow(all->arena, all->items, all->count, sizeof(*all->items));
	all->items[all->count++] = section;
	return section;
}

/* Why a header cannot mean the section that has its name; NULL: it can. */
static const char *
clash(const struct layer *layer, const struct section *old, unsigned kind)
{
	struct arena *arena = layer->all->arena;
	const char *title = section_title(arena, old);

	if (old->kind != kind)
		return arena_format(arena,
		    "the name is taken by %s in %s:%u; write another one", title,
		    old->file, old->line);
	if (old->layer == layer->all->layers)
		return arena_format(arena,
		    "%s is in this file twice, first in line %u; "
		    "write its keys there",
		    title, old->last_line);
	return NULL;
}

/* What follows belongs to no section, for a reason that has been told. */
static void
end_section(struct layer *layer)
{
	layer->section = NULL;
	layer->told = true;
}

static void
begin_section(struct layer *layer, const struct entry *entry)
{
	struct arena *arena = layer->all->arena;
	size_t length = strcspn(entry->name, " \t");
	const char *word = arena_copy(arena, entry->name, length);
	const char *name = entry->name + length + strspn(entry->name + length, " \t");
	unsigned kind = kind_of(word);
	struct section *old = find(layer->all, kind, name);
	const char *fault;

	if (kind == 0) {
		fail_kind(layer, entry->line, word);
		end_section(layer);
		return;
	}
	fault = name_fault(arena, kind, name);
	if (fault == NULL && old != NULL)
		fault = clash(layer, old, kind);
	if (fault != NULL)
		fail(layer, entry->line, fault);
	if (old == NULL || fault != NULL)
		old = new_section(layer, kind, name, entry->line);
	old->broken = fault != NULL;
	if (!old->broken && find(layer->all, kind, name) == NULL)
		index_section(layer->all, old);
	old->layer = layer->all->layers;
	old->last_line = entry->line;
	layer->section = old;
}

static struct setting *
find_setting(const struct section *section, const char *name)
{
	for (size_t i = 0; i < section->count; i++) {
		if (strcmp(section->settings[i].name, name) == 0)
			return &section->settings[i];
	}
	return NULL;
}

static struct setting *
new_setting(struct arena *arena, struct section *section)
{
	section->settings = arena_grow(
	    arena, section->settings, section->count, sizeof(*section->settings));
	return &section->settings[section->count++];
}

static void
add_source(struct arena *arena, struct setting *setting, const struct source *source)
{
	setting->sources = arena_grow(
	    arena, setting->sources, setting->count, sizeof(*setting->sources));
	setting->sources[setting->count++] = *source;
}

/* So that a misspelt command is not missed as well. */
static void
note_meant(struct arena *arena, struct section *section, const char *name)
{
	const struct key *key = key_nearest(arena, section->kind, name);

	if (key != NULL && (key->type == TYPE_COMMAND || key->type == TYPE_SHELL))
		section->command_meant = true;
}

static void
add_pair(struct layer *layer, const struct entry *entry)
{
	struct arena *arena = layer->all->arena;
	struct section *section = layer->section;
	struct source source = {layer->file, entry->line, entry->value};
	const char *suffix = "";
	const struct key *key = key_find(section->kind, entry->name, &suffix);
	struct setting *setting = find_setting(section, entry->name);

	if (key == NULL) {
		fail(layer, entry->line, key_unknown(arena, section->kind, entry->name));
		note_meant(arena, section, entry->name);
		return;
	}
	if (setting != NULL && setting->layer == layer->all->layers &&
	    !key_is_list(key)) {
		fail(layer, entry->line,
		    arena_format(arena,
			"%s is in this section twice, first in line %u; write it once",
			entry->name, setting->sources[0].line));
		return;
	}
	if (setting == NULL)
		setting = new_setting(arena, section);
	if (setting->layer != layer->all->layers)
		*setting = (struct setting){.key = key,
		    .name = entry->name,
		    .suffix = suffix,
		    .layer = layer->all->layers};
	add_source(arena, setting, &source);
}

static void
add_homeless(struct layer *layer, const struct entry *entry)
{
	if (!layer->told)
		fail(layer, entry->line,
		    "a key stands before the first section; write [proctor] or [service "
		    "NAME] above it");
	layer->told = true;
}

void
sections_add(struct sections *all, const char *file, const struct entries *entries)
{
	struct layer layer = {.all = all, .file = file};

	/* Layers count from 1: a new setting is of none. */
	all->layers++;
	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->items[i];

		switch (entry->kind) {
		case ENTRY_SECTION:
			begin_section(&layer, entry);
			break;
		case ENTRY_BROKEN_SECTION:
			end_section(&layer);
			break;
		case ENTRY_PAIR:
			if (layer.section != NULL)
				add_pair(&layer, entry);
			else
				add_homeless(&layer, entry);
			break;
		}
	}
}

const struct setting *
section_setting(const struct section *section, const char *key)
{
	return find_setting(section, key);
}

struct source
section_where(const struct section *section, const char *key)
{
	const struct setting *setting = find_setting(section, key);

	if (setting != NULL)
		return setting->sources[0];
	return (struct source){section->file, section->line, ""};
}

size_t
section_size(const struct section *section)
{
	if (!section->enabled || (section->kind & SECTION_ANY) == 0)
		return 0;
	return section->copies == 0 ? 1 : section->copies;
}
