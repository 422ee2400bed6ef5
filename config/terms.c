#include "config/terms.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "config/words.h"

/* Three digits, as in HTTP. */
static const char *
take_status(const char *p, int *ret_status)
{
	if (*p < '1' || *p > '5' || !isdigit((unsigned char)p[1]) ||
	    !isdigit((unsigned char)p[2]))
		return NULL;
	*ret_status = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
	return p + 3;
}

static int
parse_range(
    struct value_context *context, const char *word, struct status_range *ret_range)
{
	struct status_range range = {0, 0};
	const char *p = take_status(word, &range.first);

	range.last = range.first;
	if (p != NULL && *p == '-')
		p = take_status(p + 1, &range.last);
	if (p == NULL || *p != '\0')
		return value_fail(context,
		    "%s is not an HTTP status; write some from 100 to 599, such as 200 "
		    "or "
		    "200-399",
		    value_quote(context, word));
	if (range.last < range.first)
		return value_fail(context, "the range %s is empty; write %d-%d", word,
		    range.last, range.first);
	*ret_range = range;
	return 0;
}

int
value_status_ranges(
    struct value_context *context, const char *text, struct status_ranges *ranges)
{
	struct words words = words_split_plain(context->arena, text);

	if (words.count == 0)
		return value_fail(context, "no HTTP status is written; write 200-399");
	for (size_t i = 0; i < words.count; i++) {
		struct status_range range;

		if (parse_range(context, words.items[i], &range) < 0)
			return -EINVAL;
		ranges->items = arena_grow(
		    context->arena, ranges->items, ranges->count, sizeof(range));
		ranges->items[ranges->count++] = range;
	}
	return 0;
}

/* A token, as RFC 9110, section 5.6.2, calls it. */
static bool
is_token(const char *text)
{
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (!isalnum((unsigned char)*text) &&
		    strchr("!#$%&'*+-.^_`|~", *text) == NULL)
			return false;
	}
	return true;
}

int
value_header(struct value_context *context, const char *name, const char *value)
{
	if (!is_token(name))
		return value_fail(context,
		    "%s is not the name of a header; write one such as Accept",
		    value_quote(context, name));
	for (const char *p = value; *p != '\0'; p++) {
		if (((unsigned char)*p < ' ' && *p != '\t') || *p == 0x7f)
			return value_fail(context,
			    "%s has a control character, which no header may have; leave "
			    "it out",
			    value_quote(context, value));
	}
	return 0;
}

void
settle_status_ranges(struct arena *arena, void *field)
{
	struct status_ranges *ranges = field;
	size_t size = ranges->count * sizeof(*ranges->items);

	if (size != 0)
		ranges->items = memcpy(arena_alloc(arena, size), ranges->items, size);
}
