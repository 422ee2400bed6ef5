#include "supervisor/ring.h"

#include <stdlib.h>
#include <string.h>

/* In front of the bytes of a piece. */
struct head {
	usec_t wall;
	uint32_t length;
	uint8_t stream;
	uint8_t begins;
	uint8_t ends;
	uint8_t spare;
};

void
ring_clear(struct ring *r)
{
	free(r->bytes);
	*r = (struct ring){.bytes = NULL};
}

/* -- bytes --------------------------------------------------------------------- */

static void
copy_in(struct ring *r, uint64_t place, const void *data, size_t length)
{
	size_t at = place % RING_SIZE;
	size_t first = length < RING_SIZE - at ? length : RING_SIZE - at;

	memcpy(r->bytes + at, data, first);
	memcpy(r->bytes, (const char *)data + first, length - first);
}

static void
copy_out(const struct ring *r, uint64_t place, void *data, size_t length)
{
	size_t at = place % RING_SIZE;
	size_t first = length < RING_SIZE - at ? length : RING_SIZE - at;

	memcpy(data, r->bytes + at, first);
	memcpy((char *)data + first, r->bytes, length - first);
}

static struct head
head_at(const struct ring *r, uint64_t place)
{
	struct head head;

	copy_out(r, place, &head, sizeof(head));
	return head;
}

/* Of the oldest piece no more goes than has to: it may be all that there is. */
static void
make_room(struct ring *r, size_t size)
{
	while (r->end - r->begin + size > RING_SIZE) {
		struct head head = head_at(r, r->begin);
		size_t wanted = (size_t)(r->end - r->begin) + size - RING_SIZE;

		if (wanted >= head.length) {
			r->begin += sizeof(head) + head.length;
			continue;
		}
		r->begin += wanted;
		head.length -= (uint32_t)wanted;
		head.begins = false;
		copy_in(r, r->begin, &head, sizeof(head));
	}
}

void
ring_put(struct ring *r, const struct ring_piece *piece)
{
	size_t most = RING_SIZE - sizeof(struct head);
	size_t over = piece->length > most ? piece->length - most : 0;
	struct head head = {
	    .wall = piece->wall,
	    .length = (uint32_t)(piece->length - over),
	    .stream = (uint8_t)piece->stream,
	    .begins = piece->begins && over == 0,
	    .ends = piece->ends,
	};

	if (!r->bytes)
		r->bytes = malloc(RING_SIZE);
	if (!r->bytes)
		return;
	make_room(r, sizeof(head) + head.length);
	copy_in(r, r->end, &head, sizeof(head));
	if (head.length > 0)
		copy_in(r, r->end + sizeof(head), piece->data + over, head.length);
	r->end += sizeof(head) + head.length;
}

/* -- lines --------------------------------------------------------------------- */

void
ring_reader_init(struct ring_reader *reader, const struct ring *r)
{
	*reader = (struct ring_reader){.place = r->begin};
	for (unsigned i = 0; i < RING_STREAMS; i++)
		lines_init(&reader->streams[i].lines, RING_LINE_SIZE);
}

void
ring_reader_clear(struct ring_reader *reader)
{
	for (unsigned i = 0; i < RING_STREAMS; i++)
		lines_clear(&reader->streams[i].lines);
}

/* What lines_feed() gives, with what only the piece knows. */
struct telling {
	const struct head *head;
	ring_line_fn *tell;
	void *context;
};

static void
tell_line(void *context, const char *data, size_t length, bool continued)
{
	const struct telling *t = context;

	t->tell(t->context,
	    &(struct ring_line){
		.wall = t->head->wall,
		.stream = t->head->stream,
		.continued = continued,
		.data = data,
		.length = length,
	    });
}

static void
read_bytes(struct ring_stream *s, const char *data, size_t length, struct telling *t)
{
	if (!s->whole) {
		const char *newline = length > 0 ? memchr(data, '\n', length) : NULL;
		size_t skipped = newline ? (size_t)(newline - data) + 1 : length;

		data += skipped;
		length -= skipped;
		s->whole = newline != NULL;
	}
	if (length > 0)
		lines_feed(&s->lines, data, length, tell_line, t);
}

/* The next bytes of a piece, which may lie at the ring's end and its beginning. */
static void
read_step(struct ring_reader *reader, const struct ring *r, struct telling *t)
{
	struct ring_stream *s = &reader->streams[t->head->stream % RING_STREAMS];
	size_t at = (reader->place + sizeof(*t->head) + reader->within) % RING_SIZE;
	size_t left = t->head->length - reader->within;
	size_t length = left < RING_STEP ? left : RING_STEP;
	size_t first = length < RING_SIZE - at ? length : RING_SIZE - at;

	s->whole |= t->head->begins;
	read_bytes(s, r->bytes + at, first, t);
	read_bytes(s, r->bytes, length - first, t);
	reader->within += length;
	if (length < left)
		return;
	reader->place += sizeof(*t->head) + t->head->length;
	reader->within = 0;
	if (!t->head->ends)
		return;
	lines_finish(&s->lines, tell_line, t);
	s->whole = true;
}

static void
go_to(struct ring_reader *reader, uint64_t place)
{
	size_t read = reader->within > 0 ? sizeof(struct head) + reader->within : 0;

	reader->missed += place - reader->place - read;
	reader->place = place;
	reader->within = 0;
}

/* What is gone it has not seen: lines that it has begun to read go as well. */
static void
catch_up(struct ring_reader *reader, const struct ring *r)
{
	uint64_t next = reader->place + sizeof(struct head) + reader->within;

	if (reader->place >= r->begin)
		return;
	/* Of the piece that it is in, it has read what is gone. */
	if (reader->within > 0 && next >= r->begin + sizeof(struct head)) {
		reader->place = r->begin;
		reader->within = (size_t)(next - r->begin) - sizeof(struct head);
		return;
	}
	go_to(reader, r->begin);
	for (unsigned i = 0; i < RING_STREAMS; i++) {
		reader->streams[i].whole = false;
		lines_clear(&reader->streams[i].lines);
	}
}

bool
ring_read_some(
    struct ring_reader *reader, const struct ring *r, ring_line_fn *tell, void *context)
{
	struct head head = {0};
	uint64_t there;

	catch_up(reader, r);
	if (reader->place >= r->end)
		return false;
	there = r->end - reader->place;
	if (there >= sizeof(head))
		head = head_at(r, reader->place);
	/* No piece begins there: nothing is read that was not written. */
	if (there < sizeof(head) || head.length > there - sizeof(head) ||
	    head.length < reader->within) {
		go_to(reader, r->end);
		return false;
	}
	read_step(reader, r,
	    &(struct telling){.head = &head, .tell = tell, .context = context});
	return true;
}

bool
ring_read(
    struct ring_reader *reader, const struct ring *r, ring_line_fn *tell, void *context)
{
	bool any = false;

	while (ring_read_some(reader, r, tell, context))
		any = true;
	return any;
}

/* -- the last of it -------------------------------------------------------------- */

struct last {
	char *buffer;
	size_t size; /* not 0 */
	size_t length;
};

/* The oldest lines go, as long as there is no room; of a longer one, its beginning. */
static void
keep_line(void *context, const struct ring_line *line)
{
	struct last *l = context;
	size_t length = line->length < l->size ? line->length : l->size - 1;
	size_t gone = 0;

	while (l->length - gone + length + 1 > l->size) {
		const char *end = memchr(l->buffer + gone, '\n', l->length - gone);

		gone = (size_t)(end - l->buffer) + 1;
	}
	l->length -= gone;
	memmove(l->buffer, l->buffer + gone, l->length);
	memcpy(l->buffer + l->length, line->data + line->length - length, length);
	l->length += length;
	l->buffer[l->length++] = '\n';
}

/* whole: not what is left of a line whose beginning is gone. */
static void
read_last(const struct ring *r, struct last *last, bool whole)
{
	struct ring_reader reader;

	ring_reader_init(&reader, r);
	for (unsigned i = 0; i < RING_STREAMS; i++)
		reader.streams[i].whole = !whole;
	(void)ring_read(&reader, r, keep_line, last);
	ring_reader_clear(&reader);
}

size_t
ring_last(const struct ring *r, char *buffer, size_t size)
{
	struct last last = {.buffer = buffer, .size = size};

	if (!r->bytes || size == 0)
		return 0;
	read_last(r, &last, true);
	if (last.length == 0)
		read_last(r, &last, false);
	return last.length;
}
