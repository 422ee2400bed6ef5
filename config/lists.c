#include "config/lists.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "config/expand.h"
#include "config/keys.h"
#include "config/signals.h"
#include "config/terms.h"
#include "config/words.h"

int
list_set_ends(struct value_context *context, const struct assignment *a)
{
	struct words words = words_split_plain(context->arena, a->text);

	for (size_t i = 0; i < words.count; i++) {
		if (value_end(context, words.items[i], a->field) < 0)
			return -EINVAL;
	}
	return 0;
}

/* HUP, or TERM:QUIT */
static int
add_signal_pair(
    struct value_context *context, struct signal_pairs *pairs, const char *word)
{
	size_t length = strcspn(word, ":");
	struct signal_pair pair;

	if (signal_parse(context, arena_copy(context->arena, word, length), &pair.from) <
	    0)
		return -EINVAL;
	pair.to = pair.from;
	if (word[length] == ':' && signal_parse(context, word + length + 1, &pair.to) < 0)
		return -EINVAL;
	if (pair.from == SIGCHLD || !signal_can_arrive(pair.from))
		return value_fail(context, "%s cannot be passed on; write another signal",
		    signal_name(pair.from));
	for (size_t i = 0; i < pairs->count; i++) {
		if (pairs->items[i].from == pair.from)
			return value_fail(context, "%s is passed on twice; write it once",
			    signal_name(pair.from));
	}
	pairs->items =
	    arena_grow(context->arena, pairs->items, pairs->count, sizeof(pair));
	pairs->items[pairs->count++] = pair;
	return 0;
}

int
list_set_signal_pairs(struct value_context *context, const struct assignment *a)
{
	struct words words = words_split_plain(context->arena, a->text);

	for (size_t i = 0; i < words.count; i++) {
		if (add_signal_pair(context, a->field, words.items[i]) < 0)
			return -EINVAL;
	}
	return 0;
}

/* The kernel takes any name; a blank or control character is a slip. */
static bool
is_variable_name(const char *name)
{
	for (; *name != '\0'; name++) {
		if (!isgraph((unsigned char)*name) && (unsigned char)*name < 0x80)
			return false;
	}
	return true;
}

int
list_set_variable(struct value_context *context, const struct assignment *a)
{
	struct variables *variables = a->field;
	struct variable variable = {a->suffix, a->text};

	if (!is_variable_name(a->suffix))
		return value_fail(context,
		    "%s is not the name of a variable; write one "
		    "without blanks",
		    value_quote(context, a->suffix));
	variable.name = arena_copy(context->arena, a->suffix, strlen(a->suffix));
	variables->items = arena_grow(
	    context->arena, variables->items, variables->count, sizeof(variable));
	variables->items[variables->count++] = variable;
	return 0;
}

int
list_set_header(struct value_context *context, const struct assignment *a)
{
	if (value_header(context, a->suffix, a->text) < 0)
		return -EINVAL;
	return list_set_variable(context, a);
}

int
list_set_statuses(struct value_context *context, const struct assignment *a)
{
	return value_status_ranges(context, a->text, a->field);
}

int
list_set_names(struct value_context *context, const struct assignment *a)
{
	struct words words = words_split_plain(context->arena, a->text);

	for (size_t i = 0; i < words.count; i++)
		words_add(context->arena, a->field, words.items[i]);
	return 0;
}

int
list_set_words(struct value_context *context, const struct assignment *a)
{
	struct words words;
	const char *word;

	if (words_split(context, a->text, &words) < 0)
		return -EINVAL;
	for (size_t i = 0; i < words.count; i++) {
		if (expand(context, words.items[i], &word) < 0)
			return -EINVAL;
		if (*word == '\0' && a->key->type == TYPE_COMMAND && i == 0)
			return value_fail(
			    context, "the name of the program is empty; write one");
		words_add(context->arena, a->field,
		    arena_copy(context->arena, word, strlen(word)));
	}
	return 0;
}
