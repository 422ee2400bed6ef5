#include "init/named.h"

#include <string.h>

#include "config/nearest.h"
#include "init/ask.h"

bool
named_is(struct slice service, const char *name)
{
	struct slice said = reader_member(service, "name");
	size_t length = strlen(name);

	return reader_is(said, name) ||
	    (said.length > length + 2 && memcmp(said.bytes + 1, name, length) == 0 &&
		said.bytes[length + 1] == '@');
}

/* A name has nothing that JSON escapes. */
static char *
copy_name(struct arena *arena, struct slice service)
{
	struct slice said = reader_member(service, "name");

	return said.length > 2 ? arena_copy(arena, said.bytes + 1, said.length - 2)
			       : NULL;
}

int
named_unknown(struct slice services, const char *name)
{
	struct arena arena = {0};
	struct nearest nearest = nearest_to(name);
	struct slice item = {.bytes = NULL};

	while (reader_next(services, &item)) {
		const char *candidate = copy_name(&arena, item);

		if (candidate)
			nearest_offer(&nearest, candidate);
	}
	fprintf(stderr, "proctor: there is no service '%s'%s\n", name,
	    nearest_hint(&nearest, &arena));
	arena_clear(&arena);
	return ASK_UNKNOWN;
}

static void
add(struct named *n, char *name)
{
	n->items = arena_grow(&n->arena, n->items, n->count, sizeof(*n->items));
	n->items[n->count++] = name;
}

static void
add_meant(struct named *n, struct slice services, const char *name)
{
	struct slice item = {.bytes = NULL};
	size_t before = n->count;

	while (reader_next(services, &item)) {
		char *copy = named_is(item, name) ? copy_name(&n->arena, item) : NULL;

		if (copy)
			add(n, copy);
	}
	if (n->count == before)
		n->status = named_unknown(services, name);
}

/* false: it does not say. */
static bool
ask_which(struct client *c, const struct client_places *places, usec_t timeout,
    struct slice *ret_services)
{
	struct client_answer answer;
	struct slice all;

	if (!places->control ||
	    client_connect(c, places->runtime_dir, places->control, timeout) < 0 ||
	    client_request(c, "GET", "/v1/services", &answer) < 0 ||
	    answer.status != 200 || !reader_open(answer.body, answer.length, &all))
		return false;
	*ret_services = reader_member(all, "services");
	return ret_services->bytes != NULL;
}

void
named_find(struct named *n, const struct client_places *places, usec_t timeout,
    char *const *names, size_t count)
{
	struct client client = {.fd = -1};
	struct slice services;
	bool known = ask_which(&client, places, timeout, &services);

	*n = (struct named){.status = ASK_DONE};
	for (size_t i = 0; i < count; i++) {
		if (known)
			add_meant(n, services, names[i]);
		else
			add(n, arena_copy(&n->arena, names[i], strlen(names[i])));
	}
	client_clear(&client);
}

void
named_clear(struct named *n)
{
	arena_clear(&n->arena);
}
