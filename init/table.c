#include "init/table.h"

#include <string.h>

enum {
	COLUMN_NAME,
	COLUMN_STATE,
	COLUMN_READY,
	COLUMN_PID,
	COLUMN_UPTIME,
	COLUMN_RESTARTS,
	COLUMN_LAST_EXIT,
	COLUMN_COUNT,
};

/* A name has at least so much; its end, which tells copies apart, stays in any case. */
enum { GAP = 2, INDENT = 4, NAME_WIDTH = 24, NAME_TAIL = 8 };

#define CELL_LIMIT ((size_t)8192)

static const char *const titles[COLUMN_COUNT] = {
    "NAME", "STATE", "READY", "PID", "UPTIME", "RESTARTS", "LAST EXIT"};

/* -- text with a width ------------------------------------------------------------ */

static bool
begins_character(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

static size_t
width_of(const struct text *t)
{
	size_t width = 0;

	for (size_t i = 0; i < t->length; i++)
		width += begins_character(t->bytes[i]);
	return width;
}

static size_t
bytes_of(const struct text *t, size_t characters)
{
	size_t length = 0;

	while (length < t->length &&
	    (characters > 0 || !begins_character(t->bytes[length]))) {
		characters -= begins_character(t->bytes[length]);
		length++;
	}
	return length;
}

/* As much as fits; what is cut ends in dots. */
static void
add_cut(struct text *to, const struct text *t, size_t width)
{
	size_t left = width_of(t) > width && width > 3 ? width - 3 : width;
	size_t length = bytes_of(t, left);

	text_add_bytes(to, t->bytes, length);
	if (length < t->length && width > 3)
		text_add(to, "...");
}

/* The same, but what is cut is in the middle. */
static void
add_name(struct text *to, const struct text *t, size_t width)
{
	size_t whole = width_of(t);
	size_t tail;

	if (whole <= width || width < 2 * NAME_TAIL) {
		add_cut(to, t, width);
		return;
	}
	tail = bytes_of(t, whole - NAME_TAIL);
	text_add_bytes(to, t->bytes, bytes_of(t, width - NAME_TAIL - 3));
	text_add(to, "...");
	text_add_bytes(to, t->bytes + tail, t->length - tail);
}

/* What a service says of itself is not to steer the terminal. */
static void
clean(struct text *t)
{
	for (size_t i = 0; i < t->length; i++) {
		unsigned char byte = (unsigned char)t->bytes[i];
		/* U+0080 to U+009F are controls as well. */
		bool second = byte >= 0x80 && byte < 0xa0 && i > 0 &&
		    (unsigned char)t->bytes[i - 1] == 0xc2;

		if (byte < 0x20 || byte == 0x7f)
			t->bytes[i] = '?';
		if (second)
			memcpy(t->bytes + i - 1, "??", 2);
	}
}

/* -- cells ---------------------------------------------------------------------------- */

/* The two greatest units: "2d4h", "12m5s", "3s". */
static void
add_uptime(struct text *t, uint64_t seconds)
{
	static const struct {
		uint64_t seconds;
		const char *name;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}};
	size_t i = 0;

	while (units[i].seconds > seconds && units[i].seconds > 1)
		i++;
	text_add_number(t, seconds / units[i].seconds);
	text_add(t, units[i].name);
	seconds %= units[i].seconds;
	if (seconds == 0 || seconds < units[i + 1].seconds)
		return;
	text_add_number(t, seconds / units[i + 1].seconds);
	text_add(t, units[i + 1].name);
}

static void
add_last_exit(struct text *t, struct slice service)
{
	static const char was[] = "was ";
	struct slice exit = reader_member(service, "last_exit");

	if (!reader_string(reader_member(exit, "reason"), t))
		return;
	if (t->length > strlen(was) && memcmp(t->bytes, was, strlen(was)) == 0) {
		t->length -= strlen(was);
		memmove(t->bytes, t->bytes + strlen(was), t->length);
	}
}

static void
write_cell(struct text *t, struct slice service, unsigned column)
{
	struct slice value;

	if (column == COLUMN_NAME) {
		(void)reader_string(reader_member(service, "name"), t);
	} else if (column == COLUMN_STATE) {
		(void)reader_string(reader_member(service, "state"), t);
	} else if (column == COLUMN_READY) {
		value = reader_member(service, "ready");
		text_add(t, reader_is_true(value) ? "yes" : "no");
	} else if (column == COLUMN_PID) {
		value = reader_member(service, "pid");
		if (reader_number(value) > 0)
			text_add_number(t, reader_number(value));
	} else if (column == COLUMN_UPTIME) {
		value = reader_member(service, "uptime_seconds");
		if (value.bytes && !slice_is(value, "null"))
			add_uptime(t, reader_number(value));
	} else if (column == COLUMN_RESTARTS) {
		text_add_number(t, reader_number(reader_member(service, "restarts")));
	} else {
		add_last_exit(t, service);
	}
	if (t->length == 0)
		text_add(t, "-");
	clean(t);
}

/* -- lines ------------------------------------------------------------------------------- */

static size_t
max(size_t a, size_t b)
{
	return a > b ? a : b;
}

static void
measure(const struct slice *services, size_t count, size_t *widths)
{
	struct text cell;

	text_init(&cell, CELL_LIMIT);
	for (unsigned column = 0; column < COLUMN_COUNT; column++) {
		widths[column] = strlen(titles[column]);
		for (size_t i = 0; i < count; i++) {
			write_cell(&cell, services[i], column);
			widths[column] = max(widths[column], width_of(&cell));
			cell.length = 0;
		}
	}
	text_clear(&cell);
}

/* Names have what the other columns leave. */
static void
fit(size_t *widths, size_t width)
{
	size_t others = 0;
	size_t room;

	for (unsigned column = COLUMN_STATE; column < COLUMN_COUNT; column++)
		others += GAP + widths[column];
	room = max(width > others ? width - others : 0, NAME_WIDTH);
	if (widths[COLUMN_NAME] > room)
		widths[COLUMN_NAME] = room;
}

static void
pad(struct text *t, size_t width)
{
	while (width-- > 0)
		text_add(t, " ");
}

/* The last column has what is left. */
static void
add_row(struct text *t, const struct text *cells, const size_t *widths, size_t width)
{
	size_t left = width;

	for (unsigned column = 0; column < COLUMN_LAST_EXIT; column++) {
		size_t whole = widths[column] + GAP;

		if (whole > left) {
			left = 0;
			break;
		}
		(column == COLUMN_NAME ? add_name : add_cut)(
		    t, &cells[column], widths[column]);
		if (width_of(&cells[column]) < widths[column])
			pad(t, widths[column] - width_of(&cells[column]));
		pad(t, GAP);
		left -= whole;
	}
	add_cut(t, &cells[COLUMN_LAST_EXIT], left);
	while (t->length > 0 && t->bytes[t->length - 1] == ' ')
		t->length--;
	text_add(t, "\n");
}

static void
add_note(struct text *t, struct slice words, size_t width)
{
	struct text note;

	text_init(&note, CELL_LIMIT);
	if (reader_string(words, &note) && note.length > 0 && width > INDENT) {
		clean(&note);
		pad(t, INDENT);
		add_cut(t, &note, width - INDENT);
		text_add(t, "\n");
	}
	text_clear(&note);
}

static bool
is_same(struct slice a, struct slice b)
{
	return a.length == b.length && a.length > 0 &&
	    memcmp(a.bytes, b.bytes, a.length) == 0;
}

static void
add_service(struct text *t, struct slice service, const size_t *widths, size_t width)
{
	struct text cells[COLUMN_COUNT];
	struct slice condition = reader_member(service, "condition");

	for (unsigned column = 0; column < COLUMN_COUNT; column++) {
		text_init(&cells[column], CELL_LIMIT);
		write_cell(&cells[column], service, column);
	}
	add_row(t, cells, widths, width);
	for (unsigned column = 0; column < COLUMN_COUNT; column++)
		text_clear(&cells[column]);
	if (!reader_is_true(reader_member(service, "ready")) &&
	    !is_same(condition, reader_member(service, "state")))
		add_note(t, condition, width);
	add_note(t, reader_member(service, "note"), width);
}

static void
add_titles(struct text *t, const size_t *widths, size_t width)
{
	struct text cells[COLUMN_COUNT];

	for (unsigned column = 0; column < COLUMN_COUNT; column++) {
		text_init(&cells[column], CELL_LIMIT);
		text_add(&cells[column], titles[column]);
	}
	add_row(t, cells, widths, width);
	for (unsigned column = 0; column < COLUMN_COUNT; column++)
		text_clear(&cells[column]);
}

void
table_write(struct text *t, const struct slice *services, size_t count, size_t width)
{
	size_t widths[COLUMN_COUNT];

	measure(services, count, widths);
	fit(widths, width);
	add_titles(t, widths, width);
	for (size_t i = 0; i < count; i++)
		add_service(t, services[i], widths, width);
}
