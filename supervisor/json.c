#include "supervisor/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/utf8.h"

/* -- strings -------------------------------------------------------------------- */

/* What is written as it is: most of it, most of the time. */
static bool
is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/* Looked at together: so many that a compiler has an instruction for it. */
enum { BLOCK = 32 };

static bool
is_plain_block(const char *block)
{
	unsigned char odd = 0;

	for (size_t i = 0; i < BLOCK; i++) {
		unsigned char byte = (unsigned char)block[i];

		odd |= (unsigned char)((byte < 0x20) | (byte > 0x7f) | (byte == '"') |
		    (byte == '\\'));
	}
	return odd == 0;
}

static size_t
plain_length(const char *value, size_t left)
{
	size_t length = 0;

	while (left - length >= BLOCK && is_plain_block(value + length))
		length += BLOCK;
	while (length < left && is_plain((unsigned char)value[length]))
		length++;
	return length;
}

/* A character that is not plain, as it is written: at most so many bytes. */
enum { SPECIAL_SIZE = 6 };

static size_t
put_escape(char *to, unsigned char byte)
{
	static const char names[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";
	static const char digits[] = "0123456789abcdef";
	const char *found = memchr(names, byte, sizeof(names) - 1);

	to[0] = '\\';
	if (found) {
		to[1] = letters[found - names];
		return 2;
	}
	to[1] = 'u';
	to[2] = to[3] = '0';
	to[4] = digits[byte >> 4];
	to[5] = digits[byte & 15];
	return SPECIAL_SIZE;
}

/* Returns how much of it there was; *ret_written: how much it has become. */
static size_t
put_special(char *to, const char *from, size_t left, size_t *ret_written)
{
	size_t length = utf8_length(from, left);

	if (length == 1) {
		*ret_written = put_escape(to, (unsigned char)*from);
		return 1;
	}
	*ret_written = length == 0 ? 3 : length;
	memcpy(to, length == 0 ? "\xef\xbf\xbd" : from, *ret_written);
	return length == 0 ? 1 : length;
}

size_t
json_escape(char *to, size_t room, const char *from, size_t length, size_t *ret_written)
{
	size_t taken = 0;
	size_t written = 0;

	for (;;) {
		size_t left = length - taken;
		size_t plain = plain_length(
		    from + taken, left < room - written ? left : room - written);
		char special[SPECIAL_SIZE];
		size_t size;
		size_t of;

		memcpy(to + written, from + taken, plain);
		written += plain;
		taken += plain;
		if (taken == length)
			break;
		of = put_special(special, from + taken, length - taken, &size);
		if (size > room - written)
			break;
		memcpy(to + written, special, size);
		written += size;
		taken += of;
	}
	*ret_written = written;
	return taken;
}

static void
add_bytes(struct text *t, const char *value, size_t left)
{
	text_add(t, "\"");
	while (left > 0) {
		char piece[256];
		size_t written;
		size_t taken = json_escape(piece, sizeof(piece), value, left, &written);

		text_add_bytes(t, piece, written);
		value += taken;
		left -= taken;
	}
	text_add(t, "\"");
}

/* -- values --------------------------------------------------------------------- */

/* Every value ends in something else than a bracket that opens. */
static void
add_name(struct text *t, const char *name)
{
	const char *last = t->length > 0 ? t->bytes + t->length - 1 : "[";

	if (*last != '[' && *last != '{')
		text_add(t, ",");
	if (!name)
		return;
	add_bytes(t, name, strlen(name));
	text_add(t, ":");
}

static void
begin(struct text *t, const char *name, const char *bracket)
{
	add_name(t, name);
	text_add(t, bracket);
}

void
json_begin_object(struct text *t, const char *name)
{
	begin(t, name, "{");
}

void
json_end_object(struct text *t)
{
	text_add(t, "}");
}

void
json_begin_array(struct text *t, const char *name)
{
	begin(t, name, "[");
}

void
json_end_array(struct text *t)
{
	text_add(t, "]");
}

void
json_null(struct text *t, const char *name)
{
	add_name(t, name);
	text_add(t, "null");
}

void
json_string(struct text *t, const char *name, const char *value)
{
	if (!value) {
		json_null(t, name);
		return;
	}
	json_bytes(t, name, value, strlen(value));
}

void
json_bytes(struct text *t, const char *name, const char *value, size_t length)
{
	add_name(t, name);
	add_bytes(t, value, length);
}

void
json_number(struct text *t, const char *name, uint64_t value)
{
	add_name(t, name);
	text_add_number(t, value);
}

void
json_integer(struct text *t, const char *name, int64_t value)
{
	add_name(t, name);
	if (value < 0)
		text_add(t, "-");
	text_add_number(t, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void
json_format(struct text *t, const char *name, const char *format, ...)
{
	char value[64];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	json_string(t, name, value);
}

void
json_bool(struct text *t, const char *name, bool value)
{
	add_name(t, name);
	text_add(t, value ? "true" : "false");
}

void
json_seconds(struct text *t, const char *name, usec_t value)
{
	add_name(t, name);
	text_add_seconds(t, value);
}

void
json_time(struct text *t, const char *name, usec_t value)
{
	add_name(t, name);
	text_add(t, "\"");
	text_add_time(t, value);
	text_add(t, "\"");
}
