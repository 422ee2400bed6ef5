#include "init/verbs.h"

#include <string.h>
#include <sysexits.h>

#include "config/nearest.h"
#include "init/commands.h"
#include "init/enter.h"
#include "init/follow.h"
#include "init/steer.h"
#include "init/watch.h"

/* -- the tables ---------------------------------------------------------------- */

static const struct option_row options[OPTION_COUNT] = {
    [OPTION_CONFIG] = {"config", 'c', "FILE", TAKES_FILE, "the configuration"},
    [OPTION_EXPLAIN] = {"explain", 0, "KEY", TAKES_KEY,
	"what the manual says of one key"},
    [OPTION_LIVE] = {"live", 0, NULL, TAKES_NOTHING, "ask whether it is live"},
    [OPTION_READY] = {"ready", 0, NULL, TAKES_NOTHING, "ready, which is the default"},
    [OPTION_STARTUP] = {"startup", 0, NULL, TAKES_NOTHING, "ask whether it has started"},
    [OPTION_STARTED] = {"started", 0, NULL, TAKES_NOTHING, "until its program runs"},
    [OPTION_DONE] = {"done", 0, NULL, TAKES_NOTHING, "until it has ended with success"},
    [OPTION_STOPPED] = {"stopped", 0, NULL, TAKES_NOTHING, "until it does not run"},
    [OPTION_QUIET] = {"quiet", 'q', NULL, TAKES_NOTHING, "print nothing"},
    [OPTION_JSON] = {"json", 0, NULL, TAKES_NOTHING, "as JSON"},
    [OPTION_NAMES] = {"names", 0, NULL, TAKES_NOTHING, "the names alone"},
    [OPTION_WATCH] = {"watch", 'w', NULL, TAKES_NOTHING, "draw it anew every second"},
    [OPTION_NO_WAIT] = {"no-wait", 0, NULL, TAKES_NOTHING, "do not wait for the outcome"},
    [OPTION_TIMEOUT] = {"timeout", 't', "TIME", TAKES_OTHER, "wait no longer than this"},
    [OPTION_FOLLOW] = {"follow", 'f', NULL, TAKES_NOTHING, "go on with what comes"},
    [OPTION_LINES] = {"lines", 'n', "COUNT", TAKES_OTHER, "only the last so many"},
    [OPTION_DRY_RUN] = {"dry-run", 0, NULL, TAKES_NOTHING, "only say what would change"},
    [OPTION_HELP] = {"help", 'h', NULL, TAKES_NOTHING, "what you read"},
};

#define HAS(option) (1U << OPTION_##option)
#define WAITING (HAS(CONFIG) | HAS(NO_WAIT) | HAS(TIMEOUT))
#define SERVICES "NAME...", TAKES_SERVICE, TAKES_SERVICE, 1, OPERANDS_ANY, false
#define ANY_SERVICES "[NAME...]", TAKES_SERVICE, TAKES_SERVICE, 0, OPERANDS_ANY, false
#define ASKED "\nWith 2 if proctor could not be asked"
#define NAMED ASKED ", 69 if there is no such service."
#define NO_OPERANDS "", TAKES_NOTHING, TAKES_NOTHING, 0, 0, false

static const struct verb verbs[] = {
    {"run", NO_OPERANDS, HAS(CONFIG), "start what the configuration declares",
	"Starts what the configuration declares, and sees to it; see proctor.ini(5).\n"
	"The exit status is that of the service that ended the container.",
	command_run},
    {"check", NO_OPERANDS, HAS(CONFIG) | HAS(EXPLAIN),
	"say what is wrong with the configuration, or its plan",
	"Says all that is wrong with the configuration, or what its plan is; starts "
	"nothing.\n"
	"Exits with 0, or 78 if something is wrong.",
	command_check},
    {"status", ANY_SERVICES, HAS(CONFIG) | HAS(JSON) | HAS(NAMES) | HAS(WATCH),
	"what the services are doing",
	"Shows what all services are doing, or those that are named.\n"
	"Exits with 0 if all of them are ready or done, 3 if one is not." NAMED,
	watch_command},
    {"start", SERVICES, WAITING, "start services, and wait until they are ready",
	"Starts services, and waits until they are ready, and tasks until they are "
	"done.\n"
	"Exits with 0 if it is so, 1 if not." NAMED,
	steer_services},
    {"stop", SERVICES, WAITING, "stop services; the container stays up",
	"Stops services in good order. They stay down until they are started again; the\n"
	"container stays up. Exits with 0 when they are down, 1 if not." NAMED,
	steer_services},
    {"restart", SERVICES, WAITING, "stop services, and start them again",
	"Stops services, starts them again, and waits until they are ready. It does not\n"
	"count against restart_limit. Exits with 0 if they are ready, 1 if not." NAMED,
	steer_services},
    {"reload", SERVICES, WAITING, "have services read their own configuration again",
	"Runs reload_check, then does what reload_signal or reload_command says, "
	"without\n"
	"a restart. Exits with 0 if it went well, 1 if not: then the service runs "
	"on." NAMED,
	steer_services},
    {"signal", "NAME SIGNAL", TAKES_SERVICE, TAKES_SIGNAL, 2, 2, false, HAS(CONFIG),
	"send a signal to the main process of a service",
	"Sends a signal, by name or number, to the main process of a service.\n"
	"Exits with 0 if it was sent, 1 if not." NAMED,
	steer_signal},
    {"wait", SERVICES,
	HAS(CONFIG) | HAS(READY) | HAS(STARTED) | HAS(DONE) | HAS(STOPPED) | HAS(TIMEOUT),
	"wait until services are ready, or done",
	"Waits until services are ready and tasks are done, or what an option says.\n"
	"Exits with 0 as soon as it is so, 1 if it cannot become so any more or not in "
	"time." NAMED,
	steer_wait},
    {"logs", ANY_SERVICES, HAS(CONFIG) | HAS(FOLLOW) | HAS(LINES) | HAS(JSON),
	"the last output of services",
	"Prints the last output of all services, or of those that are named, from "
	"memory:\n"
	"standard output to standard output, standard error to standard error." NAMED,
	follow_logs},
    {"events", NO_OPERANDS, HAS(CONFIG) | HAS(FOLLOW) | HAS(LINES) | HAS(JSON),
	"what has happened, and why",
	"Prints what has happened to the services, and why, from memory." ASKED ".",
	follow_events},
    {"exec", "NAME [--] COMMAND [ARGUMENT...]", TAKES_SERVICE, TAKES_COMMAND, 2,
	OPERANDS_ANY, true, HAS(CONFIG),
	"run a command with the user, directory and environment of a service",
	"Runs a command with the user, groups, directory, umask and environment that "
	"the\n"
	"configuration gives a service. The exit status is that of the command; 126 or "
	"127\n"
	"if it could not be executed or was not found, 78 if the configuration is wrong.",
	enter_command},
    {"update", NO_OPERANDS, WAITING | HAS(DRY_RUN),
	"read the configuration again, and change what has changed",
	"Has proctor read its configuration again, says what is different and changes\n"
	"that alone. With an error nothing changes. Exits with 0, or 1 after the "
	"errors." ASKED ".",
	steer_update},
    {"shutdown", "[STATUS]", TAKES_OTHER, TAKES_NOTHING, 0, 1, false, HAS(CONFIG),
	"stop the container in good order",
	"Stops everything in good order; the container exits with STATUS, else as on\n"
	"SIGTERM. Exits with 0 as soon as the stop has begun: it ends this command as "
	"well." ASKED ".",
	steer_shutdown},
    {"health", NO_OPERANDS,
	HAS(CONFIG) | HAS(LIVE) | HAS(READY) | HAS(STARTUP) | HAS(QUIET),
	"whether all is well: ready, unless told otherwise",
	"Asks whether proctor is ready, live or started. Exits with 0 if so, or with 1\n"
	"after one line that names what is wrong.",
	command_health},
    {"probe", "URL", TAKES_OTHER, TAKES_NOTHING, 1, 1, false, HAS(TIMEOUT),
	"ask once whether something works",
	"Makes one probe: http://HOST:PORT/PATH, https://..., tcp://HOST:PORT,\n"
	"unix:///PATH, grpc://HOST:PORT/SERVICE, file:///PATH?max_age=TIME or\n"
	"'exec: COMMAND'. Exits with 0 if it is good, 1 if not.",
	command_probe},
};

enum { VERB_COUNT = sizeof(verbs) / sizeof(verbs[0]) };

const struct verb *
verbs_at(size_t index)
{
	return index < VERB_COUNT ? &verbs[index] : NULL;
}

const struct verb *
verbs_find(const char *name)
{
	for (size_t i = 0; i < VERB_COUNT; i++) {
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	}
	return NULL;
}

const struct option_row *
verbs_option(enum option_id id)
{
	return &options[id];
}

bool
verb_has(const struct verb *v, enum option_id id)
{
	return id == OPTION_HELP || (v->options >> id & 1) != 0;
}

/* -- help ------------------------------------------------------------------------ */

enum { SUMMARY_COLUMN = 10, TEXT_COLUMN = 22 };

void
verbs_print_usage(FILE *out)
{
	fputs("usage: proctor [run] [-c FILE]\n"
	      "       proctor COMMAND [OPTION...] [NAME...]\n"
	      "       proctor [-g] [-e STATUS] [-p SIGNAL] [-r FROM:TO] -- COMMAND "
	      "[ARGUMENT...]\n"
	      "       proctor --help | --version\n\n",
	    out);
	for (size_t i = 0; i < VERB_COUNT; i++)
		fprintf(
		    out, "  %-*s%s\n", SUMMARY_COLUMN, verbs[i].name, verbs[i].summary);
	fputs("  --        run one command as PID 1 should: reap, pass signals on, give "
	      "its "
	      "status\n"
	      "              -g  pass signals on to its whole process group\n"
	      "              -e  count this exit status of it as 0\n"
	      "              -p  get this signal when the parent of proctor dies\n"
	      "              -r  pass this signal on as another one; 0 drops it\n"
	      "\n"
	      "proctor COMMAND --help says more. The configuration is FILE, else\n"
	      "$PROCTOR_CONFIG, else " DEFAULT_CONFIG ".\n",
	    out);
}

static void
print_option(const struct option_row *o, FILE *out)
{
	char names[64];

	(void)snprintf(names, sizeof(names), "%c%c%s --%s%s%s", o->letter ? '-' : ' ',
	    o->letter ? o->letter : ' ', o->letter ? "," : " ", o->name,
	    o->argument ? " " : "", o->argument ? o->argument : "");
	fprintf(out, "  %-*s%s\n", TEXT_COLUMN, names, o->text);
}

void
verb_print_usage(const struct verb *v, FILE *out)
{
	fprintf(out, "usage: proctor %s [OPTION...]%s%s\n\n%s\n\n", v->name,
	    *v->operands ? " " : "", v->operands, v->text);
	for (unsigned id = 0; id < OPTION_COUNT; id++) {
		if (verb_has(v, id))
			print_option(&options[id], out);
	}
}

/* -- mistakes ---------------------------------------------------------------------- */

int
verb_misused(const struct verb *v, const char *what, const char *text)
{
	fprintf(stderr, "proctor: %s: %s '%s'; see proctor %s --help\n", v->name, what,
	    text, v->name);
	return EX_USAGE;
}

int
verbs_unknown(const char *name)
{
	struct nearest nearest = nearest_to(name);

	for (size_t i = 0; i < VERB_COUNT; i++)
		nearest_offer(&nearest, verbs[i].name);
	if (nearest.best)
		fprintf(stderr, "proctor: unknown command '%s'; did you mean '%s'?\n",
		    name, nearest.best);
	else
		fprintf(stderr,
		    "proctor: unknown command '%s'; to run a program: proctor -- %s\n",
		    name, name);
	return EX_USAGE;
}
