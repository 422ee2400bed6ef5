#include "init/enter.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "config/load.h"
#include "config/nearest.h"
#include "init/ask.h"
#include "init/commands.h"
#include "supervisor/environment.h"
#include "supervisor/sentence.h"
#include "supervisor/spawn.h"

static int
load(const struct given *g, struct config *ret_config)
{
	struct load_options options = {.environment = environ, .purpose = LOAD_TO_CHECK};
	struct diags diags = {0};
	int r = config_load(command_config(g), &options, &diags, ret_config);

	if (r < 0)
		diags_print(&diags, stderr);
	diags_clear(&diags);
	return r;
}

static const struct service_config *
find(const struct config *config, const char *name)
{
	struct arena arena = {0};
	struct nearest nearest = nearest_to(name);
	size_t service = config_find(config, name);

	if (service != SERVICE_NONE)
		return &config->services[service];
	for (size_t i = 0; i < config->count; i++)
		nearest_offer(&nearest, config->services[i].name);
	fprintf(stderr, "proctor: there is no service '%s'%s\n", name,
	    nearest_hint(&nearest, &arena));
	arena_clear(&arena);
	return NULL;
}

/* In the words for a service, with this command as its own. */
static int
say_failure(const struct config *config, const struct service_config *service,
    char **argv, const struct ending *failure)
{
	struct service_config own = *service;
	char words[SENTENCE_SIZE];

	own.command.items = argv;
	sentence_ending(words, sizeof(words), config, &own, failure, NULL);
	fprintf(stderr, "proctor: exec: %s\n", words);
	return ending_status(failure);
}

static int
become(const struct config *config, const struct service_config *service, char **argv)
{
	struct spawn spawn = {
	    .argv = argv,
	    .identity = &service->identity,
	    .config = service,
	};
	struct environment environment = {0};
	struct ending failure;
	int r = environment_build(&environment, service, environ);

	if (r < 0) {
		fprintf(stderr, "proctor: exec: %s: %s\n",
		    environment.trouble ? environment.trouble : "environment",
		    strerror(-r));
		environment_clear(&environment);
		failure = spawn_failure(STEP_ENVIRONMENT, -r);
		return ending_status(&failure);
	}
	spawn.envp = environment.variables;
	failure = spawn_become(&spawn);
	environment_clear(&environment);
	return say_failure(config, service, argv, &failure);
}

int
enter_command(const struct given *g)
{
	bool dashes = strcmp(g->operands[1], "--") == 0;
	const struct service_config *service;
	struct config config;
	int status = ASK_UNKNOWN;

	if (dashes && g->count == 2)
		return verb_misused(g->verb, "a command is missing after", "--");
	if (load(g, &config) < 0)
		return EX_CONFIG;
	service = find(&config, g->operands[0]);
	if (service)
		status = become(&config, service, g->operands + (dashes ? 2 : 1));
	config_free(&config);
	return status;
}
