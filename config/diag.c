#include "config/diag.h"

#include <stdlib.h>
#include <string.h>

enum { QUOTE_LENGTH = 64, DIAGS_MAX = 1000 };

static bool
is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

/* Names of files and messages are one line each, whatever is in them. */
static char *
one_line(char *text)
{
	for (char *p = text; *p != '\0'; p++) {
		if (is_control(*p))
			*p = '?';
	}
	return text;
}

static bool
is_known(const struct diags *diags, const struct diag *new)
{
	for (size_t i = 0; i < diags->count; i++) {
		const struct diag *old = &diags->items[i];

		if (old->line == new->line && strcmp(old->text, new->text) == 0 &&
		    strcmp(old->file, new->file) == 0)
			return true;
	}
	return false;
}

void
diags_add(struct diags *diags, enum severity severity, const char *file, unsigned line,
    const char *format, ...)
{
	struct diag new = {.line = line, .severity = severity};
	va_list args;

	va_start(args, format);
	new.text = one_line(arena_vformat(&diags->arena, format, args));
	va_end(args);
	new.file = one_line(arena_copy(&diags->arena, file, strlen(file)));
	if (is_known(diags, &new))
		return;
	if (severity == SEVERITY_ERROR)
		diags->errors++;
	if (diags->count >= DIAGS_MAX) {
		diags->left_out++;
		return;
	}
	diags->items = arena_grow(&diags->arena, diags->items, diags->count, sizeof(new));
	diags->items[diags->count++] = new;
}

static int
compare(const void *a, const void *b)
{
	const struct diag *const *left = a;
	const struct diag *const *right = b;
	int order = strcmp((*left)->file, (*right)->file);

	if (order != 0)
		return order;
	if ((*left)->line != (*right)->line)
		return (*left)->line < (*right)->line ? -1 : 1;
	/* Both point into one array: what was found first comes first. */
	return *left < *right ? -1 : *left > *right;
}

static void
print_one(const struct diag *diag, FILE *out)
{
	fprintf(out, "%s:", diag->file);
	if (diag->line != 0)
		fprintf(out, "%u:", diag->line);
	fprintf(out, "%s %s\n", diag->severity == SEVERITY_WARNING ? " warning:" : "",
	    diag->text);
}

void
diags_print(const struct diags *diags, FILE *out)
{
	struct arena arena = {0};
	const struct diag **sorted =
	    arena_alloc(&arena, (diags->count + 1) * sizeof(*sorted));

	for (size_t i = 0; i < diags->count; i++)
		sorted[i] = &diags->items[i];
	qsort(sorted, diags->count, sizeof(*sorted), compare);
	for (size_t i = 0; i < diags->count; i++)
		print_one(sorted[i], out);
	if (diags->left_out != 0)
		fprintf(out, "and %zu more\n", diags->left_out);
	arena_clear(&arena);
}

void
diags_clear(struct diags *diags)
{
	arena_clear(&diags->arena);
	*diags = (struct diags){0};
}

const char *
diag_quote(struct arena *arena, const char *text)
{
	size_t length = strlen(text);

	if (length <= QUOTE_LENGTH)
		return one_line(arena_format(arena, "'%s'", text));
	length = QUOTE_LENGTH - 3;
	/* Not in the middle of a UTF-8 sequence. */
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return one_line(arena_format(arena, "'%.*s...'", (int)length, text));
}
