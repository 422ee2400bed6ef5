#include "config/depend.h"

#include <string.h>

#include "config/nearest.h"
#include "config/settle.h"
#include "config/value.h"

enum { DEPENDENCIES_MAX = 1000000, CYCLES_MAX = 20 };

/* Names of one service being turned into dependencies. */
struct resolver {
	struct draft *draft;
	struct arena *arena; /* for messages and what is given back with them */
	size_t service; /* whose names these are */
	struct source where; /* the line of the key */
	const char *key; /* "after" or "requires" */
	bool required;
	size_t *slots; /* by service: 1 + the index of its dependency, or 0 */
	size_t total;
};

static void
fail(const struct resolver *r, const char *text)
{
	diags_add(r->draft->diags, SEVERITY_ERROR, r->where.file, r->where.line, "%s: %s",
	    r->key, text);
}

/* One more for the service; named twice, the stricter form counts. */
static void
add(struct resolver *r, size_t target, bool started)
{
	struct config *config = r->draft->config;
	struct dependencies *all = &config->services[r->service].dependencies;
	struct dependency *old;

	if (r->slots[target] != 0) {
		old = &all->items[r->slots[target] - 1];
		old->started = old->started && started;
		old->required = old->required || r->required;
		return;
	}
	if (r->total++ >= DEPENDENCIES_MAX)
		return;
	all->items = arena_grow(r->arena, all->items, all->count, sizeof(*old));
	all->items[all->count++] = (struct dependency){
	    .service = target, .started = started, .required = r->required};
	r->slots[target] = all->count;
}

static void
fail_unknown(const struct resolver *r, const char *name)
{
	const struct sections *sections = r->draft->sections;
	struct nearest nearest =
	    nearest_to(arena_copy(r->arena, name, strcspn(name, "@")));

	for (size_t i = 0; i < sections->count; i++) {
		const struct section *section = sections->items[i];

		if (section->kind == SECTION_PROCTOR)
			continue;
		/* It is there, and what is wrong with it has been said. */
		if (section->broken && strcmp(section->name, name) == 0)
			return;
		nearest_offer(&nearest, section->name);
	}
	fail(r,
	    arena_format(r->arena, "%s is no service, task or main%s",
		diag_quote(r->arena, name),
		nearest.best != NULL ? nearest_hint(&nearest, r->arena)
				     : "; write the name of one"));
}

static void
add_section(struct resolver *r, const struct section *section, bool started)
{
	if (section == r->draft->origins[r->service])
		fail(r, "this is the section itself; write another one");
	else if (!section->enabled && r->required)
		fail(r,
		    arena_format(r->arena,
			"'%s' is not enabled; enable it, or write after in place of "
			"requires",
			section->name));
	else
		for (size_t i = 0; i < section->services; i++)
			add(r, section->first + i, started);
}

static void
fail_copy(const struct resolver *r, const char *name, const struct section *section)
{
	const char *text = section->copies == 0
	    ? arena_format(
		  r->arena, "'%s' has no copies; write %s", section->name, section->name)
	    : arena_format(r->arena,
		  "%s is no copy of '%s'; write %s@1 to %s@%u, or %s for all",
		  diag_quote(r->arena, name), section->name, section->name, section->name,
		  section->copies, section->name);

	fail(r, text);
}

/* NAME@2: its index among the copies of the section; false: there is none. */
static bool
find_copy(const struct resolver *r, const char *name, const struct section *section,
    size_t *ret_index)
{
	struct value_context context = {.arena = r->arena};
	const char *text = strchr(name, '@') + 1;
	int64_t number = 0;

	if (value_integer(&context, text, 1, section->copies, &number) < 0)
		return false;
	*ret_index = (size_t)number - 1;
	/* Not 02 or +2. */
	return strcmp(text, arena_format(r->arena, "%u", (uint32_t)number)) == 0;
}

static void
add_copy(struct resolver *r, const char *name, bool started)
{
	const char *base = arena_copy(r->arena, name, strcspn(name, "@"));
	const struct section *section = sections_find(r->draft->sections, base);
	size_t index = 0;

	if (section == NULL || section->kind == SECTION_PROCTOR)
		fail_unknown(r, name);
	else if (!section->enabled)
		add_section(r, section, started);
	else if (!find_copy(r, name, section, &index))
		fail_copy(r, name, section);
	else if (section->first + index == r->service)
		fail(r, "this is the service itself; write another one");
	else if (index < section->services)
		add(r, section->first + index, started);
}

/* NAME, NAME@2, NAME:started */
static void
add_name(struct resolver *r, const char *word)
{
	size_t length = strcspn(word, ":");
	const char *name = arena_copy(r->arena, word, length);
	const struct section *section = sections_find(r->draft->sections, name);
	bool started = word[length] == ':';

	if (started && strcmp(word + length, ":started") != 0)
		fail(r,
		    arena_format(r->arena,
			"%s waits for something unknown; write NAME or NAME:started",
			diag_quote(r->arena, word)));
	else if (section != NULL && section->kind != SECTION_PROCTOR)
		add_section(r, section, started);
	else if (strchr(name, '@') != NULL)
		add_copy(r, name, started);
	else
		fail_unknown(r, name);
}

static void
add_names(struct resolver *r, const char *key, const struct words *names)
{
	r->key = key;
	r->required = strcmp(key, "requires") == 0;
	r->where = section_where(r->draft->origins[r->service], key);
	for (size_t i = 0; i < names->count; i++)
		add_name(r, names->items[i]);
}

static void
resolve(struct resolver *r)
{
	struct config *config = r->draft->config;

	for (size_t i = 0; i < config->count; i++) {
		struct service_config *service = &config->services[i];
		struct dependencies *all = &service->dependencies;

		r->service = i;
		add_names(r, "after", &service->after);
		add_names(r, "requires", &service->requires);
		for (size_t j = 0; j < all->count; j++)
			r->slots[all->items[j].service] = 0;
		settle_dependencies(&config->arena, all);
	}
	if (r->total > DEPENDENCIES_MAX)
		diags_add(r->draft->diags, SEVERITY_ERROR, r->draft->path, 0,
		    "the copies of services wait for each other in more than %d ways; "
		    "write "
		    "fewer instances",
		    DEPENDENCIES_MAX);
}

/* A walk along the dependencies, depth first. */
struct walk {
	const struct draft *draft;
	struct arena *arena;
	size_t *next; /* by service: the dependency to look at next */
	bool *seen; /* by service: the walk came here ... */
	bool *on_path; /* ... and has not left */
	size_t *path;
	size_t depth;
	size_t cycles;
};

/*
 * A circle of copies is shown as the circle of their sections: the shortest
 * part of the path that ends where it began.
 */
static void
cut_to_circle(const struct section **circle, size_t *length)
{
	for (size_t i = 1; i < *length; i++) {
		for (size_t j = 0; j < i; j++) {
			if (circle[i] != circle[j])
				continue;
			*length = i - j;
			memmove(circle, circle + j, *length * sizeof(*circle));
			return;
		}
	}
}

static void
tell(const struct walk *walk, const struct section **circle, size_t length)
{
	const char *key = "after";
	const char *text = "";
	size_t start = 0;
	struct source where;

	/* From the one that stands first in the file, so that each is told once. */
	for (size_t i = 1; i < length; i++) {
		if (circle[i]->first < circle[start]->first)
			start = i;
	}
	for (size_t i = 0; i < length; i++)
		text = arena_format(
		    walk->arena, "%s%s -> ", text, circle[(start + i) % length]->name);
	if (section_setting(circle[start], key) == NULL)
		key = "requires";
	where = section_where(circle[start], key);
	diags_add(walk->draft->diags, SEVERITY_ERROR, where.file, where.line,
	    "%s: services wait for each other: %s%s; take one of them out of after or "
	    "requires",
	    key, text, circle[start]->name);
}

/* The path came back to a service that is on it. */
static void
close_circle(struct walk *walk, size_t back)
{
	const struct section **circle;
	size_t start = walk->depth;
	size_t length;

	if (walk->cycles++ >= CYCLES_MAX)
		return;
	while (walk->path[start - 1] != back)
		start--;
	length = walk->depth - start + 1;
	circle = arena_alloc(walk->arena, length * sizeof(*circle));
	for (size_t i = 0; i < length; i++)
		circle[i] = walk->draft->origins[walk->path[start - 1 + i]];
	cut_to_circle(circle, &length);
	tell(walk, circle, length);
}

static void
enter(struct walk *walk, size_t service)
{
	walk->seen[service] = true;
	walk->on_path[service] = true;
	walk->path[walk->depth++] = service;
}

static void
walk_from(struct walk *walk, size_t root)
{
	enter(walk, root);
	while (walk->depth > 0) {
		size_t here = walk->path[walk->depth - 1];
		const struct dependencies *all =
		    &walk->draft->config->services[here].dependencies;
		size_t there;

		if (walk->next[here] == all->count) {
			walk->on_path[here] = false;
			walk->depth--;
			continue;
		}
		there = all->items[walk->next[here]++].service;
		if (walk->on_path[there])
			close_circle(walk, there);
		else if (!walk->seen[there])
			enter(walk, there);
	}
}

static void
find_circles(const struct draft *draft, struct arena *arena)
{
	size_t count = draft->config->count;
	struct walk walk = {.draft = draft, .arena = arena};

	walk.next = arena_alloc(arena, (count + 1) * sizeof(*walk.next));
	walk.seen = arena_alloc(arena, count + 1);
	walk.on_path = arena_alloc(arena, count + 1);
	walk.path = arena_alloc(arena, (count + 1) * sizeof(*walk.path));
	for (size_t i = 0; i < count; i++) {
		if (!walk.seen[i])
			walk_from(&walk, i);
	}
}

void
depend(struct draft *draft)
{
	struct arena *arena = draft->sections->arena;
	struct resolver resolver = {.draft = draft, .arena = arena};

	resolver.slots =
	    arena_alloc(arena, (draft->config->count + 1) * sizeof(*resolver.slots));
	resolve(&resolver);
	find_circles(draft, arena);
}
