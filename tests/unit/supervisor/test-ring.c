/* The last output of a service: pieces in, lines out, against a plain list of pieces. */
#include "supervisor/ring.h"

#include "tests/unit/supervisor/sample.h"
#include "tests/unit/world.h"

#define HEAD 16

/* What was told: "STREAM|line" or, for the rest of one, "STREAM+line". */
struct told {
	char text[512 * 1024];
	size_t length;
	usec_t wall; /* of the last one */
};

static struct ring ring;
static struct ring_reader reader;
static struct told told;

static int
begin(void **state)
{
	memset(&told, 0, sizeof(told));
	ring_reader_init(&reader, &ring);
	return world_begin(state);
}

static int
end(void **state)
{
	ring_reader_clear(&reader);
	ring_clear(&ring);
	return world_end(state);
}

#define ring_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

static void
tell(void *context, const struct ring_line *line)
{
	struct told *t = context;

	assert_true(t->length + line->length + 4 < sizeof(t->text));
	t->text[t->length++] = (char)('0' + line->stream);
	t->text[t->length++] = line->continued ? '+' : '|';
	memcpy(t->text + t->length, line->data, line->length);
	t->length += line->length;
	t->text[t->length++] = '\n';
	t->text[t->length] = '\0';
	t->wall = line->wall;
}

static void
put_bytes(unsigned stream, bool begins, const char *data, size_t length)
{
	ring_put(&ring,
	    &(struct ring_piece){.wall = 1000 + stream,
		.stream = stream,
		.begins = begins,
		.data = data,
		.length = length});
}

static void
put(unsigned stream, bool begins, const char *text)
{
	put_bytes(stream, begins, text, strlen(text));
}

static void
put_end(unsigned stream)
{
	ring_put(&ring, &(struct ring_piece){.wall = 7, .stream = stream, .ends = true});
}

#define assert_tells(wanted)                                                             \
	do {                                                                             \
		told.length = 0;                                                         \
		told.text[0] = '\0';                                                     \
		(void)ring_read(&reader, &ring, tell, &told);                            \
		assert_string_equal(told.text, wanted);                                  \
	} while (0)

/* -- pieces ---------------------------------------------------------------- */

static void
test_nothing_yet(void **state)
{
	char buffer[8];

	(void)state;
	assert_false(ring_read(&reader, &ring, tell, &told));
	assert_int_equal(ring_last(&ring, buffer, sizeof(buffer)), 0);
	assert_int_equal(reader.missed, 0);
}

static void
test_lines_of_pieces(void **state)
{
	(void)state;
	put(0, true, "one\ntwo\nthr");
	assert_tells("0|one\n0|two\n");
	put(0, false, "ee");
	assert_tells("");
	put(0, false, "\n\n");
	assert_tells("0|three\n0|\n");
	assert_int_equal(told.wall, 1000);
	assert_false(ring_read(&reader, &ring, tell, &told));
}

static void
test_four_streams(void **state)
{
	(void)state;
	put(0, true, "a");
	put(1, true, "b");
	put(2, true, "c");
	put(3, true, "d");
	put(3, false, "4\n");
	put(1, false, "2\n");
	put(0, false, "1\nx");
	put(2, false, "3\n");
	assert_tells("3|d4\n1|b2\n0|a1\n2|c3\n");
	assert_int_equal(told.wall, 1002);
}

/* Its process is gone: what has no end is a line, of the time of its end. */
static void
test_what_has_no_end(void **state)
{
	(void)state;
	put(0, true, "cut o");
	put(1, true, "other");
	put_end(0);
	assert_tells("0|cut o\n");
	assert_int_equal(told.wall, 7);
	put(0, true, "ff\n");
	put(1, false, " one\n");
	assert_tells("0|ff\n1|other one\n");
	put_end(1);
	assert_tells("");
}

static void
test_a_line_that_is_too_long_for_one(void **state)
{
	static char line[RING_LINE_SIZE + 3];
	static char wanted[sizeof(line) + 16];

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	line[RING_LINE_SIZE + 1] = '\n';
	put_bytes(2, true, line, sizeof(line) - 1);
	(void)snprintf(
	    wanted, sizeof(wanted), "2|%.*s\n2+x\n", (int)RING_LINE_SIZE, line);
	assert_tells(wanted);
}

/* -- what makes room ------------------------------------------------------- */

/* So many pieces of 1024 bytes with their heads, each a line of its number. */
static void
put_numbered(unsigned from, unsigned to)
{
	char line[1024 - HEAD + 1];

	for (unsigned i = from; i < to; i++) {
		(void)snprintf(line, sizeof(line), "%0*u\n", (int)sizeof(line) - 2, i);
		put(i % RING_STREAMS, true, line);
	}
}

static unsigned
last_number(void)
{
	char *end = told.text + told.length - 1;

	*end = '\0';
	return (unsigned)atoi(end - 8);
}

static void
test_the_oldest_go(void **state)
{
	(void)state;
	put_numbered(0, 64);
	assert_int_equal(ring.begin, 0);
	assert_int_equal(ring.end, RING_SIZE);
	put_numbered(64, 65);
	assert_int_equal(ring.begin, 1024);
	put_numbered(65, 200);
	assert_int_equal(ring.begin, 136 * 1024);
	assert_int_equal(ring.end, 200 * 1024);
	ring_reader_clear(&reader);
	ring_reader_init(&reader, &ring);
	assert_true(ring_read(&reader, &ring, tell, &told));
	assert_int_equal(told.length, 64 * (1024 - HEAD + 2));
	assert_int_equal(told.text[0], '0' + 136 % RING_STREAMS);
	assert_int_equal(atoi(told.text + 2), 136);
	assert_int_equal(last_number(), 199);
	assert_int_equal(reader.missed, 0);
}

static void
test_a_reader_that_missed_some(void **state)
{
	(void)state;
	put_numbered(0, 10);
	put(0, true, "begun ");
	assert_true(ring_read(&reader, &ring, tell, &told));
	assert_int_equal(last_number(), 9);
	/* 10 x 1 KiB and the beginning are behind it; of the next 100 it sees 64. */
	put(0, false, "and never seen to its end\n");
	put_numbered(10, 110);
	told.length = 0;
	assert_true(ring_read(&reader, &ring, tell, &told));
	assert_null(strstr(told.text, "begun"));
	assert_null(strstr(told.text, "never"));
	assert_int_equal(told.length, 64 * (1024 - HEAD + 2));
	assert_int_equal(last_number(), 109);
	assert_int_equal(
	    reader.missed, 36 * 1024 + HEAD + strlen("and never seen to its end\n"));
	put_numbered(110, 111);
	told.length = 0;
	assert_true(ring_read(&reader, &ring, tell, &told));
	assert_int_equal(told.length, 1024 - HEAD + 2);
}

static void
test_a_line_whose_middle_was_missed(void **state)
{
	char blank[1024 - HEAD];

	(void)state;
	memset(blank, ' ', sizeof(blank));
	put(1, true, "read ");
	assert_tells("");
	put(1, false, "gone ");
	for (int i = 0; i < 64; i++)
		put_bytes(2, false, blank, sizeof(blank));
	put(1, false, "rest\nnew\n");
	assert_tells("1|new\n");
	assert_int_equal(reader.missed, HEAD + 5 + HEAD + strlen("rest\nnew\n"));
}

/* What comes behind a great piece takes no more of it than it needs. */
static void
test_a_great_piece(void **state)
{
	static char lines[RING_SIZE - HEAD + 1];
	size_t count = (RING_SIZE - HEAD) / 8;

	(void)state;
	for (size_t i = 0; i < count; i++)
		(void)snprintf(lines + 8 * i, 9, "%07zu\n", i);
	put_bytes(0, true, lines, 8 * count);
	for (int i = 0; i < 3; i++)
		assert_true(ring_read_some(&reader, &ring, tell, &told));
	assert_int_equal(told.length, 3 * RING_STEP / 8 * 10);
	put(1, true, "last\n");
	/* One in its middle misses nothing, and is told nothing twice. */
	assert_true(ring_read(&reader, &ring, tell, &told));
	assert_int_equal(reader.missed, 0);
	assert_int_equal(told.length, count * 10 + strlen("1|last\n"));
	assert_memory_equal(told.text, "0|0000000\n0|0000001\n", 20);
	/* One who begins now has all but the three lines that are cut. */
	ring_reader_clear(&reader);
	ring_reader_init(&reader, &ring);
	told.length = 0;
	assert_true(ring_read(&reader, &ring, tell, &told));
	assert_int_equal(told.length, (count - 3) * 10 + strlen("1|last\n"));
	assert_memory_equal(told.text, "0|0000003\n", 10);
}

/* One who has read only what is cut begins with a whole line. */
static void
test_a_great_piece_that_goes_on(void **state)
{
	static char lines[RING_SIZE - HEAD + 1];
	static char more[RING_SIZE / 2];
	size_t count = (RING_SIZE - HEAD) / 8;

	(void)state;
	for (size_t i = 0; i < count; i++)
		(void)snprintf(lines + 8 * i, 9, "%07zu\n", i);
	memset(more, 'm', sizeof(more));
	more[sizeof(more) - 1] = '\n';
	put_bytes(0, true, lines, 8 * count);
	assert_true(ring_read_some(&reader, &ring, tell, &told));
	put_bytes(1, false, more, sizeof(more));
	told.length = 0;
	assert_true(ring_read(&reader, &ring, tell, &told));
	assert_true(reader.missed >= sizeof(more) - RING_STEP);
	assert_true(reader.missed <= sizeof(more) - RING_STEP + HEAD);
	assert_int_equal(told.text[9], '\n');
	assert_int_equal(told.length % 10, 0);
	assert_memory_equal(told.text + told.length - 8, lines + 8 * (count - 1), 8);
}

/* Not from the middle of a line on: each stream for itself. */
static void
test_the_rest_of_a_line_that_is_gone(void **state)
{
	char blank[1024 - HEAD];

	(void)state;
	memset(blank, ' ', sizeof(blank));
	put(0, true, "gone ");
	put(1, true, "gone as well ");
	for (int i = 0; i < 64; i++)
		put_bytes(2, false, blank, sizeof(blank));
	put(0, false, "rest\nwhole\n");
	put(1, false, "rest");
	put(3, true, "begins\n");
	ring_reader_clear(&reader);
	ring_reader_init(&reader, &ring);
	assert_tells("0|whole\n3|begins\n");
	put(1, false, " of it");
	put_end(1);
	put(1, false, "new\n");
	assert_tells("1|new\n");
}

/* Whole lines in what is kept; the first is one only where the piece is whole. */
static size_t
lines_in(const char *bytes, size_t length, bool whole)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += bytes[i] == '\n';
	return whole ? count : count - 1;
}

static void
check_oversize(size_t length)
{
	static char bytes[3 * RING_SIZE];
	size_t most = RING_SIZE - HEAD;
	size_t kept = length < most ? length : most;

	memset(bytes, 'x', length);
	for (size_t i = 99; i < length; i += 100)
		bytes[i] = '\n';
	put(1, true, "before\n");
	put_bytes(0, true, bytes, length);
	assert_int_equal(ring.end - ring.begin, HEAD + kept);
	ring_reader_clear(&reader);
	ring_reader_init(&reader, &ring);
	told.length = 0;
	assert_true(ring_read(&reader, &ring, tell, &told));
	assert_int_equal(
	    told.length, 102 * lines_in(bytes + length - kept, kept, length == kept));
}

static void
test_a_piece_that_is_too_long(void **state)
{
	(void)state;
	check_oversize(RING_SIZE - HEAD - 1);
	check_oversize(RING_SIZE - HEAD);
	check_oversize(RING_SIZE - HEAD + 1);
	check_oversize(RING_SIZE + 50);
	check_oversize(3 * RING_SIZE);
	put(0, false, "\nand on\n");
	assert_non_null(ring.bytes);
	told.length = 0;
	assert_true(ring_read(&reader, &ring, tell, &told));
	told.text[told.length] = '\0';
	assert_non_null(strstr(told.text, "\n0|and on\n"));
}

/* -- a part of it, and another one ----------------------------------------- */

/* One piece of many lines is not told in one; what it has read does not come again. */
static void
test_reading_in_steps(void **state)
{
	static char lines[RING_SIZE - 2 * HEAD];
	unsigned steps = 0;

	(void)state;
	memset(lines, '\n', sizeof(lines));
	put_bytes(0, true, lines, sizeof(lines));
	while (ring_read_some(&reader, &ring, tell, &told)) {
		assert_in_range(told.length, 1, 3 * RING_STEP);
		told.length = 0;
		steps++;
	}
	assert_int_equal(steps, (sizeof(lines) + RING_STEP - 1) / RING_STEP);
	assert_int_equal(reader.place, ring.end);
	put_bytes(0, true, lines, sizeof(lines));
	assert_true(ring_read_some(&reader, &ring, tell, &told));
	put_bytes(0, true, lines, sizeof(lines));
	told.length = 0;
	assert_true(ring_read(&reader, &ring, tell, &told));
	assert_int_equal(told.length, 3 * sizeof(lines));
	assert_int_equal(reader.missed, sizeof(lines) - RING_STEP);
}

/* Of a service that has gone and come again. */
static void
test_another_ring(void **state)
{
	(void)state;
	put_numbered(0, 5);
	assert_true(ring_read(&reader, &ring, tell, &told));
	put(0, true, "not read");
	assert_true(ring_read_some(&reader, &ring, tell, &told));
	ring_clear(&ring);
	ring.begin = ring.end = (uint64_t)1 << 40;
	assert_tells("");
	put(0, true, "it is another\n");
	assert_tells("0|it is another\n");
}

/* Where no piece begins: nothing is read beyond what there is. */
static void
test_a_place_in_the_middle(void **state)
{
	(void)state;
	put_numbered(0, 40);
	for (uint64_t place = 1; place < 3000; place++) {
		ring_reader_clear(&reader);
		ring_reader_init(&reader, &ring);
		reader.place = place;
		told.length = 0;
		(void)ring_read(&reader, &ring, tell, &told);
		assert_int_equal(reader.place, ring.end);
	}
}

/* -- against a plain list -------------------------------------------------- */

enum { PIECES = 6000 };

struct model_piece {
	struct ring_piece piece;
	uint64_t place;
};

struct model {
	struct model_piece pieces[PIECES];
	size_t first; /* the oldest that is kept */
	size_t count;
	uint64_t end;
};

static struct model model;

/* The oldest piece goes, or so much of it as has to. */
static void
model_trim(struct model_piece *oldest, size_t wanted, size_t *first)
{
	struct ring_piece *p = &oldest->piece;
	char *data = (char *)(uintptr_t)p->data;

	if (wanted >= p->length) {
		(*first)++;
		return;
	}
	oldest->place += wanted;
	p->length -= wanted;
	p->begins = false;
	memmove(data, data + wanted, p->length);
}

static void
model_put(struct model *m, const struct ring_piece *piece)
{
	char *copy = malloc(piece->length + 1);

	assert_true(m->count < PIECES && copy);
	memcpy(copy, piece->data, piece->length);
	m->pieces[m->count] = (struct model_piece){*piece, m->end};
	m->pieces[m->count++].piece.data = copy;
	m->end += HEAD + piece->length;
	while (m->end - m->pieces[m->first].place > RING_SIZE)
		model_trim(&m->pieces[m->first],
		    m->end - m->pieces[m->first].place - RING_SIZE, &m->first);
}

static void
model_clear(struct model *m)
{
	for (size_t i = 0; i < m->count; i++)
		free((void *)(uintptr_t)m->pieces[i].piece.data);
	memset(m, 0, sizeof(*m));
}

/* A line of one stream, byte by byte. */
struct growing {
	char bytes[RING_LINE_SIZE + 1];
	size_t length;
	bool known;
	bool continued;
};

static void
grow_out(struct growing *g, const struct ring_piece *p, bool ends, struct told *to)
{
	tell(to,
	    &(struct ring_line){.wall = p->wall,
		.stream = p->stream,
		.continued = g->continued,
		.data = g->bytes,
		.length = g->length});
	g->length = 0;
	g->continued = !ends;
}

static void
grow(struct growing *g, const struct ring_piece *p, struct told *to)
{
	g->known |= p->begins;
	for (size_t i = 0; i < p->length; i++) {
		if (!g->known) {
			g->known = p->data[i] == '\n';
		} else if (p->data[i] == '\n') {
			grow_out(g, p, true, to);
		} else {
			if (g->length == RING_LINE_SIZE)
				grow_out(g, p, false, to);
			g->bytes[g->length++] = p->data[i];
		}
	}
	if (!p->ends)
		return;
	if (g->length > 0)
		grow_out(g, p, true, to);
	g->continued = false;
	g->known = true;
}

/* All lines that are there. */
static void
model_tell(const struct model *m, struct told *to)
{
	static struct growing growing[RING_STREAMS];

	memset(growing, 0, sizeof(growing));
	for (size_t i = m->first; i < m->count; i++) {
		const struct ring_piece *p = &m->pieces[i].piece;

		grow(&growing[p->stream], p, to);
	}
}

/* The last of what was told, without the two marks in front of each line. */
static size_t
last_of(const struct told *t, char *buffer, size_t size)
{
	size_t begin = t->length;
	size_t length = 0;

	while (begin > 0) {
		size_t at = begin - 1;

		while (at > 0 && t->text[at - 1] != '\n')
			at--;
		if (length + begin - at - 2 > size)
			break;
		length += begin - at - 2;
		memcpy(buffer + size - length, t->text + at + 2, begin - at - 2);
		begin = at;
	}
	if (length == 0 && size > 0 && begin > 0) {
		length = size;
		memcpy(buffer, t->text + begin - length, length);
	}
	memmove(buffer, buffer + size - length, length);
	return length;
}

static void
check_last(const struct told *all, size_t size)
{
	static char wanted[2 * RING_SIZE];
	static char found[2 * RING_SIZE];
	size_t length = last_of(all, wanted, size);

	memset(found, '?', size + 1);
	assert_int_equal(ring_last(&ring, found, size), length);
	assert_memory_equal(found, wanted, length);
	assert_int_equal(found[size], '?');
}

static void
random_piece(uint32_t *seed, bool *even)
{
	static char bytes[40000];
	unsigned stream = world_random(seed, RING_STREAMS);
	uint32_t most = world_random(seed, 60) == 0 ? sizeof(bytes) : 300;
	uint32_t every = 1 + world_random(seed, world_random(seed, 9) == 0 ? 20000 : 60);
	struct ring_piece p = {
	    .wall = world_random(seed, 1000),
	    .stream = stream,
	    .begins = even[stream],
	    .data = bytes,
	    .length = world_random(seed, most),
	};

	p.ends = world_random(seed, 20) == 0;
	p.length = p.ends && world_random(seed, 2) == 0 ? 0 : p.length;
	for (size_t i = 0; i < p.length; i++)
		bytes[i] = world_random(seed, every) == 0
		    ? '\n'
		    : (char)('a' + world_random(seed, 26));
	even[stream] = p.ends || (p.length > 0 ? bytes[p.length - 1] == '\n' : p.begins);
	ring_put(&ring, &p);
	model_put(&model, &p);
}

static void
check_against_model(uint32_t *seed)
{
	static struct told wanted;
	struct ring_reader anew;

	wanted.length = told.length = 0;
	wanted.text[0] = told.text[0] = '\0';
	model_tell(&model, &wanted);
	ring_reader_init(&anew, &ring);
	(void)ring_read(&anew, &ring, tell, &told);
	ring_reader_clear(&anew);
	assert_int_equal(told.length, wanted.length);
	assert_memory_equal(told.text, wanted.text, wanted.length);
	if (wanted.length > 0)
		assert_int_equal(told.wall, wanted.wall);
	check_last(&wanted, world_random(seed, 4096));
	check_last(&wanted, world_random(seed, RING_SIZE));
	check_last(&wanted, RING_SIZE);
}

static void
test_a_random_walk(void **state)
{
	uint32_t seed = 11;
	bool even[RING_STREAMS] = {true, true, true, true};

	(void)state;
	for (int i = 0; i < PIECES; i++) {
		random_piece(&seed, even);
		assert_int_equal(ring.end, model.end);
		assert_int_equal(ring.begin, model.pieces[model.first].place);
		if (i % 16 == 0)
			check_against_model(&seed);
	}
	assert_true(ring.begin > 10 * RING_SIZE);
	model_clear(&model);
}

/* Every size, around the lengths of lines and far from them. */
static void
test_the_last_at_all_sizes(void **state)
{
	static struct told all;
	uint32_t seed = 5;
	bool even[RING_STREAMS] = {true, true, true, true};

	(void)state;
	all.length = 0;
	for (int i = 0; i < 300; i++)
		random_piece(&seed, even);
	model_tell(&model, &all);
	for (size_t size = 0; size < 5000; size++)
		check_last(&all, size);
	model_clear(&model);
}

/* Whoever reads on in time has all lines of all time. */
static void
test_reading_on(void **state)
{
	static struct growing growing[RING_STREAMS];
	static struct told wanted;
	uint32_t seed = 3;
	bool even[RING_STREAMS] = {true, true, true, true};

	(void)state;
	for (int i = 0; i < 3000; i++) {
		const struct ring_piece *p = &model.pieces[i].piece;

		random_piece(&seed, even);
		wanted.length = told.length = 0;
		grow(&growing[p->stream], p, &wanted);
		assert_true(ring_read(&reader, &ring, tell, &told));
		assert_int_equal(told.length, wanted.length);
		assert_memory_equal(told.text, wanted.text, wanted.length);
	}
	assert_int_equal(reader.missed, 0);
	assert_int_equal(reader.place, ring.end);
	model_clear(&model);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ring_test(test_nothing_yet),
	    ring_test(test_lines_of_pieces),
	    ring_test(test_four_streams),
	    ring_test(test_what_has_no_end),
	    ring_test(test_a_line_that_is_too_long_for_one),
	    ring_test(test_the_oldest_go),
	    ring_test(test_a_reader_that_missed_some),
	    ring_test(test_a_line_whose_middle_was_missed),
	    ring_test(test_a_great_piece),
	    ring_test(test_a_great_piece_that_goes_on),
	    ring_test(test_the_rest_of_a_line_that_is_gone),
	    ring_test(test_a_piece_that_is_too_long),
	    ring_test(test_reading_in_steps),
	    ring_test(test_another_ring),
	    ring_test(test_a_place_in_the_middle),
	    ring_test(test_a_random_walk),
	    ring_test(test_the_last_at_all_sizes),
	    ring_test(test_reading_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
