#include "supervisor/lines.h"

#include <stdlib.h>
#include <string.h>

void
lines_init(struct lines *l, size_t limit)
{
	*l = (struct lines){.limit = limit};
}

void
lines_clear(struct lines *l)
{
	free(l->partial);
	*l = (struct lines){.limit = l->limit};
}

static bool
continues_character(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/*
 * Where to cut a piece of the full limit: not within a UTF-8 character, if
 * it is one (four bytes at most).
 */
static size_t
cut(const char *data, size_t limit)
{
	size_t at = limit;

	while (at > 0 && limit - at < 3 && continues_character(data[at]))
		at--;
	return at > 0 && !continues_character(data[at]) ? at : limit;
}

static void
emit_piece(struct lines *l, const char *data, size_t length, bool ends,
    lines_emit_fn *emit, void *context)
{
	emit(context, data, length, l->continued);
	l->continued = !ends;
}

/* Keeps data, less than the limit with what is there already. */
static void
keep(struct lines *l, const char *data, size_t length, lines_emit_fn *emit, void *context)
{
	if (length == 0)
		return;
	if (!l->partial)
		l->partial = malloc(l->limit + 1);
	if (!l->partial) {
		emit_piece(l, data, length, false, emit, context);
		return;
	}
	memcpy(l->partial + l->length, data, length);
	l->length += length;
}

/*
 * A line's data up to its end, or as much as there is.  Whole pieces go out
 * only when one byte more is there, since a line of just the limit is not split.
 */
static void
take(struct lines *l, const char *data, size_t length, bool ends, lines_emit_fn *emit,
    void *context)
{
	while (l->length > 0 && l->length + length > l->limit) {
		size_t fill = l->limit + 1 - l->length;
		size_t at;

		keep(l, data, fill, emit, context);
		data += fill;
		length -= fill;
		at = cut(l->partial, l->limit);
		emit_piece(l, l->partial, at, false, emit, context);
		l->length -= at;
		memmove(l->partial, l->partial + at, l->length);
	}
	if (l->length == 0)
		while (length > l->limit) {
			size_t at = cut(data, l->limit);

			emit_piece(l, data, at, false, emit, context);
			data += at;
			length -= at;
		}
	if (!ends || l->length > 0)
		keep(l, data, length, emit, context);
	if (!ends)
		return;
	if (l->length > 0)
		emit_piece(l, l->partial, l->length, true, emit, context);
	else
		emit_piece(l, data, length, true, emit, context);
	l->length = 0;
}

void
lines_feed(
    struct lines *l, const char *data, size_t length, lines_emit_fn *emit, void *context)
{
	while (length > 0) {
		const char *newline = memchr(data, '\n', length);
		size_t n = newline ? (size_t)(newline - data) : length;

		take(l, data, n, newline != NULL, emit, context);
		n += newline != NULL;
		data += n;
		length -= n;
	}
	if (l->length == 0) {
		free(l->partial);
		l->partial = NULL;
	}
}

void
lines_finish(struct lines *l, lines_emit_fn *emit, void *context)
{
	if (l->length > 0)
		emit_piece(l, l->partial, l->length, true, emit, context);
	l->continued = false;
	lines_clear(l);
}
