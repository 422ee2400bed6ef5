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
#include "init/oom.h"
#include "init/pid1.h"
#include "init/runtime.h"
#include "init/single.h"
#include "init/verdict.h"
#include "supervisor/loop.h"

#define DEFAULT_CONFIG "/etc/proctor.ini"

static const char usage_text[] =
    "usage: proctor [run] [-c FILE]\n"
    "       proctor [-g] [-e STATUS] [-p SIGNAL] [-r FROM:TO] -- COMMAND [ARGUMENT...]\n"
    "       proctor check [-c FILE] [--explain KEY]\n"
    "       proctor --help | --version\n"
    "\n"
    "  run    start what the configuration declares, and see to it (proctor.ini(5))\n"
    "  check  say what is wrong with the configuration, or what its plan is\n"
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
supervise_guarded(struct loop *loop, const struct config *config)
{
	struct supervisor *supervisor = loop_supervisor(loop);
	char folder[PATH_MAX];
	char line[PATH_MAX + 128];
	int r = runtime_open(config, folder, sizeof(folder));
	int status;

	if (r < 0) {
		(void)snprintf(line, sizeof(line),
		    "no runtime directory, so no sockets: %s: %s", folder, strerror(-r));
		output_say(&supervisor->output, line);
	}
	loop_run(loop);
	status = verdict_tell(supervisor);
	if (r == 0)
		runtime_close(folder);
	return status;
}

/*
 * The line of no return: the configuration is good, and from here on proctor may
 * not die.  What fails after it is an event, with a retry.
 */
static int
supervise(const struct config *config)
{
	struct pid1 self;
	sigset_t handled;
	struct oom oom;
	struct supervisor_duties duties = {
	    .child_mask = &self.mask,
	    .child_nofile = &self.nofile,
	    .environment = environ,
	    .context = &oom,
	    .was_oom_kill = oom_struck,
	    .look_for_oom_kill = oom_look,
	    .sweep = pid1_sweep,
	};
	struct loop *loop = NULL;
	int signal_fd;
	int status;

	pid1_prepare(&self, &handled);
	/* A service that was started with TERM blocked could not stop in order. */
	(void)sigemptyset(&self.mask);
	pid1_reset_dispositions();
	pid1_prepare_descriptors(&self);
	oom_init(&oom);
	duties.oom_fd = oom.watch_fd;
	duties.is_init = self.is_init;
	signal_fd = pid1_signal_fd(&handled);
	if (signal_fd >= 0)
		loop = loop_new(config, &duties, signal_fd);
	if (!loop) {
		fprintf(stderr, "proctor | exit %d: the system refused: %s\n", EX_OSERR,
		    strerror(errno));
		return EX_OSERR;
	}
	crash_guard(config->grace);
	status = supervise_guarded(loop, config);
	loop_free(loop);
	oom_clear(&oom);
	return status;
}

static int
load(const char *path, enum load_purpose purpose, struct config *ret_config)
{
	struct load_options options = {.environment = environ, .purpose = purpose};
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
	status = supervise(&config);
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
	if (strncmp(first, "-c", 2) == 0)
		return command_run(argc, argv);
	if (first[0] == '-')
		return command_single(argc, argv);
	return unknown_command(first);
}
