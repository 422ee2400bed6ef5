/*
 * Whatever a service writes, and however it is split into reads: the same comes
 * out in every form, no line of it is longer than Docker takes in one, and each
 * line of JSON is an object; and whoever reads the ring has the same lines.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor/form.h"
#include "supervisor/lines.h"
#include "supervisor/reader.h"
#include "supervisor/ring.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What came out. */
struct heard {
	struct form *form; /* NULL: the lines as they are */
	char *bytes;
	size_t length;
	size_t capacity;
};

static void
require(bool fine)
{
	if (!fine)
		abort();
}

/* Just so much more that whoever writes over it is seen. */
static char *
hear(struct heard *h, size_t more)
{
	if (h->length + more > h->capacity) {
		h->capacity = 2 * (h->length + more);
		h->bytes = realloc(h->bytes, h->capacity);
		require(h->bytes != NULL);
	}
	return h->bytes + h->length;
}

static void
hear_line(void *context, const char *data, size_t length, bool continued)
{
	struct heard *h = context;
	size_t most = h->form ? form_size(h->form, length) : length + 2;
	char *exact = malloc(most);
	size_t n = 0;

	require(exact != NULL);
	if (h->form) {
		n = form_line(h->form, exact, data, length, continued);
	} else {
		exact[n++] = continued ? '+' : '|';
		memcpy(exact + n, data, length);
		n += length;
		exact[n++] = '\n';
	}
	require(n <= most);
	memcpy(hear(h, n), exact, n);
	h->length += n;
	free(exact);
}

static void
hear_told(void *context, const struct ring_line *line)
{
	hear_line(context, line->data, line->length, line->continued);
}

/* Pieces of lengths that the input gives itself. */
static size_t
piece(const uint8_t *splits, size_t count, size_t number, size_t left)
{
	size_t n = count > 0 ? 1 + (size_t)splits[number % count] * 16 : left;

	return n < left ? n : left;
}

static void
feed(struct heard *h, size_t limit, const uint8_t *splits, size_t count, const char *text,
    size_t size)
{
	struct lines lines;
	size_t number = 0;

	lines_init(&lines, limit);
	for (size_t at = 0, n; at < size; at += n) {
		char *exact;

		n = piece(splits, count, number++, size - at);
		exact = malloc(n);
		require(exact != NULL);
		memcpy(exact, text + at, n);
		lines_feed(&lines, exact, n, hear_line, h);
		free(exact);
		require(lines.length <= limit);
	}
	lines_finish(&lines, hear_line, h);
	require(lines_are_even(&lines) && lines.partial == NULL);
	lines_clear(&lines);
}

static void
check_lines(const struct heard *h, enum log_mode mode)
{
	const char *at = h->bytes;

	for (size_t left = h->length, n; left > 0; left -= n, at += n) {
		const char *newline = memchr(at, '\n', left);
		struct slice object;

		require(newline != NULL);
		n = (size_t)(newline + 1 - at);
		require(n <= FORM_LINE_SIZE);
		if (mode == LOG_MODE_JSON) {
			require(reader_open(at, n - 1, &object));
			require(reader_member(object, "service").bytes != NULL);
		}
	}
}

static void
check_form(const struct form_style *style, const uint8_t *splits, size_t count,
    const char *text, size_t size)
{
	struct form_origin origin = {
	    .service = "web", .stream = "stdout", .pid = 12, .priority = -1};
	struct form form;
	struct heard whole = {.form = &form};
	struct heard split = {.form = &form};
	size_t limit = form_limit(style, origin.service);

	require(form_init(&form) == 0);
	form_begin(&form, style, &origin);
	feed(&whole, limit, NULL, 0, text, size);
	feed(&split, limit, splits, count, text, size);
	require(whole.length == split.length);
	require(size == 0 || memcmp(whole.bytes, split.bytes, whole.length) == 0);
	check_lines(&whole, style->mode);
	free(whole.bytes);
	free(split.bytes);
	form_clear(&form);
}

/* Read on after each piece, so that nothing is missed. */
static void
check_ring(const uint8_t *splits, size_t count, const char *text, size_t size)
{
	struct heard whole = {.form = NULL};
	struct heard told = {.form = NULL};
	struct ring ring = {.bytes = NULL};
	struct ring_reader reader;
	size_t number = 0;

	feed(&whole, RING_LINE_SIZE, NULL, 0, text, size);
	ring_reader_init(&reader, &ring);
	for (size_t at = 0, n; at < size; at += n) {
		n = piece(splits, count, number++, size - at);
		n = n < RING_SIZE / 2 ? n : RING_SIZE / 2;
		ring_put(&ring,
		    &(struct ring_piece){
			.begins = at == 0, .data = text + at, .length = n});
		require(ring_read(&reader, &ring, hear_told, &told));
	}
	ring_put(&ring, &(struct ring_piece){.ends = true});
	require(ring_read(&reader, &ring, hear_told, &told) && reader.missed == 0);
	require(whole.length == told.length);
	require(size == 0 || memcmp(whole.bytes, told.bytes, told.length) == 0);
	ring_reader_clear(&reader);
	ring_clear(&ring);
	free(whole.bytes);
	free(told.bytes);
}

/* The text again and again, since nobody hits upon 16 KiB without an end. */
static char *
repeat(const uint8_t *data, size_t size, size_t times)
{
	char *text = malloc(size * times + 1);

	require(text != NULL);
	for (size_t i = 0; i < times; i++)
		memcpy(text + i * size, data, size);
	return text;
}

/*
 * The first byte: how often the text comes, and how many lengths of pieces come
 * before it.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum log_mode modes[] = {
	    LOG_MODE_PREFIX, LOG_MODE_JSON, LOG_MODE_RAW};
	size_t times;
	size_t count;
	char *text;

	if (size == 0)
		return 0;
	times = (size_t)1 << (data[0] >> 4);
	count = data[0] & 15;
	count = count < size ? count : size - 1;
	size -= 1 + count;
	while (times > 1 && size * times > (size_t)48 * 1024)
		times /= 2;
	text = repeat(data + 1 + count, size, times);
	for (unsigned i = 0; i < 3; i++) {
		struct form_style style = {
		    .mode = modes[i], .merge = size % 2, .timestamps = size / 2 % 2};

		check_form(&style, data + 1, count, text, size * times);
	}
	check_ring(data + 1, count, text, size * times);
	free(text);
	return 0;
}
