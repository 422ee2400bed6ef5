#include "supervisor/handover.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* SD_LISTEN_FDS_START */
enum { LISTEN_START = 3 };

/* The names as they are found, with a colon between them. */
struct names {
	char *text;
	size_t length;
};

static int
add_name(struct names *n, const char *name)
{
	size_t length = strlen(name);
	char *grown = realloc(n->text, n->length + length + 2);

	if (!grown)
		return -ENOMEM;
	n->text = grown;
	if (n->length > 0)
		grown[n->length++] = ':';
	memcpy(grown + n->length, name, length + 1);
	n->length += length;
	return 0;
}

void
handover_add(struct handover *h, int fd, int number)
{
	if (h->count < SPAWN_FDS_MAX)
		h->fds[h->count++] = (struct spawn_fd){.from = fd, .to = number};
}

/* The next of LISTEN_FDS. */
static int
add(struct handover *h, struct names *names, const struct stored *item)
{
	if (h->count == SPAWN_FDS_MAX)
		return 0;
	handover_add(h, item->fd, LISTEN_START + (int)h->count);
	return add_name(names, item->name);
}

static int
add_all(struct handover *h, struct names *names, const struct service_config *c,
    const struct fdstore *sockets, const struct fdstore *stored)
{
	int r = 0;

	for (size_t i = 0; i < c->sockets.count; i++)
		for (size_t j = 0; r == 0 && j < sockets->count; j++)
			if (strcmp(sockets->items[j].name, c->sockets.items[i]) == 0)
				r = add(h, names, &sockets->items[j]);
	for (size_t i = 0; r == 0 && i < stored->count; i++)
		r = add(h, names, &stored->items[i]);
	return r;
}

static int
tell(struct handover *h, const struct names *names, struct environment *e)
{
	char count[24];
	int r;

	(void)snprintf(count, sizeof(count), "%zu", h->count);
	(void)snprintf(h->listen_pid, sizeof(h->listen_pid), "LISTEN_PID=0");
	r = environment_set(e, "LISTEN_FDS", count);
	if (r == 0)
		r = environment_set(e, "LISTEN_FDNAMES", names->text);
	if (r == 0)
		r = environment_add(e, h->listen_pid);
	return r;
}

int
handover_listen(struct handover *h, const struct service_config *c,
    const struct fdstore *sockets, const struct fdstore *stored, struct environment *e)
{
	struct names names = {0};
	int r;

	h->count = 0;
	r = add_all(h, &names, c, sockets, stored);
	if (r == 0 && h->count > 0)
		r = tell(h, &names, e);
	free(names.text);
	return r;
}
