#include "supervisor/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/utf8.h"

static void
add_escape(struct text *t, unsigned char byte)
{
	static const char names[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";
	static const char digits[] = "0123456789abcdef";
	const char *found = strchr(names, byte);
	char unicode[] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};

	if (found) {
		text_add(t, "\\");
		text_add_bytes(t, letters + (found - names), 1);
	} else {
		text_add_bytes(t, unicode, sizeof(unicode));
	}
}

/* What is written as it is: most of it, most of the time. */
static bool
is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

static size_t
plain_length(const char *value, size_t left)
{
	size_t length = 0;

	while (length < left && is_plain((unsigned char)value[length]))
		length++;
	return length;
}

/* One character that is not plain; returns its length. */
static size_t
add_special(struct text *t, const char *value, size_t left)
{
	size_t length = utf8_length(value, left);

	if (length > 1)
		text_add_bytes(t, value, length);
	else if (length == 1)
		add_escape(t, (unsigned char)*value);
	else
		text_add(t, "\xef\xbf\xbd");
	return length == 0 ? 1 : length;
}

static void
add_string(struct text *t, const char *value)
{
	size_t left = strlen(value);

	text_add(t, "\"");
	while (left > 0) {
		size_t length = plain_length(value, left);

		text_add_bytes(t, value, length);
		if (length < left)
			length += add_special(t, value + length, left - length);
		value += length;
		left -= length;
	}
	text_add(t, "\"");
}

/* Every value ends in something else than a bracket that opens. */
static void
add_name(struct text *t, const char *name)
{
	const char *last = t->length > 0 ? t->bytes + t->length - 1 : "[";

	if (*last != '[' && *last != '{')
		text_add(t, ",");
	if (!name)
		return;
	add_string(t, name);
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
	add_name(t, name);
	add_string(t, value);
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
