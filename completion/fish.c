#include "completion/completion.h"
#include "init/verbs.h"

/* What fish puts in for -a; NULL: its own files. */
static const char *
words_for(enum takes takes)
{
	switch (takes) {
	case TAKES_KEY:
		return "$__proctor_keys";
	case TAKES_SERVICE:
		return "(proctor status --names 2>/dev/null)";
	case TAKES_SIGNAL:
		return "$__proctor_signals";
	case TAKES_COMMAND:
		return "(__fish_complete_subcommand --fcs-skip=3)";
	case TAKES_FILE:
		return NULL;
	case TAKES_NOTHING:
	case TAKES_OTHER:
		break;
	}
	return "";
}

static void
print_option(const struct verb *v, const struct option_row *o, FILE *out)
{
	const char *words = words_for(o->takes);

	fprintf(out, "complete -c proctor -n '__proctor_is %s' -l %s", v->name, o->name);
	if (o->letter)
		fprintf(out, " -s %c", o->letter);
	if (o->argument && !words)
		fputs(" -r -F", out);
	else if (o->argument)
		fprintf(out, " -x -a \"%s\"", words);
	fputs(" -d '", out);
	print_escaped(out, o->text, "'\\");
	fputs("'\n", out);
}

static void
print_operands(const struct verb *v, enum takes takes, const char *which, FILE *out)
{
	const char *words = words_for(takes);

	if (words && *words)
		fprintf(out, "complete -c proctor -n '__proctor_is %s %s' -a \"%s\"\n",
		    v->name, which, words);
}

static void
print_verb(const struct verb *v, FILE *out)
{
	fprintf(out, "complete -c proctor -n '__proctor_is -' -a %s -d '", v->name);
	print_escaped(out, v->summary, "'\\");
	fputs("'\n", out);
	for (unsigned id = 0; id < OPTION_COUNT; id++) {
		if (verb_has(v, id))
			print_option(v, verbs_option(id), out);
	}
	print_operands(v, v->first, "first", out);
	print_operands(v, v->others, "others", out);
}

void
complete_fish(FILE *out)
{
	fputs("# Completion of proctor(8) for fish, made from the tables of its own.\n\n"
	      "set -g __proctor_keys ",
	    out);
	print_keys(out);
	fputs("\nset -g __proctor_signals ", out);
	print_signals(out);
	fputs(
	    "\n\n# __proctor_is VERB [first|others]: this verb is there, with no operand "
	    "yet or some;\n# __proctor_is -: none is.\n"
	    "function __proctor_is\n"
	    "    set -l words (commandline -opc)\n"
	    "    set -e words[1]\n"
	    "    set -l operands (string match -v -- '-*' $words)\n"
	    "    if test $argv[1] = -\n"
	    "        test (count $words) = 0; or test \"$words\" = -c\n"
	    "        return\n"
	    "    end\n"
	    "    test \"$words[1]\" = $argv[1]; or return\n"
	    "    switch \"$argv[2]\"\n"
	    "        case first\n"
	    "            test (count $operands) = 1\n"
	    "        case others\n"
	    "            test (count $operands) -ge 2\n"
	    "    end\n"
	    "end\n\n"
	    "complete -c proctor -f\n"
	    "complete -c proctor -n '__proctor_is -' -l help -l version\n"
	    "complete -c proctor -n '__proctor_is -' -s c -r -F\n",
	    out);
	for (size_t i = 0; verbs_at(i); i++)
		print_verb(verbs_at(i), out);
}
