#include "config/expand.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

struct output {
	struct arena *arena;
	char *text;
	size_t length;
	size_t capacity;
};

static void
put(struct output *out, const char *text, size_t length)
{
	if (length >= out->capacity - out->length) {
		size_t capacity = (out->length + length + 32) * 2;
		char *grown = arena_alloc(out->arena, capacity);

		memcpy(grown, out->text, out->length);
		out->text = grown;
		out->capacity = capacity;
	}
	memcpy(out->text + out->length, text, length);
	out->length += length;
	out->text[out->length] = '\0';
}

static struct output
output_new(struct arena *arena)
{
	return (struct output){
	    .arena = arena, .text = arena_alloc(arena, 1), .capacity = 1};
}

static bool
starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static void
put_instance(struct output *out, uint32_t instance)
{
	char digits[sizeof("4294967295")];
	int length = snprintf(digits, sizeof(digits), "%u", instance);

	put(out, digits, (size_t)length);
}

/* One ordinary character, or one of the two signs that stand for something. */
static const char *
put_plain(struct value_context *context, struct output *out, const char *p)
{
	if (context->instance != 0 && starts_with(p, "%%i")) {
		put(out, "%i", 2);
		return p + 3;
	}
	if (context->instance != 0 && starts_with(p, "%i")) {
		put_instance(out, context->instance);
		return p + 2;
	}
	put(out, p, 1);
	return p + 1;
}

static const char *
find_variable(char *const *environment, const char *name, size_t length)
{
	for (; environment != NULL && *environment != NULL; environment++) {
		if (strncmp(*environment, name, length) == 0 &&
		    (*environment)[length] == '=')
			return *environment + length + 1;
	}
	return NULL;
}

static size_t
name_length(const char *text)
{
	size_t length = 0;

	if (isdigit((unsigned char)*text))
		return 0;
	while (isalnum((unsigned char)text[length]) || text[length] == '_')
		length++;
	return length;
}

/* The } that belongs to a default or message that starts at p, or NULL. */
static const char *
closing_brace(const char *p)
{
	size_t depth = 1;

	for (; *p != '\0'; p++) {
		if (*p == '{')
			depth++;
		else if (*p == '}' && --depth == 0)
			return p;
	}
	return NULL;
}

/* A default is literal, and so is ${ in it, which nobody will have meant. */
static int
put_default(
    struct value_context *context, struct output *out, const char *p, const char *end)
{
	while (p < end) {
		if (starts_with(p, "$${")) {
			put(out, "${", 2);
			p += 3;
		} else if (starts_with(p, "${")) {
			return value_fail(context,
			    "a default is not expanded; write $${ for a "
			    "literal ${ in it");
		} else {
			p = put_plain(context, out, p);
		}
	}
	return 0;
}

static int
fail_unset(struct value_context *context, const char *name, const char *value,
    const char *message)
{
	const char *state = value == NULL ? "not set" : "empty";

	if (*message != '\0')
		return value_fail(
		    context, "%s is %s in the environment: %s", name, state, message);
	return value_fail(context,
	    "%s is %s in the environment; set it, or write ${%s:-default}", name, state,
	    name);
}

/* p is behind the name, at :- or :? */
static int
put_choice(struct value_context *context, struct output *out, const char *name,
    const char *value, const char **p)
{
	const char *text = *p + 2;
	const char *end = closing_brace(text);
	struct output fallback = output_new(context->arena);
	bool message = (*p)[1] == '?';

	if (end == NULL)
		return value_fail(context,
		    "${%s never closes; write } behind it, and quotes "
		    "around text with blanks in it",
		    name);
	if (put_default(context, &fallback, text, end) < 0)
		return -EINVAL;
	*p = end + 1;
	if (value != NULL && *value != '\0')
		put(out, value, strlen(value));
	else if (message)
		return fail_unset(context, name, value, fallback.text);
	else
		put(out, fallback.text, fallback.length);
	return 0;
}

/* Moves *text, which is at ${, behind its }. */
static int
put_variable(struct value_context *context, struct output *out, const char **text)
{
	const char *name = *text + 2;
	size_t length = name_length(name);
	const char *p = name + length;
	const char *value = find_variable(context->environment, name, length);
	const char *copy = arena_copy(context->arena, name, length);

	if (length > 0 && (starts_with(p, ":-") || starts_with(p, ":?"))) {
		*text = p;
		return put_choice(context, out, copy, value, text);
	}
	if (length == 0 || *p != '}')
		return value_fail(context,
		    "%s is not understood; write ${NAME}, ${NAME:-default} or "
		    "${NAME:?message}, or $${ for a literal ${",
		    value_quote(context, *text));
	if (value == NULL)
		return fail_unset(context, copy, value, "");
	put(out, value, strlen(value));
	*text = p + 1;
	return 0;
}

int
expand(struct value_context *context, const char *text, const char **ret_text)
{
	struct output out = output_new(context->arena);

	if (strpbrk(text, "$%") == NULL) {
		*ret_text = text;
		return 0;
	}
	while (*text != '\0') {
		if (starts_with(text, "$${")) {
			put(&out, "${", 2);
			text += 3;
		} else if (starts_with(text, "${")) {
			if (put_variable(context, &out, &text) < 0)
				return -EINVAL;
		} else {
			text = put_plain(context, &out, text);
		}
	}
	*ret_text = out.text;
	return 0;
}

const char *
expand_instance(struct value_context *context, const char *text)
{
	struct output out = output_new(context->arena);

	while (*text != '\0')
		text = put_plain(context, &out, text);
	return out.text;
}
