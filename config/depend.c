#include "config/depend.h"

#include <string.h>

#include "config/names.h"
#include "config/settle.h"

enum { DEPENDENCIES_MAX = 1000000, CYCLES_MAX = 20 };

/* Names of one service being turned into dependencies. */
struct resolver {
	struct draft *draft;
	struct arena *arena; /* for messages and what is given back with them */
	size_t service; /* whose names these are */
	struct naming naming; /* in after or requires */
	bool required;
	size_t *slots; /* by service: 1 + the index of its dependency, or 0 */
	size_t total;
};

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

/* What the word before the colon means, for this service. */
static void
add_meant(struct resolver *r, const char *name, bool started)
{
	const struct section *section;
	size_t first;
	size_t count;

	section = names_find(&r->naming, name, &first, &count);
	if (section == NULL)
		return;
	if (section == r->draft->origins[r->service] && strchr(name, '@') == NULL)
		names_fail(&r->naming, "this is the section itself; write another one");
	else if (count == 1 && first == r->service)
		names_fail(&r->naming, "this is the service itself; write another one");
	else if (!section->enabled && r->required)
		names_fail(&r->naming,
		    arena_format(r->arena,
			"'%s' is not enabled; enable it, or write after in place of "
			"requires",
			section->name));
	else
		for (size_t i = 0; i < count; i++)
			add(r, first + i, started);
}

/* NAME, NAME@2, NAME:started */
static void
add_name(struct resolver *r, const char *word)
{
	size_t length = strcspn(word, ":");
	bool started = word[length] == ':';

	if (started && strcmp(word + length, ":started") != 0)
		names_fail(&r->naming,
		    arena_format(r->arena,
			"%s waits for something unknown; write NAME or NAME:started",
			diag_quote(r->arena, word)));
	else
		add_meant(r, arena_copy(r->arena, word, length), started);
}

static void
add_names(struct resolver *r, const char *key, const struct words *names)
{
	r->naming = (struct naming){
	    r->draft, section_where(r->draft->origins[r->service], key), key};
	r->required = strcmp(key, "requires") == 0;
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
