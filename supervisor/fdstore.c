#include "supervisor/fdstore.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
fdstore_add(struct fdstore *s, int fd, const char *name)
{
	char *copy = s->count < FDSTORE_MAX ? strdup(name) : NULL;
	struct stored *grown =
	    copy ? realloc(s->items, (s->count + 1) * sizeof(*grown)) : NULL;

	if (!grown) {
		free(copy);
		close(fd);
		return s->count < FDSTORE_MAX ? -ENOMEM : -ENOSPC;
	}
	s->items = grown;
	s->items[s->count++] = (struct stored){.fd = fd, .name = copy};
	return 0;
}

bool
fdstore_has(const struct fdstore *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->items[i].name, name) == 0)
			return true;
	return false;
}

static void
drop(struct stored *item)
{
	close(item->fd);
	free(item->name);
}

void
fdstore_remove(struct fdstore *s, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->items[i].name, name) == 0)
			drop(&s->items[i]);
		else
			s->items[kept++] = s->items[i];
	s->count = kept;
}

void
fdstore_clear(struct fdstore *s)
{
	for (size_t i = 0; i < s->count; i++)
		drop(&s->items[i]);
	free(s->items);
	memset(s, 0, sizeof(*s));
}
