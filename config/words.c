#include "config/words.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static bool
is_blank(char c)
{
	return isspace((unsigned char)c) != 0;
}

static bool
is_quote(char c)
{
	return c == '\'' || c == '"';
}

/* The partner of the quote at p, or NULL. */
static const char *
closing_quote(const char *p)
{
	char quote = *p;

	for (p++; *p != '\0' && *p != quote; p++) {
		if (quote == '"' && *p == '\\' && p[1] != '\0')
			p++;
	}
	return *p == quote ? p : NULL;
}

size_t
words_comment_start(const char *text)
{
	bool after_blank = true;

	for (const char *p = text; *p != '\0'; p++) {
		if (*p == ';' && after_blank)
			return (size_t)(p - text);
		after_blank = is_blank(*p);
		if (*p == '\\' && p[1] != '\0')
			p++;
		else if (is_quote(*p) && closing_quote(p) != NULL)
			p = closing_quote(p);
	}
	return strlen(text);
}

/* Copies the character behind the backslash at p; returns what follows it. */
static const char *
copy_escaped(const char *p, char **out)
{
	if (p[1] == '$' && p[2] == '{')
		*(*out)++ = '$';
	*(*out)++ = p[1];
	return p + 2;
}

/* Copies what is between the quotes at p and end. */
static void
copy_quoted(const char *p, const char *end, char **out)
{
	bool escapes = *p++ == '"';

	while (p < end) {
		if (escapes && *p == '\\' && strchr("\"\\$`", p[1]) != NULL)
			p = copy_escaped(p, out);
		else
			*(*out)++ = *p++;
	}
}

const char *
words_unquote(struct arena *arena, const char *text)
{
	const char *end = is_quote(*text) ? closing_quote(text) : NULL;
	char *result;
	char *out;

	if (end == NULL || end[1] != '\0')
		return text;
	result = out = arena_alloc(arena, strlen(text));
	copy_quoted(text, end, &out);
	return result;
}

/* Moves *text behind the word at its start, and *out behind the copy. */
static int
read_word(struct value_context *context, const char **text, char **out)
{
	const char *p = *text;
	const char *end;

	while (*p != '\0' && !is_blank(*p)) {
		if (*p == '\\' && p[1] == '\0')
			return value_fail(context,
			    "a lone backslash stands at the end; write \\\\ "
			    "for a backslash, or nothing behind it to go on in the next "
			    "line");
		if (*p == '\\') {
			p = copy_escaped(p, out);
		} else if (is_quote(*p)) {
			end = closing_quote(p);
			if (end == NULL)
				return value_fail(context,
				    "the quote in %s never closes; write "
				    "\\%c for a literal one",
				    value_quote(context, p), *p);
			copy_quoted(p, end, out);
			p = end + 1;
		} else {
			*(*out)++ = *p++;
		}
	}
	*text = p;
	return 0;
}

static const char *
skip_blanks(const char *p)
{
	while (is_blank(*p))
		p++;
	return p;
}

int
words_split(struct value_context *context, const char *text, struct words *ret_words)
{
	struct words words = words_none(context->arena);
	/* No word is longer than it was, and a blank makes room for its end. */
	char *out = arena_alloc(context->arena, strlen(text) + 1);
	char *word;

	for (text = skip_blanks(text); *text != '\0'; text = skip_blanks(text)) {
		if (*text == '#')
			return value_fail(context,
			    "%s is not a comment here; write ; in front of "
			    "a comment, or quote the word",
			    value_quote(context, text));
		word = out;
		if (read_word(context, &text, &out) < 0)
			return -EINVAL;
		*out++ = '\0';
		words_add(context->arena, &words, word);
	}
	*ret_words = words;
	return 0;
}

struct words
words_split_plain(struct arena *arena, const char *text)
{
	struct words words = words_none(arena);
	const char *end;

	for (text = skip_blanks(text); *text != '\0'; text = skip_blanks(end)) {
		for (end = text; *end != '\0' && !is_blank(*end);)
			end++;
		words_add(arena, &words, arena_copy(arena, text, (size_t)(end - text)));
	}
	return words;
}

struct words
words_none(struct arena *arena)
{
	return (struct words){.items = arena_grow(arena, NULL, 0, 2 * sizeof(char *))};
}

/* Items are allocated in pairs, so that there is always room for the NULL. */
void
words_add(struct arena *arena, struct words *words, char *item)
{
	words->items =
	    arena_grow(arena, words->items, words->count, 2 * sizeof(*words->items));
	words->items[words->count++] = item;
	words->items[words->count] = NULL;
}
