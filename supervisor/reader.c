#include "supervisor/reader.h"

#include <assert.h>
#include <string.h>

enum { DEPTH_MAX = 32 };

struct cursor {
	const char *at;
	const char *end;
};

/* -- what it looks like --------------------------------------------------------- */

static void
skip_space(struct cursor *c)
{
	while (c->at < c->end &&
	    (*c->at == ' ' || *c->at == '\t' || *c->at == '\r' || *c->at == '\n'))
		c->at++;
}

/* After space: this character, which is taken. */
static bool
take(struct cursor *c, char wanted)
{
	skip_space(c);
	if (c->at == c->end || *c->at != wanted)
		return false;
	c->at++;
	return true;
}

static bool
skip_word(struct cursor *c, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0)
		return false;
	c->at += length;
	return true;
}

static bool
is_digit(const struct cursor *c)
{
	return c->at < c->end && *c->at >= '0' && *c->at <= '9';
}

static bool
skip_digits(struct cursor *c)
{
	bool any = is_digit(c);

	while (is_digit(c))
		c->at++;
	return any;
}

static bool
skip_one(struct cursor *c, const char *of)
{
	if (c->at == c->end || *c->at == '\0' || !strchr(of, *c->at))
		return false;
	c->at++;
	return true;
}

static bool
skip_number(struct cursor *c)
{
	bool zero;

	(void)skip_one(c, "-");
	zero = c->at < c->end && *c->at == '0';
	if (!(zero ? skip_one(c, "0") : skip_digits(c)))
		return false;
	if (skip_one(c, ".") && !skip_digits(c))
		return false;
	if (!skip_one(c, "eE"))
		return true;
	(void)skip_one(c, "+-");
	return skip_digits(c);
}

/* Four digits of base 16, or -1. */
static long
hexadecimal(const char *at, const char *end)
{
	long value = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit = at[i]
		    ? strchr(digits, at[i] >= 'A' && at[i] <= 'F' ? at[i] + 32 : at[i])
		    : NULL;

		if (!digit)
			return -1;
		value = value * 16 + (digit - digits);
	}
	return value;
}

static bool
skip_escape(struct cursor *c)
{
	if (!skip_one(c, "u"))
		return skip_one(c, "\"\\/bfnrt");
	if (hexadecimal(c->at, c->end) < 0)
		return false;
	c->at += 4;
	return true;
}

static bool
skip_string(struct cursor *c)
{
	if (!take(c, '"'))
		return false;
	while (c->at < c->end && *c->at != '"') {
		unsigned char byte = (unsigned char)*c->at++;

		if (byte < 0x20 || (byte == '\\' && !skip_escape(c)))
			return false;
	}
	return take(c, '"');
}

/* No object and no array. */
static bool
skip_scalar(struct cursor *c)
{
	switch (c->at < c->end ? *c->at : '\0') {
	case '"':
		return skip_string(c);
	case 't':
		return skip_word(c, "true");
	case 'f':
		return skip_word(c, "false");
	case 'n':
		return skip_word(c, "null");
	default:
		return skip_number(c);
	}
}

/* The brackets that are open: a bit for each, set for an object. */
struct nesting {
	uint32_t objects;
	unsigned depth;
};

static_assert(DEPTH_MAX <= 32, "a bit for each");

/* In front of a value: of an object, its name. */
static bool
skip_name(struct cursor *c, const struct nesting *n)
{
	return !(n->objects & 1) || (skip_string(c) && take(c, ':'));
}

static bool
close_one(struct cursor *c, struct nesting *n)
{
	if (!take(c, n->objects & 1 ? '}' : ']'))
		return false;
	n->objects >>= 1;
	n->depth--;
	return true;
}

/* Up to the next value, or the end of the outermost one. */
static bool
skip_after_value(struct cursor *c, struct nesting *n)
{
	while (n->depth > 0) {
		if (take(c, ','))
			return skip_name(c, n);
		if (!close_one(c, n))
			return false;
	}
	return true;
}

/* With all that is in it: the first value is done when none is open any more. */
static bool
skip_value(struct cursor *c)
{
	struct nesting n = {0};

	do {
		bool object = take(c, '{');

		if (object || take(c, '[')) {
			if (n.depth == DEPTH_MAX)
				return false;
			n.objects = n.objects << 1 | object;
			n.depth++;
			if (!close_one(c, &n)) {
				if (!skip_name(c, &n))
					return false;
				continue;
			}
		} else if (!skip_scalar(c)) {
			return false;
		}
		if (!skip_after_value(c, &n))
			return false;
	} while (n.depth > 0);
	return true;
}

/* The value that is next; it is known to be one. */
static struct slice
next_value(struct cursor *c)
{
	const char *begin;

	skip_space(c);
	begin = c->at;
	(void)skip_value(c);
	return (struct slice){.bytes = begin, .length = (size_t)(c->at - begin)};
}

bool
reader_open(const char *bytes, size_t length, struct slice *ret_value)
{
	struct cursor c = {.at = bytes, .end = bytes + length};
	struct cursor again = c;

	if (!skip_value(&c))
		return false;
	skip_space(&c);
	if (c.at != c.end)
		return false;
	*ret_value = next_value(&again);
	return true;
}

/* -- what is in it ------------------------------------------------------------------ */

/* Behind the first character, if it is this one. */
static bool
open_brackets(struct slice s, char first, struct cursor *c)
{
	if (s.length == 0 || s.bytes[0] != first)
		return false;
	*c = (struct cursor){.at = s.bytes + 1, .end = s.bytes + s.length};
	return true;
}

struct slice
reader_member(struct slice object, const char *name)
{
	struct cursor c;

	if (!open_brackets(object, '{', &c) || take(&c, '}'))
		return (struct slice){.bytes = NULL};
	do {
		struct slice key = next_value(&c);
		struct slice value;

		(void)take(&c, ':');
		value = next_value(&c);
		if (reader_is(key, name))
			return value;
	} while (take(&c, ','));
	return (struct slice){.bytes = NULL};
}

bool
reader_next(struct slice array, struct slice *item)
{
	struct cursor c;

	if (!open_brackets(array, '[', &c))
		return false;
	if (item->bytes) {
		c.at = item->bytes + item->length;
		if (!take(&c, ','))
			return false;
	} else if (take(&c, ']')) {
		return false;
	}
	*item = next_value(&c);
	return true;
}

static void
add_character(struct text *t, unsigned long code)
{
	char bytes[4] = {(char)code};
	size_t length = 1;

	if (code >= 0x80) {
		length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
		for (size_t i = length; i-- > 1; code >>= 6)
			bytes[i] = (char)(0x80 | (code & 0x3f));
		bytes[0] = (char)((0xf00U >> length & 0xf0U) | code);
	}
	text_add_bytes(t, bytes, length);
}

/* After "\u"; half of a pair that has no other half becomes U+FFFD. */
static void
add_unicode(struct text *t, struct cursor *c)
{
	unsigned long code = (unsigned long)hexadecimal(c->at, c->end);

	c->at += 4;
	if (code >= 0xd800 && code < 0xdc00 && c->end - c->at >= 6 && c->at[0] == '\\' &&
	    c->at[1] == 'u') {
		unsigned long low = (unsigned long)hexadecimal(c->at + 2, c->end);

		if (low >= 0xdc00 && low < 0xe000) {
			c->at += 6;
			code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	add_character(t, code >= 0xd800 && code < 0xe000 ? 0xfffd : code);
}

static void
add_escape(struct text *t, struct cursor *c)
{
	static const char letters[] = "bfnrt";
	static const char meant[] = "\b\f\n\r\t";
	const char *letter = strchr(letters, *c->at);

	if (*c->at++ == 'u')
		add_unicode(t, c);
	else
		text_add_bytes(t, letter ? meant + (letter - letters) : c->at - 1, 1);
}

bool
reader_string(struct slice s, struct text *t)
{
	struct cursor c;

	if (!open_brackets(s, '"', &c))
		return false;
	c.end--;
	while (c.at < c.end) {
		const char *escape = memchr(c.at, '\\', (size_t)(c.end - c.at));
		size_t plain = (size_t)((escape ? escape : c.end) - c.at);

		text_add_bytes(t, c.at, plain);
		c.at += plain;
		if (escape) {
			c.at++;
			add_escape(t, &c);
		}
	}
	return true;
}

bool
reader_is(struct slice s, const char *text)
{
	struct text said;
	size_t length = strlen(text);
	bool same;

	if (s.length == length + 2 && s.bytes[0] == '"' &&
	    memcmp(s.bytes + 1, text, length) == 0)
		return true;
	if (s.length == 0 || !memchr(s.bytes, '\\', s.length))
		return false;
	text_init(&said, s.length + 1);
	same = reader_string(s, &said) && !said.failed && said.length == length &&
	    (length == 0 || memcmp(said.bytes, text, length) == 0);
	text_clear(&said);
	return same;
}

bool
reader_is_true(struct slice s)
{
	return slice_is(s, "true");
}

uint64_t
reader_number(struct slice s)
{
	uint64_t number = 0;

	for (size_t i = 0; i < s.length && s.bytes[i] >= '0' && s.bytes[i] <= '9'; i++) {
		unsigned digit = (unsigned)(s.bytes[i] - '0');

		if (number > (UINT64_MAX - digit) / 10)
			return UINT64_MAX;
		number = number * 10 + digit;
	}
	return number;
}
