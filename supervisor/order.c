#include "supervisor/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void
index_dependents(struct order *o, const struct config *config)
{
	for (size_t i = 0; i < config->count; i++) {
		const struct dependencies *list = &config->services[i].dependencies;

		for (size_t j = 0; j < list->count; j++)
			o->first[list->items[j].service + 1]++;
	}
	for (size_t i = 0; i < config->count; i++)
		o->first[i + 1] += o->first[i];
}

/* first[] serves as the place of the next one, and is moved back after. */
static void
fill_dependents(struct order *o, const struct config *config)
{
	for (size_t i = 0; i < config->count; i++) {
		const struct dependencies *list = &config->services[i].dependencies;

		for (size_t j = 0; j < list->count; j++) {
			const struct dependency *d = &list->items[j];

			o->dependents[o->first[d->service]++] = (struct dependent){
			    .service = i,
			    .started = d->started,
			    .required = d->required,
			};
		}
	}
	memmove(o->first + 1, o->first, config->count * sizeof(*o->first));
	o->first[0] = 0;
}

/* Takes the services whose dependencies all have their level, in turn. */
static void
assign_levels(
    struct order *o, const struct config *config, size_t *queue, size_t *waiting)
{
	size_t head = 0;
	size_t tail = 0;

	for (size_t i = 0; i < config->count; i++) {
		waiting[i] = config->services[i].dependencies.count;
		if (waiting[i] == 0)
			queue[tail++] = i;
	}
	while (head < tail) {
		size_t i = queue[head++];

		if (o->levels[i] >= o->level_count)
			o->level_count = o->levels[i] + 1;
		for (size_t j = o->first[i]; j < o->first[i + 1]; j++) {
			size_t next = o->dependents[j].service;

			if (o->levels[next] <= o->levels[i])
				o->levels[next] = o->levels[i] + 1;
			if (--waiting[next] == 0)
				queue[tail++] = next;
		}
	}
}

static size_t
count_dependencies(const struct config *config)
{
	size_t count = 0;

	for (size_t i = 0; i < config->count; i++)
		count += config->services[i].dependencies.count;
	return count;
}

int
order_init(struct order *o, const struct config *config)
{
	size_t n = config->count;
	size_t *scratch = calloc(2 * n + 1, sizeof(*scratch));

	memset(o, 0, sizeof(*o));
	o->levels = calloc(n + 1, sizeof(*o->levels));
	o->first = calloc(n + 1, sizeof(*o->first));
	o->dependents = calloc(count_dependencies(config) + 1, sizeof(*o->dependents));
	if (!scratch || !o->levels || !o->first || !o->dependents) {
		free(scratch);
		order_clear(o);
		return -ENOMEM;
	}
	index_dependents(o, config);
	fill_dependents(o, config);
	assign_levels(o, config, scratch, scratch + n);
	free(scratch);
	return 0;
}

void
order_clear(struct order *o)
{
	free(o->levels);
	free(o->first);
	free(o->dependents);
	memset(o, 0, sizeof(*o));
}
