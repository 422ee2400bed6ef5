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

#include "config/signals.h"
#include "init/crash.h"
#include "init/pid1.h"
#include "init/single.h"
#include "init/verbs.h"

#ifdef PROCTOR_STATIC
#define FLAVOUR "static"
#else
#define FLAVOUR "shared libraries"
#endif

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

/* Without a command, it is to run. */
static int
run_default(int argc, char **argv)
{
	return verb_run(verbs_find("run"), argc, argv);
}

int
main(int argc, char **argv)
{
	const char *first = argc > 1 ? argv[1] : "run";
	const struct verb *verb = verbs_find(first);

	if (strcmp(first, CRASH_OPTION) == 0)
		crash_stop_all(argv + 2);
	pid1_open_stdio();
	if (strcmp(first, "--version") == 0)
		return print("proctor " PROCTOR_VERSION " (" FLAVOUR ")\n");
	if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
		verbs_print_usage(stdout);
		return print("");
	}
	if (argc == 1 || strncmp(first, "-c", 2) == 0 ||
	    strncmp(first, "--config", strlen("--config")) == 0)
		return run_default(argc, argv);
	if (verb)
		return verb_run(verb, argc - 1, argv + 1);
	if (first[0] == '-')
		return command_single(argc, argv);
	return verbs_unknown(first);
}
