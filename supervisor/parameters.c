#include "supervisor/parameters.h"

#include <string.h>

enum { NUMBER_SIZE = 32 };

static int
digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at =
	    c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c | 32 : c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Takes one character off s; -1: it is none. */
static int
take_character(struct slice *s)
{
	int high;
	int low;
	int c = (unsigned char)*s->bytes;
	size_t length = 1;

	if (c == '%') {
		if (s->length < 3)
			return -1;
		high = digit(s->bytes[1]);
		low = digit(s->bytes[2]);
		if (high < 0 || low < 0)
			return -1;
		c = high << 4 | low;
		length = 3;
	}
	s->bytes += length;
	s->length -= length;
	return c < ' ' || c == 0x7f ? -1 : c;
}

bool
slice_decode(struct slice s, char *ret_text, size_t size)
{
	size_t length = 0;

	while (s.length > 0) {
		int c = take_character(&s);

		if (c < 0 || length + 1 >= size)
			return false;
		ret_text[length++] = (char)c;
	}
	ret_text[length] = '\0';
	return true;
}

bool
parameter_next(struct slice *rest, struct slice *ret_name, struct slice *ret_value)
{
	while (rest->length > 0) {
		struct slice parameter = slice_take_until(rest, '&');

		if (parameter.length == 0)
			continue;
		*ret_name = slice_take_until(&parameter, '=');
		*ret_value = parameter;
		return true;
	}
	return false;
}

static bool
find(struct slice parameters, const char *wanted, struct slice *ret_value)
{
	struct slice name;

	while (parameter_next(&parameters, &name, ret_value))
		if (slice_is(name, wanted))
			return true;
	return false;
}

enum parameter
parameter_text(const struct request *r, const char *name, char *ret_text, size_t size)
{
	struct slice value;

	if (!find(r->query, name, &value) && !find(r->form, name, &value))
		return PARAMETER_NONE;
	return slice_decode(value, ret_text, size) ? PARAMETER_GIVEN : PARAMETER_WRONG;
}

/* Takes digits off *text; at least one, and no more than max. */
static bool
take_number(const char **text, uint64_t max, uint64_t *ret_number)
{
	const char *from = *text;
	uint64_t number = 0;

	for (; **text >= '0' && **text <= '9'; ++*text) {
		if (number > UINT64_MAX / 10 - 1)
			return false;
		number = number * 10 + (uint64_t)(**text - '0');
	}
	*ret_number = number;
	return *text > from && number <= max;
}

enum parameter
parameter_number(
    const struct request *r, const char *name, uint64_t max, uint64_t *ret_number)
{
	char text[NUMBER_SIZE];
	const char *rest = text;
	enum parameter p = parameter_text(r, name, text, sizeof(text));

	if (p != PARAMETER_GIVEN)
		return p;
	return take_number(&rest, max, ret_number) && *rest == '\0' ? PARAMETER_GIVEN
								    : PARAMETER_WRONG;
}

/* ".25" */
static bool
take_fraction(const char **text, usec_t *ret_time)
{
	usec_t unit = USEC_PER_SEC;

	*ret_time = 0;
	if (**text != '.')
		return true;
	if (digit((*text)[1]) < 0)
		return false;
	for (++*text; **text >= '0' && **text <= '9'; ++*text) {
		unit /= 10;
		*ret_time += unit * (usec_t)(**text - '0');
	}
	return true;
}

enum parameter
parameter_seconds(const struct request *r, const char *name, usec_t *ret_time)
{
	char text[NUMBER_SIZE];
	const char *rest = text;
	uint64_t seconds;
	usec_t fraction;
	enum parameter p = parameter_text(r, name, text, sizeof(text));

	if (p != PARAMETER_GIVEN)
		return p;
	if (!take_number(&rest, 365 * USEC_DAY / USEC_PER_SEC, &seconds) ||
	    !take_fraction(&rest, &fraction) || *rest != '\0')
		return PARAMETER_WRONG;
	*ret_time = seconds * USEC_PER_SEC + fraction;
	return PARAMETER_GIVEN;
}
