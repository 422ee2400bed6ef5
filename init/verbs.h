#ifndef INIT_VERBS_H
#define INIT_VERBS_H

/*
 * The commands of proctor and their options, each once: what the command line
 * takes, what --help says and what a shell completes come from these tables.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What stands there, for the shells to complete. */
enum takes {
	TAKES_NOTHING,
	TAKES_FILE,
	TAKES_KEY, /* of the configuration */
	TAKES_SERVICE,
	TAKES_SIGNAL,
	TAKES_COMMAND, /* of another program, with all that follows */
	TAKES_OTHER, /* a time, a number, a URL */
};

enum option_id {
	OPTION_CONFIG,
	OPTION_EXPLAIN,
	OPTION_LIVE,
	OPTION_READY,
	OPTION_STARTUP,
	OPTION_STARTED,
	OPTION_DONE,
	OPTION_STOPPED,
	OPTION_QUIET,
	OPTION_JSON,
	OPTION_NAMES,
	OPTION_WATCH,
	OPTION_NO_WAIT,
	OPTION_TIMEOUT,
	OPTION_FOLLOW,
	OPTION_LINES,
	OPTION_DRY_RUN,
	OPTION_HELP,
	OPTION_COUNT,
};

struct option_row {
	const char *name; /* without the dashes */
	char letter; /* 0: none */
	const char *argument; /* as help calls it; NULL: it takes none */
	enum takes takes;
	const char *text;
};

struct given;

#define OPERANDS_ANY SIZE_MAX

struct verb {
	const char *name;
	const char *operands; /* as help calls them */
	enum takes first;
	enum takes others;
	size_t least;
	size_t most;
	bool strict; /* options only before the first operand */
	unsigned options; /* 1 << OPTION_..., but for OPTION_HELP: that all have */
	const char *summary; /* for the list of all */
	const char *text; /* the whole of it, with the exit statuses */
	int (*run)(const struct given *); /* its result is the exit status */
};

/* One command line that is as its verb wants it. */
struct given {
	const struct verb *verb;
	const char *values[OPTION_COUNT]; /* NULL: not given; "" without an argument */
	char **operands;
	size_t count;
};

const struct verb *verbs_at(size_t index); /* NULL: no more */
const struct verb *verbs_find(const char *name);
const struct option_row *verbs_option(enum option_id);
bool verb_has(const struct verb *, enum option_id);

/* proctor --help, and proctor VERB --help. */
void verbs_print_usage(FILE *);
void verb_print_usage(const struct verb *, FILE *);

/* A name that is none of them: says so, with the nearest.  Returns EX_USAGE. */
int verbs_unknown(const char *name);

/* argv[0]: the verb, or what stands for it.  Returns the exit status. */
int verb_run(const struct verb *, int argc, char **argv);

/* "proctor: VERB: WHAT 'TEXT'; see proctor VERB --help"; returns EX_USAGE. */
int verb_misused(const struct verb *, const char *what, const char *text);

#endif
