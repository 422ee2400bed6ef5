#include "supervisor/slice.h"

#include <string.h>
#include <strings.h>

bool
slice_is(struct slice s, const char *text)
{
	return s.length == strlen(text) && memcmp(s.bytes, text, s.length) == 0;
}

bool
slice_is_word(struct slice s, const char *word)
{
	return s.length == strlen(word) && strncasecmp(s.bytes, word, s.length) == 0;
}

bool
slice_begins_with(struct slice s, const char *word)
{
	return s.length >= strlen(word) && strncasecmp(s.bytes, word, strlen(word)) == 0;
}

struct slice
slice_skip(struct slice s, size_t count)
{
	return (struct slice){s.bytes + count, s.length - count};
}

struct slice
slice_take_until(struct slice *s, char separator)
{
	const char *at = memchr(s->bytes, separator, s->length);
	size_t length = at ? (size_t)(at - s->bytes) : s->length;
	struct slice taken = {s->bytes, length};

	*s = slice_skip(*s, at ? length + 1 : length);
	return taken;
}

struct slice
slice_trim(struct slice s)
{
	while (s.length > 0 && (s.bytes[0] == ' ' || s.bytes[0] == '\t'))
		s = slice_skip(s, 1);
	while (s.length > 0 &&
	    (s.bytes[s.length - 1] == ' ' || s.bytes[s.length - 1] == '\t'))
		s.length--;
	return s;
}
