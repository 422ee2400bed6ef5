#include "config/config.h"

#include <string.h>

size_t
config_find(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->count; i++)
		if (strcmp(config->services[i].name, name) == 0)
			return i;
	return SERVICE_NONE;
}

size_t
config_find_again(const struct config *config, const char *name, size_t last)
{
	if (last < config->count && strcmp(config->services[last].name, name) == 0)
		return last;
	return config_find(config, name);
}

bool
words_are_same(const struct words *a, const struct words *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}
