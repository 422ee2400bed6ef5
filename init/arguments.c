/* A command line, as its verb in the table of verbs.h wants it. */

#include <getopt.h>
#include <string.h>
#include <sysexits.h>

#include "init/verbs.h"

enum {
	/* What getopt(3) gives for an option: more than any letter. */
	FOUND_FIRST = 256,
	LETTERS_SIZE = 2 * OPTION_COUNT + 3,
};

/* What getopt_long(3) wants to know of a verb. */
struct grammar {
	char letters[LETTERS_SIZE];
	struct option names[OPTION_COUNT + 1];
};

static void
add_option(struct grammar *g, size_t *letters, size_t *names, enum option_id id)
{
	const struct option_row *row = verbs_option(id);

	g->names[(*names)++] = (struct option){
	    .name = row->name,
	    .has_arg = row->argument ? required_argument : no_argument,
	    .val = FOUND_FIRST + (int)id,
	};
	if (row->letter)
		g->letters[(*letters)++] = row->letter;
	if (row->letter && row->argument)
		g->letters[(*letters)++] = ':';
}

static void
make_grammar(const struct verb *v, struct grammar *g)
{
	size_t letters = 0;
	size_t names = 0;

	memset(g, 0, sizeof(*g));
	if (v->strict)
		g->letters[letters++] = '+';
	g->letters[letters++] = ':';
	for (unsigned id = 0; id < OPTION_COUNT; id++) {
		if (verb_has(v, id))
			add_option(g, &letters, &names, id);
	}
}

static enum option_id
option_of(const struct verb *v, int found)
{
	if (found >= FOUND_FIRST)
		return (enum option_id)(found - FOUND_FIRST);
	for (unsigned id = 0; id < OPTION_COUNT; id++) {
		if (verb_has(v, id) && verbs_option(id)->letter == found)
			return id;
	}
	return OPTION_COUNT;
}

/* An option that is none: a letter of several, or a word. */
static int
unknown_option(const struct verb *v, char **argv)
{
	char letter[] = {'-', (char)optopt, '\0'};
	bool is_letter = optopt != 0 && optopt < FOUND_FIRST;

	return verb_misused(v, "unknown option", is_letter ? letter : argv[optind - 1]);
}

/* Returns EX_OK, or EX_USAGE and has said why. */
static int
take_options(struct given *g, int argc, char **argv)
{
	struct grammar grammar;
	int found;

	make_grammar(g->verb, &grammar);
	while ((found = getopt_long(argc, argv, grammar.letters, grammar.names, NULL)) !=
	    -1) {
		enum option_id id;

		if (found == ':')
			return verb_misused(
			    g->verb, "missing argument of", argv[optind - 1]);
		id = found == '?' ? OPTION_COUNT : option_of(g->verb, found);
		if (id == OPTION_COUNT)
			return unknown_option(g->verb, argv);
		g->values[id] = optarg ? optarg : "";
	}
	return EX_OK;
}

static int
take_operands(struct given *g, int argc, char **argv)
{
	const struct verb *v = g->verb;

	g->operands = argv + optind;
	g->count = (size_t)(argc - optind);
	if (g->count > v->most)
		return verb_misused(v, "unexpected argument", g->operands[v->most]);
	if (g->count >= v->least)
		return EX_OK;
	fprintf(
	    stderr, "proctor: %s: write proctor %s %s\n", v->name, v->name, v->operands);
	return EX_USAGE;
}

int
verb_run(const struct verb *v, int argc, char **argv)
{
	struct given g = {.verb = v};
	int r = take_options(&g, argc, argv);

	if (r != EX_OK)
		return r;
	if (g.values[OPTION_HELP]) {
		verb_print_usage(v, stdout);
		return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
	}
	r = take_operands(&g, argc, argv);
	return r == EX_OK ? v->run(&g) : r;
}
