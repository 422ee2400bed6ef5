/*
 * The command line, and the way into the two things proctor is: a supervisor
 * with a configuration (run), or the init of one command (--).
 */

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "config/help.h"
#include "config/load.h"
#include "config/nearest.h"
#include "config/signals.h"
#include "init/check.h"
#include "init/crash.h"
#include "init/health.h"
#include "init/pid1.h"
#include "init/probe.h"
#include "init/run.h"
#include "init/single.h"
#include "healthcheck/probe.h"

#define DEFAULT_CONFIG "/etc/proctor.ini"

static const char usage_text[] =
    "usage: proctor [run] [-c FILE]\n"
    "       proctor [-g] [-e STATUS] [-p SIGNAL] [-r FROM:TO] -- COMMAND [ARGUMENT...]\n"
    "       proctor check [-c FILE] [--explain KEY]\n"
    "       proctor health [--live|--ready|--startup] [--quiet] [-c FILE]\n"
    "       proctor probe URL [--timeout TIME]\n"
    "       proctor --help | --version\n"
    "\n"
    "  run    start what the configuration declares, and see to it (proctor.ini(5))\n"
    "  check  say what is wrong with the configuration, or what its plan is\n"
    "  health ask the proctor that runs here whether all is well: ready, unless\n"
    "         told otherwise; 0 yes, 1 no\n"
    "  probe  ask once whether something works: http://HOST:PORT/PATH, https://...,\n"
    "         tcp://HOST:PORT, unix:///PATH, grpc://HOST:PORT/SERVICE,\n"
    "         file:///PATH?max_age=TIME or 'exec: COMMAND'; 0 yes, 1 no\n"
    "  --     run one command as PID 1 should: reap, pass signals on, give its status\n"
    "           -g  pass signals on to its whole process group\n"
    "           -e  count this exit status of it as 0\n"
    "           -p  get this signal when the parent of proctor dies\n"
    "           -r  pass this signal on as another one; 0 drops it\n"
    "\n"
    "The configuration is FILE, else $PROCTOR_CONFIG, else " DEFAULT_CONFIG ".\n";

static int
usage_error(const char *format, const char *argument)
{
	fprintf(stderr, "proctor: ");
	fprintf(stderr, "%s '%s'; see proctor --help\n", format, argument);
	return EX_USAGE;
}

/* What getopt(3) found: ':' for a missing argument, else an unknown option. */
static int
bad_option(int found, char **argv)
{
	return usage_error(
	    found == ':' ? "missing argument of" : "unknown option", argv[optind - 1]);
}

static const char *
config_path(const char *option)
{
	const char *variable = getenv("PROCTOR_CONFIG");

	if (option)
		return option;
	return variable && *variable ? variable : DEFAULT_CONFIG;
}

/* -- run ------------------------------------------------------------------- */

static int
load(const char *path, enum load_purpose purpose, struct config *ret_config)
{
	struct load_options options = {
	    .environment = environ, .purpose = purpose, .probe_lacks = probe_lacks};
	struct diags diags = {0};
	int r = config_load(path, &options, &diags, ret_config);

	diags_print(&diags, stderr);
	diags_clear(&diags);
	return r;
}

static int
command_run(int argc, char **argv)
{
	struct config config;
	const char *file = NULL;
	int option;
	int status;

	pid1_hold_signals();
	while ((option = getopt(argc, argv, "+:c:")) != -1) {
		if (option != 'c')
			return bad_option(option, argv);
		file = optarg;
	}
	if (optind < argc)
		return usage_error("unexpected argument", argv[optind]);
	if (load(config_path(file), LOAD_TO_RUN, &config) < 0) {
		fprintf(stderr, "proctor | exit %d: the configuration has errors\n",
		    EX_CONFIG);
		return EX_CONFIG;
	}
	status = run_supervise(&config);
	config_free(&config);
	return status;
}

/* -- check --------------------------------------------------------------------- */

static int
explain(const char *key)
{
	return keys_explain(stdout, stderr, key) == 0 ? EX_OK : EX_USAGE;
}

static int
command_check(int argc, char **argv)
{
	static const struct option options[] = {
	    {"explain", required_argument, NULL, 'e'},
	    {0},
	};
	struct config config;
	const char *file = NULL;
	int option;
	int r;

	while ((option = getopt_long(argc, argv, "+:c:", options, NULL)) != -1) {
		if (option == 'e')
			return explain(optarg);
		if (option != 'c')
			return bad_option(option, argv);
		file = optarg;
	}
	if (optind < argc)
		return usage_error("unexpected argument", argv[optind]);
	if (load(config_path(file), LOAD_TO_CHECK, &config) < 0)
		return EX_CONFIG;
	r = check_print_plan(&config, stdout);
	config_free(&config);
	if (r < 0 || fflush(stdout) != 0)
		return EX_OSERR;
	return EX_OK;
}

/* -- health ---------------------------------------------------------------------- */

static int
command_health(int argc, char **argv)
{
	static const struct option options[] = {
	    {"live", no_argument, NULL, 'l'},
	    {"ready", no_argument, NULL, 'r'},
	    {"startup", no_argument, NULL, 's'},
	    {"quiet", no_argument, NULL, 'q'},
	    {0},
	};
	const char *page = "/readyz";
	const char *file = NULL;
	bool quiet = false;
	int option;

	while ((option = getopt_long(argc, argv, "+:c:q", options, NULL)) != -1) {
		if (option == 'l')
			page = "/livez";
		else if (option == 'r')
			page = "/readyz";
		else if (option == 's')
			page = "/startupz";
		else if (option == 'q')
			quiet = true;
		else if (option == 'c')
			file = optarg;
		else
			return bad_option(option, argv);
	}
	if (optind < argc)
		return usage_error("unexpected argument", argv[optind]);
	return health_ask(page, config_path(file), quiet);
}

/* -- one command ----------------------------------------------------------------- */

static bool
parse_status(const char *text, bool *forgiven)
{
	char *end;
	long status = strtol(text, &end, 10);

	if (end == text || *end != '\0' || status < 0 || status > 255)
		return false;
	forgiven[status] = true;
	return true;
}

static bool
parse_rewrite(char *text, int *rewrite)
{
	char *to = strchr(text, ':');
	int from_number;
	int to_number;

	if (!to)
		return false;
	*to++ = '\0';
	from_number = signal_number(text);
	to_number = strcmp(to, "0") == 0 ? 0 : signal_number(to);
	if (from_number <= 0 || from_number >= SINGLE_SIGNALS || to_number < 0 ||
	    !signal_can_arrive(from_number))
		return false;
	rewrite[from_number] = to_number;
	return true;
}

static bool
parse_single_option(struct single *single, int option, char *argument)
{
	switch (option) {
	case 'g':
		single->group = true;
		return true;
	case 'e':
		return parse_status(argument, single->forgiven);
	case 'p':
		single->death_signal = signal_number(argument);
		return single->death_signal > 0;
	case 'r':
		return parse_rewrite(argument, single->rewrite);
	default:
		return false;
	}
}

static int
command_single(int argc, char **argv)
{
	struct single single;
	int option;

	single_init(&single);
	while ((option = getopt(argc, argv, "+:ge:p:r:")) != -1) {
		if (option == '?' || option == ':')
			return bad_option(option, argv);
		if (!parse_single_option(&single, option, optarg))
			return usage_error(
			    "not a status, signal or pair of signals:", optarg);
	}
	if (optind >= argc || strcmp(argv[optind - 1], "--") != 0)
		return usage_error("missing -- COMMAND after", argv[argc - 1]);
	single.command = argv + optind;
	return single_run(&single);
}

/* -- which of them ----------------------------------------------------------------- */

static int
print(const char *text)
{
	return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? EX_OK : EX_IOERR;
}

static int
unknown_command(const char *name)
{
	struct nearest nearest = nearest_to(name);

	nearest_offer(&nearest, "run");
	nearest_offer(&nearest, "check");
	nearest_offer(&nearest, "health");
	nearest_offer(&nearest, "probe");
	if (nearest.best)
		fprintf(stderr, "proctor: unknown command '%s'; did you mean '%s'?\n",
		    name, nearest.best);
	else
		fprintf(stderr,
		    "proctor: unknown command '%s'; to run a program: proctor -- %s\n",
		    name, name);
	return EX_USAGE;
}

int
main(int argc, char **argv)
{
	const char *first = argc > 1 ? argv[1] : "run";

	if (strcmp(first, CRASH_OPTION) == 0)
		crash_stop_all(argv + 2);
	pid1_open_stdio();
	if (strcmp(first, "--version") == 0)
		return print("proctor " PROCTOR_VERSION "\n");
	if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0)
		return print(usage_text);
	if (strcmp(first, "run") == 0)
		return command_run(argc - (argc > 1), argv + (argc > 1));
	if (strcmp(first, "check") == 0)
		return command_check(argc - 1, argv + 1);
	if (strcmp(first, "health") == 0)
		return command_health(argc - 1, argv + 1);
	if (strcmp(first, "probe") == 0)
		return probe_command(argc - 1, argv + 1);
	if (strncmp(first, "-c", 2) == 0)
		return command_run(argc, argv);
	if (first[0] == '-')
		return command_single(argc, argv);
	return unknown_command(first);
}
