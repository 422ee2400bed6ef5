#include "config/help.h"

#include <errno.h>
#include <string.h>

#include "config/keys.h"

enum { LINE_LENGTH = 80, INDENT = 4 };

/* "TIME", or for a type that is one of some names: "never | always" */
static const char *
argument(struct arena *arena, const struct key *key)
{
	const struct type *type = type_get(key->type);
	const char *text = "";

	if (type->argument != NULL)
		return type->argument;
	for (const struct choice *one = type->choices; one->name != NULL; one++)
		text = arena_format(
		    arena, "%s%s%s", text, *text == '\0' ? "" : " | ", one->name);
	return text;
}

static const char *
full_name(struct arena *arena, const struct key *key)
{
	return arena_format(arena, "%s%s", key->name, key_is_family(key) ? "NAME" : "");
}

/* Indented, and broken between words. */
static void
print_folded(FILE *out, const char *text)
{
	int column = 0;

	while (*text != '\0') {
		int length = (int)strcspn(text, " ");

		if (column != 0 && column + 1 + length > LINE_LENGTH) {
			fputc('\n', out);
			column = 0;
		}
		column +=
		    fprintf(out, "%*s%.*s", column == 0 ? INDENT : 1, "", length, text);
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void
explain(FILE *out, struct arena *arena, const struct key *key)
{
	fprintf(out, "%s = %s\n\n", full_name(arena, key), argument(arena, key));
	print_folded(out, key->text);
	fputc('\n', out);
	if (key->fallback != NULL)
		fprintf(out, "    default: %s\n", key->fallback);
	fprintf(out, "    in:      %s\n", sections_text(arena, key->sections));
	fprintf(out, "    since:   %s\n", key->since);
}

/*
 * A name as in the file, or without what is free in it: env.PATH, env., env.
 * Two keys can have one name, in different sections.
 */
int
keys_explain(FILE *out, FILE *errors, const char *name)
{
	struct arena arena = {0};
	const char *family = arena_format(&arena, "%s.", name);
	const struct key *last = NULL;
	const char *suffix;

	for (unsigned section = 1; section <= SECTION_LAST; section <<= 1) {
		const struct key *key = key_find(section, name, &suffix);

		if (key == NULL)
			key = key_find(section, family, &suffix);
		if (key == NULL || key == last)
			continue;
		if (last != NULL)
			fputc('\n', out);
		explain(out, &arena, key);
		last = key;
	}
	if (last == NULL)
		fprintf(errors, "%s\n",
		    key_unknown(
			&arena, SECTION_ANY | SECTION_PROCTOR | SECTION_CHECK, name));
	arena_clear(&arena);
	return last == NULL ? -ENOENT : 0;
}

/* A new line for every sentence, as mdoc wants it; no word starts with a dot. */
static void
print_sentences(FILE *out, const char *text)
{
	int column = 0;
	bool sentence_ends = false;

	while (*text != '\0') {
		int length = (int)strcspn(text, " ");

		if (sentence_ends || column + 1 + length > LINE_LENGTH) {
			fputc('\n', out);
			column = 0;
		}
		column += fprintf(out, "%s%.*s", column == 0 ? "" : " ", length, text);
		sentence_ends = text[length - 1] == '.';
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void
print_key(FILE *out, struct arena *arena, const struct key *key)
{
	fprintf(out, ".It Ic %s No = %s\n", full_name(arena, key), argument(arena, key));
	print_sentences(out, key->text);
	if ((key->sections & SECTION_ANY) != 0 && key->sections != SECTION_ANY)
		fprintf(out, "Only in %s.\n", sections_text(arena, key->sections));
	if (key->fallback != NULL)
		fprintf(out, "Default:\n.Ql %s .\n", key->fallback);
}

static void
print_section(FILE *out, struct arena *arena, unsigned sections, const char *title)
{
	fprintf(out, ".Ss %s\n.Bl -tag -width Ds\n", title);
	for (size_t i = 0; i < keys_count(); i++) {
		if ((keys_at(i)->sections & sections) != 0)
			print_key(out, arena, keys_at(i));
	}
	fputs(".El\n", out);
}

void
keys_print_manual(FILE *out)
{
	struct arena arena = {0};

	fputs(".Sh KEYS\n", out);
	print_section(out, &arena, SECTION_PROCTOR, "Of proctor itself");
	print_section(out, &arena, SECTION_ANY, "Of a service, task or main");
	print_section(out, &arena, SECTION_CHECK, "Of a check");
	arena_clear(&arena);
}
