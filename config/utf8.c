#include "config/utf8.h"

static size_t
length_by_lead(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

size_t
utf8_length(const char *text, size_t left)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length = left == 0 ? 0 : length_by_lead(bytes[0]);

	if (length > left)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	/* Longer than need be, a surrogate, or beyond U+10FFFF. */
	if (length > 1 &&
	    ((bytes[0] == 0xe0 && bytes[1] < 0xa0) ||
		(bytes[0] == 0xed && bytes[1] > 0x9f) ||
		(bytes[0] == 0xf0 && bytes[1] < 0x90) ||
		(bytes[0] == 0xf4 && bytes[1] > 0x8f)))
		return 0;
	return length;
}

void
utf8_repair(char *text, size_t length)
{
	size_t i = 0;

	while (i < length) {
		size_t n = utf8_length(text + i, length - i);

		/* NUL is valid UTF-8, and cuts the text where C reads it. */
		if (n == 0 || text[i] == '\0') {
			text[i] = '?';
			n = 1;
		}
		i += n;
	}
}
