#include "supervisor/form.h"

#include <errno.h>
#include <string.h>

#include "config/utf8.h"
#include "supervisor/json.h"
#include "supervisor/reader.h"

/* More than any front: names are bounded. */
#define FRONT_SIZE 1024

/* What is put around: of a time, a colour, a JSON object with all numbers long. */
#define TIME_LENGTH (sizeof("2026-11-25T05:16:26.123456Z ") - 1)
#define COLOUR_LENGTH (sizeof("\033[31m\033[0m") - 1)
#define OBJECT_LENGTH ((size_t)200)

static const char continued_member[] = "\"continued\":true,";
static const char object_end[] = "\"}\n";

int
form_init(struct form *f)
{
	*f = (struct form){.style = {.mode = LOG_MODE_RAW}};
	text_init(&f->front, FRONT_SIZE);
	text_add(&f->front, " ");
	return f->front.failed ? -ENOMEM : 0;
}

void
form_clear(struct form *f)
{
	text_clear(&f->front);
}

/* -- what stands in front ------------------------------------------------------- */

/* The bar, with its blanks; and whose rest it is: "web + ". */
static void
begin_prefix(struct form *f, const struct form_origin *origin)
{
	struct text *t = &f->front;

	if (f->style.timestamps) {
		text_add_moment(t, origin->wall);
		text_add(t, " ");
	}
	if (origin->colour != 0) {
		text_add(t, "\033[");
		text_add_number(t, origin->colour);
		text_add(t, "m");
	}
	text_add(t, origin->service);
	f->mark = t->length + 1;
	text_add(t, " |");
	if (origin->colour != 0)
		text_add(t, "\033[0m");
	text_add(t, " ");
}

static void
begin_member(struct form *f, const char *name)
{
	struct form_member *m = &f->members[f->member_count++];

	m->name = name;
	m->begin = f->front.length;
}

static void
end_member(struct form *f)
{
	f->members[f->member_count - 1].end = f->front.length;
	text_add(&f->front, ",");
}

static void
add_text(struct form *f, const char *name, const char *value)
{
	begin_member(f, name);
	text_add(&f->front, "\"");
	text_add(&f->front, name);
	text_add(&f->front, "\":\"");
	text_add(&f->front, value);
	text_add(&f->front, "\"");
	end_member(f);
}

static void
add_number(struct form *f, const char *name, uint64_t value)
{
	begin_member(f, name);
	text_add(&f->front, "\"");
	text_add(&f->front, name);
	text_add(&f->front, "\":");
	text_add_number(&f->front, value);
	end_member(f);
}

/* Names of services need no escapes. */
static void
begin_object(struct form *f, const struct form_origin *origin)
{
	text_add(&f->front, "{");
	begin_member(f, "time");
	text_add(&f->front, "\"time\":\"");
	text_add_moment(&f->front, origin->wall);
	text_add(&f->front, "\"");
	end_member(f);
	add_text(f, "service", origin->service);
	add_text(f, "stream", origin->stream);
	if (origin->pid > 0)
		add_number(f, "pid", (uint64_t)origin->pid);
	if (origin->priority >= 0)
		add_number(f, "priority", (uint64_t)origin->priority);
	f->mark = f->front.length;
	text_add(&f->front, "\"message\":\"");
}

void
form_begin(
    struct form *f, const struct form_style *style, const struct form_origin *origin)
{
	f->style = *style;
	f->front.length = 0;
	f->member_count = 0;
	if (style->mode == LOG_MODE_PREFIX)
		begin_prefix(f, origin);
	else if (style->mode == LOG_MODE_JSON)
		begin_object(f, origin);
}

/* -- how much ---------------------------------------------------------------------- */

size_t
form_limit(const struct form_style *style, const char *service)
{
	size_t around = sizeof("\n") - 1;

	if (style->mode == LOG_MODE_PREFIX) {
		around += strlen(service) + sizeof(" | ") - 1;
		around += style->timestamps ? TIME_LENGTH : 0;
	} else if (style->mode == LOG_MODE_JSON) {
		around += strlen(service) + OBJECT_LENGTH;
	}
	return FORM_LINE_SIZE - around;
}

/* Every byte may be a line, or need an escape. */
size_t
form_fitting(const struct form *f, size_t room)
{
	bool json = f->style.mode == LOG_MODE_JSON;
	size_t kept = json ? FORM_ROOM : FORM_LINE_SIZE + COLOUR_LENGTH;
	size_t each = f->front.length + (json ? sizeof(object_end) + 6 : 2);

	return room > kept ? (room - kept) / each : 0;
}

/* A piece of an object holds at least half of what it may. */
size_t
form_size(const struct form *f, size_t length)
{
	size_t around = f->front.length + sizeof(continued_member) + sizeof(object_end);

	if (f->style.mode != LOG_MODE_JSON)
		return f->front.length + length + 1;
	return 6 * length + (12 * length / FORM_LINE_SIZE + 1) * around;
}

/* -- lines ------------------------------------------------------------------------- */

static size_t
put(char *to, const char *bytes, size_t length)
{
	memcpy(to, bytes, length);
	return length;
}

/* One object: as much as goes into it.  Returns what it has, *data what is left. */
static size_t
put_object(
    const struct form *f, char *to, const char **data, size_t *length, bool continued)
{
	size_t room = FORM_LINE_SIZE - f->front.length - sizeof(continued_member) -
	    sizeof(object_end);
	size_t at = put(to, f->front.bytes, f->mark);
	size_t taken;
	size_t written;

	if (continued)
		at += put(to + at, continued_member, sizeof(continued_member) - 1);
	at += put(to + at, f->front.bytes + f->mark, f->front.length - f->mark);
	taken = json_escape(to + at, room, *data, *length, &written);
	at += written;
	*data += taken;
	*length -= taken;
	return at + put(to + at, object_end, sizeof(object_end) - 1);
}

static bool
is_utf8(const char *data, size_t length)
{
	while (length > 0) {
		size_t n = utf8_length(data, length);

		if (n == 0)
			return false;
		data += n;
		length -= n;
	}
	return true;
}

/* Whether an escape of valid JSON is "\uD8.." to "\uDF..", with one of these digits. */
static bool
is_surrogate(const char *escape, size_t length, const char *digits)
{
	return length >= 6 && escape[1] == 'u' && (escape[2] | 0x20) == 'd' &&
	    strchr(digits, escape[3]);
}

/*
 * Whether there are escapes for half of a character.  The grammar of JSON allows
 * them, and JavaScript writes them; but they mean nothing, and jq, for one, stops.
 */
static bool
has_half_character(const char *data, size_t length)
{
	const char *end = data + length;
	const char *at = data;

	while ((at = memchr(at, '\\', (size_t)(end - at)))) {
		size_t left = (size_t)(end - at);

		if (is_surrogate(at, left, "89abAB") && at[6] == '\\' &&
		    is_surrogate(at + 6, left - 6, "cdefCDEF"))
			at += 12;
		else if (is_surrogate(at, left, "89abcdefABCDEF"))
			return true;
		else
			at += 2;
	}
	return false;
}

/* The object that the line is; false: it is none, or would be too long. */
static bool
find_object(
    const struct form *f, const char *data, size_t length, struct slice *ret_object)
{
	return length > 0 && length + f->front.length < FORM_LINE_SIZE &&
	    memchr(data, '{', length) && is_utf8(data, length) &&
	    reader_open(data, length, ret_object) && ret_object->bytes[0] == '{' &&
	    !has_half_character(data, length);
}

/* What it says itself of the time, and the like, is its own. */
static size_t
put_merged(const struct form *f, char *to, struct slice object)
{
	struct slice inner = slice_trim(
	    (struct slice){.bytes = object.bytes + 1, .length = object.length - 2});
	size_t at = put(to, "{", 1);

	for (size_t i = 0; i < f->member_count; i++) {
		const struct form_member *m = &f->members[i];

		if (reader_member(object, m->name).bytes)
			continue;
		if (at > 1)
			to[at++] = ',';
		at += put(to + at, f->front.bytes + m->begin, m->end - m->begin);
	}
	if (at > 1 && inner.length > 0)
		to[at++] = ',';
	at += put(to + at, inner.bytes, inner.length);
	return at + put(to + at, "}\n", 2);
}

static size_t
put_objects(
    const struct form *f, char *to, const char *data, size_t length, bool continued)
{
	struct slice object;
	size_t at = 0;

	if (f->style.merge && !continued && find_object(f, data, length, &object))
		return put_merged(f, to, object);
	do {
		at += put_object(f, to + at, &data, &length, continued);
		continued = true;
	} while (length > 0);
	return at;
}

size_t
form_line(const struct form *f, char *to, const char *data, size_t length, bool continued)
{
	size_t at;

	if (f->style.mode == LOG_MODE_JSON)
		return put_objects(f, to, data, length, continued);
	at = put(to, f->front.bytes, f->front.length);
	if (continued && at > 0)
		to[f->mark] = '+';
	at += put(to + at, data, length);
	to[at++] = '\n';
	return at;
}
