#include "init/commands.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "config/help.h"
#include "config/load.h"
#include "healthcheck/probe.h"
#include "init/check.h"
#include "init/health.h"
#include "init/pid1.h"
#include "init/probe.h"
#include "init/run.h"

const char *
command_config(const struct given *g)
{
	const char *variable = getenv("PROCTOR_CONFIG");

	if (g->values[OPTION_CONFIG])
		return g->values[OPTION_CONFIG];
	return variable && *variable ? variable : DEFAULT_CONFIG;
}

static int
load(const struct given *g, enum load_purpose purpose, struct config *ret_config)
{
	struct load_options options = {
	    .environment = environ, .purpose = purpose, .probe_lacks = probe_lacks};
	struct diags diags = {0};
	int r = config_load(command_config(g), &options, &diags, ret_config);

	diags_print(&diags, stderr);
	diags_clear(&diags);
	return r;
}

int
command_run(const struct given *g)
{
	struct config config;
	int status;

	pid1_hold_signals();
	if (load(g, LOAD_TO_RUN, &config) < 0) {
		fprintf(stderr, "proctor | exit %d: the configuration has errors\n",
		    EX_CONFIG);
		return EX_CONFIG;
	}
	status = run_supervise(&config, command_config(g));
	config_free(&config);
	return status;
}

int
command_check(const struct given *g)
{
	struct config config;
	int r;

	if (g->values[OPTION_EXPLAIN])
		return keys_explain(stdout, stderr, g->values[OPTION_EXPLAIN]) == 0
		    ? EX_OK
		    : EX_USAGE;
	if (load(g, LOAD_TO_CHECK, &config) < 0)
		return EX_CONFIG;
	r = check_print_plan(&config, stdout);
	config_free(&config);
	if (r < 0 || fflush(stdout) != 0)
		return EX_OSERR;
	return EX_OK;
}

int
command_health(const struct given *g)
{
	const char *page = "/readyz";

	if (g->values[OPTION_LIVE])
		page = "/livez";
	else if (g->values[OPTION_STARTUP] && !g->values[OPTION_READY])
		page = "/startupz";
	return health_ask(page, command_config(g), g->values[OPTION_QUIET] != NULL);
}

int
command_probe(const struct given *g)
{
	return probe_command(g->operands[0], g->values[OPTION_TIMEOUT]);
}
