#include "completion/completion.h"
#include "init/verbs.h"

/* As _arguments wants it; that of a command is the rest of the line. */
static const char *
action(enum takes takes)
{
	switch (takes) {
	case TAKES_FILE:
		return "_files";
	case TAKES_KEY:
		return "_proctor_keys";
	case TAKES_SERVICE:
		return "_proctor_services";
	case TAKES_SIGNAL:
		return "_proctor_signals";
	case TAKES_COMMAND:
		return "_normal";
	case TAKES_NOTHING:
	case TAKES_OTHER:
		break;
	}
	return "";
}

static void
print_summaries(FILE *out)
{
	for (size_t i = 0; verbs_at(i); i++) {
		fprintf(out, "\t\t\t'%s:", verbs_at(i)->name);
		print_escaped(out, verbs_at(i)->summary, ":");
		fputs("'\n", out);
	}
}

static void
print_option(const struct option_row *o, FILE *out)
{
	fputs("\t\t\t", out);
	if (o->letter)
		fprintf(out, "'(-%c --%s)'{-%c,--%s}'[", o->letter, o->name, o->letter,
		    o->name);
	else
		fprintf(out, "'--%s[", o->name);
	print_escaped(out, o->text, "[]:");
	fputs("]", out);
	if (o->argument)
		fprintf(out, ":%s:%s", o->argument, action(o->takes));
	fputs("' \\\n", out);
}

static void
print_operands(const struct verb *v, FILE *out)
{
	if (v->first != TAKES_NOTHING)
		fprintf(out, "\t\t\t'1:operand:%s' \\\n", action(v->first));
	if (v->others == TAKES_COMMAND)
		fprintf(out, "\t\t\t'*::command:%s'\n", action(v->others));
	else if (v->others != TAKES_NOTHING)
		fprintf(out, "\t\t\t'*:operand:%s'\n", action(v->others));
	else
		fputs("\t\t\t\n", out);
}

static void
print_cases(FILE *out)
{
	for (size_t i = 0; verbs_at(i); i++) {
		fprintf(out, "\t%s)\n\t\t_arguments%s \\\n", verbs_at(i)->name,
		    verbs_at(i)->strict ? "" : " -S");
		for (unsigned id = 0; id < OPTION_COUNT; id++) {
			if (verb_has(verbs_at(i), id))
				print_option(verbs_option(id), out);
		}
		print_operands(verbs_at(i), out);
		fputs("\t\t;;\n", out);
	}
}

void
complete_zsh(FILE *out)
{
	fputs("#compdef proctor\n"
	      "# Completion of proctor(8) for zsh, made from the tables of its own.\n\n"
	      "_proctor_services()\n{\n"
	      "\tlocal -a names=(${(f)\"$(proctor status --names 2>/dev/null)\"})\n"
	      "\tcompadd -a names\n}\n\n"
	      "_proctor_keys()\n{\n\tcompadd ",
	    out);
	print_keys(out);
	fputs("\n}\n\n_proctor_signals()\n{\n\tcompadd ", out);
	print_signals(out);
	fputs("\n}\n\n_proctor()\n{\n"
	      "\tif (( CURRENT == 2 )); then\n"
	      "\t\tlocal -a commands=(\n",
	    out);
	print_summaries(out);
	fputs("\t\t)\n"
	      "\t\t_describe command commands\n"
	      "\t\tcompadd -- --help --version\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tlocal verb=$words[2]\n"
	      "\tshift words\n"
	      "\t(( CURRENT-- ))\n"
	      "\tcase $verb in\n",
	    out);
	print_cases(out);
	fputs("\tesac\n}\n\n_proctor \"$@\"\n", out);
}
