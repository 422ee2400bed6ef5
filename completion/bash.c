#include "completion/completion.h"
#include "init/verbs.h"

/* What to do with a word of that kind; see the functions in tail. */
static const char *
action(enum takes takes)
{
	switch (takes) {
	case TAKES_FILE:
		return "file";
	case TAKES_KEY:
		return "key";
	case TAKES_SERVICE:
		return "service";
	case TAKES_SIGNAL:
		return "signal";
	case TAKES_COMMAND:
		return "command";
	case TAKES_NOTHING:
	case TAKES_OTHER:
		break;
	}
	return "nothing";
}

static void
print_verbs(FILE *out)
{
	fputs("_proctor_verbs='", out);
	for (size_t i = 0; verbs_at(i); i++)
		fprintf(out, "%s ", verbs_at(i)->name);
	fputs("--help --version -c --'\n", out);
}

static void
print_options(const struct verb *v, FILE *out)
{
	for (unsigned id = 0; id < OPTION_COUNT; id++) {
		const struct option_row *o = verbs_option(id);

		if (!verb_has(v, id))
			continue;
		if (o->letter)
			fprintf(out, "-%c ", o->letter);
		fprintf(out, "--%s ", o->name);
	}
}

/* What there is for each verb: its options, and the kinds of its operands. */
static void
print_cases(FILE *out)
{
	for (size_t i = 0; verbs_at(i); i++) {
		const struct verb *v = verbs_at(i);

		fprintf(out, "\t%s) options='", v->name);
		print_options(v, out);
		fprintf(out, "' first=%s others=%s ;;\n", action(v->first),
		    action(v->others));
	}
}

/* The options that take an argument mean the same wherever they stand. */
static void
print_arguments(FILE *out)
{
	for (unsigned id = 0; id < OPTION_COUNT; id++) {
		const struct option_row *o = verbs_option(id);

		if (!o->argument)
			continue;
		fputc('\t', out);
		if (o->letter)
			fprintf(out, "-%c | ", o->letter);
		fprintf(out, "--%s) echo %s ;;\n", o->name, action(o->takes));
	}
}

static const char words[] =
    "# What stands at the word that is to be completed: an option's argument, or the\n"
    "# first operand or one of the others.\n"
    "_proctor_kind()\n"
    "{\n"
    "\tlocal i count=0 argument\n"
    "\n"
    "\targument=$(_proctor_argument \"${COMP_WORDS[COMP_CWORD - 1]}\")\n"
    "\tif [ -n \"$argument\" ]; then\n"
    "\t\techo \"$argument\"\n"
    "\t\treturn\n"
    "\tfi\n"
    "\tfor ((i = 2; i < COMP_CWORD; i++)); do\n"
    "\t\t[ -z \"$(_proctor_argument \"${COMP_WORDS[i - 1]}\")\" ] || continue\n"
    "\t\t[[ ${COMP_WORDS[i]} = -* ]] || count=$((count + 1))\n"
    "\tdone\n"
    "\tif [ $count = 0 ]; then\n"
    "\t\techo \"$first\"\n"
    "\telse\n"
    "\t\techo \"$others\"\n"
    "\tfi\n"
    "}\n"
    "\n";

static const char tail[] =
    "\tkind=$(_proctor_kind)\n"
    "\tif [[ $cur = -* && $kind != command ]]; then\n"
    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
    "\t\treturn\n"
    "\tfi\n"
    "\tcase $kind in\n"
    "\tfile) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
    "\t\tcompopt -o filenames 2>/dev/null ;;\n"
    "\tkey) mapfile -t COMPREPLY < <(compgen -W \"$_proctor_keys\" -- \"$cur\") ;;\n"
    "\tsignal) mapfile -t COMPREPLY < <(compgen -W \"$_proctor_signals\" -- \"$cur\") "
    ";;\n"
    "\tservice) mapfile -t COMPREPLY < <(\n"
    "\t\tcompgen -W \"$(proctor status --names 2>/dev/null)\" -- \"$cur\") ;;\n"
    "\tcommand) mapfile -t COMPREPLY < <(compgen -c -- \"$cur\"; compgen -f -- \"$cur\") "
    ";;\n"
    "\tesac\n"
    "}\n"
    "# web@2 is one word.\n"
    "COMP_WORDBREAKS=${COMP_WORDBREAKS//@/}\n"
    "complete -F _proctor proctor\n";

void
complete_bash(FILE *out)
{
	fputs("# Completion of proctor(8) for bash, made from the tables of its own.\n"
	      "# shellcheck shell=bash disable=SC2034\n\n",
	    out);
	print_verbs(out);
	fputs("_proctor_keys='", out);
	print_keys(out);
	fputs("'\n_proctor_signals='", out);
	print_signals(out);
	fputs("'\n\n_proctor_argument()\n{\n\tcase $1 in\n", out);
	print_arguments(out);
	fputs("\tesac\n}\n\n", out);
	fputs(words, out);
	fputs("_proctor()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} kind\n"
	      "\tlocal options='-c --config' first=nothing others=nothing\n\n"
	      "\tCOMPREPLY=()\n"
	      "\tif [ \"$COMP_CWORD\" = 1 ]; then\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$_proctor_verbs\" -- \"$cur\")\n"
	      "\t\treturn\n\tfi\n"
	      "\tcase ${COMP_WORDS[1]} in\n",
	    out);
	print_cases(out);
	fputs("\tesac\n", out);
	fputs(tail, out);
}
