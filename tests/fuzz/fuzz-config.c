/*
 * The whole loader on whatever is in a file: it ends, says something when it
 * refuses, and gives what other rooms rely on when it does not.
 *
 * Built with clang's libFuzzer and sanitizers; config/arena.c gives way to
 * tests/fuzz/arena-exact.c, which shows a read behind the end of a text.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool fine)
{
	if (!fine)
		abort();
}

static void
check_words(const struct words *words)
{
	require(words->items != NULL);
	for (size_t i = 0; i < words->count; i++)
		require(words->items[i] != NULL);
	require(words->items[words->count] == NULL);
}

static void
check_service(const struct config *config, const struct service_config *s)
{
	require(strlen(s->name) > 0);
	require(s->line > 0);
	require(s->command.count > 0 && strlen(s->command.items[0]) > 0);
	check_words(&s->command);
	check_words(&s->groups);
	check_words(&s->env_files);
	check_words(&s->unset);
	check_words(&s->after);
	check_words(&s->requires);
	check_words(&s->pre_stop);
	check_words(&s->clean);
	require(s->enabled);
	require(s->restart_delay <= s->restart_delay_max);
	require(s->stop_signal > 0 && s->stop_signal <= 64);
	for (size_t i = 0; i < s->dependencies.count; i++)
		require(s->dependencies.items[i].service < config->count);
	for (size_t i = 0; i < s->env.count; i++)
		require(strlen(s->env.items[i].name) > 0);
}

/* Those of one service lie together, and each has something to ask. */
static void
check_checks(const struct config *config)
{
	size_t next = 0;

	for (size_t i = 0; i < config->count; i++) {
		require(config->services[i].first_check == next);
		for (size_t j = 0; j < config->services[i].check_count; j++, next++)
			require(config->checks[next].service == i);
	}
	require(next == config->check_count);
	for (size_t i = 0; i < config->check_count; i++) {
		const struct check_config *c = &config->checks[i];

		require(strlen(c->name) > 0 && c->line > 0 && c->enabled);
		require(c->probe.text != NULL);
		require(c->interval > 0 && c->timeout > 0);
		require(c->failures > 0 && c->successes > 0);
		require(c->http.statuses.count > 0);
		require(config->services[c->service].kind != KIND_TASK);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char set[] = "SET=a 'b' ${SET} %i";
	char empty[] = "EMPTY=";
	char grace[] = "PROCTOR_GRACE=20s";
	char *environment[] = {set, empty, grace, NULL};
	const struct load_world world = {.uid = size % 2 == 0 ? 0 : 1000,
	    .gid = 1000,
	    .cpus = 3,
	    .passwd = "/etc/passwd",
	    .group = "/etc/group"};
	const struct load_options options = {
	    .environment = environment, .purpose = LOAD_TO_RUN, .world = &world};
	struct diags diags = {0};
	struct config config;
	int result;

	result = config_load_text(
	    "fuzz.ini", (const char *)data, size, &options, &diags, &config);
	require((result == 0) == (diags.errors == 0));
	if (result == 0) {
		require(config.count > 0);
		for (size_t i = 0; i < config.count; i++)
			check_service(&config, &config.services[i]);
		check_checks(&config);
		config_free(&config);
	}
	diags_clear(&diags);
	return 0;
}
