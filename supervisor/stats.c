#include "supervisor/stats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int
stats_init(struct stats *s, const struct config *config)
{
	memset(s, 0, sizeof(*s));
	s->services = calloc(config->count + 1, sizeof(*s->services));
	s->checks = calloc(config->check_count + 1, sizeof(*s->checks));
	if (s->services && s->checks)
		return 0;
	stats_clear(s, config);
	return -ENOMEM;
}

void
stats_begin_life(struct service_stats *s, usec_t now)
{
	s->starts++;
	s->started = now;
	free(s->status);
	s->status = NULL;
	s->error = s->exit_status = 0;
	s->reloading = false;
}

void
stats_clear(struct stats *s, const struct config *config)
{
	for (size_t i = 0; s->services && i < config->count; i++)
		free(s->services[i].status);
	for (size_t i = 0; s->checks && i < config->check_count; i++)
		free(s->checks[i].answer);
	free(s->services);
	free(s->checks);
	memset(s, 0, sizeof(*s));
}
