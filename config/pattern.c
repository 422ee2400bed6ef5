#include "config/pattern.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* -- sets -------------------------------------------------------------------------- */

/* At "[:digit:]": its length, or 0 if it is none. */
static size_t
class_at(const char *text, unsigned char byte, bool *ret_has)
{
	static const struct {
		const char *name;
		int (*has)(int);
	} classes[] = {{"[:alnum:]", isalnum}, {"[:alpha:]", isalpha},
	    {"[:blank:]", isblank}, {"[:cntrl:]", iscntrl}, {"[:digit:]", isdigit},
	    {"[:graph:]", isgraph}, {"[:lower:]", islower}, {"[:print:]", isprint},
	    {"[:punct:]", ispunct}, {"[:space:]", isspace}, {"[:upper:]", isupper},
	    {"[:xdigit:]", isxdigit}};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		size_t length = strlen(classes[i].name);

		if (strncmp(text, classes[i].name, length) == 0) {
			*ret_has = classes[i].has(byte) != 0;
			return length;
		}
	}
	return 0;
}

static unsigned char
take(const char **text)
{
	if (**text == '\\' && (*text)[1] != '\0')
		(*text)++;
	return (unsigned char)*(*text)++;
}

/*
 * At the '[': moves behind the ']', and says whether the set has this byte.  Where it
 * has no end, nothing moves.
 */
static bool
set_has(const char **pattern, unsigned char byte)
{
	const char *p = *pattern + 1;
	bool negated = *p == '!' || *p == '^';
	bool has = false;
	bool one = false;
	const char *first;

	p += negated;
	for (first = p; *p != '\0' && (*p != ']' || p == first); has |= one) {
		size_t length = class_at(p, byte, &one);
		unsigned char from;
		unsigned char to;

		p += length;
		if (length > 0)
			continue;
		from = to = take(&p);
		if (p[0] == '-' && p[1] != ']' && p[1] != '\0') {
			p++;
			to = take(&p);
		}
		one = from <= byte && byte <= to;
	}
	if (*p == '\0')
		return false;
	*pattern = p + 1;
	return has != negated;
}

/* -- the whole ----------------------------------------------------------------------- */

/* One byte, by what is no '*'; moves behind that. */
static bool
matches_one(const char **pattern, unsigned char byte)
{
	const char *before = *pattern;
	bool has;

	if (*before == '?') {
		(*pattern)++;
		return true;
	}
	if (*before == '[') {
		has = set_has(pattern, byte);
		if (*pattern != before)
			return has;
	}
	return *before != '\0' && take(pattern) == byte;
}

bool
pattern_matches(const char *pattern, const char *name)
{
	const char *star = NULL; /* behind the last one */
	const char *taken = NULL; /* so much it takes of the name */

	if (*name == '.' && *pattern != '.' && strncmp(pattern, "\\.", 2) != 0)
		return false;
	while (*name != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			taken = name;
		} else if (matches_one(&pattern, (unsigned char)*name)) {
			name++;
		} else if (star) {
			pattern = star;
			name = ++taken;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}
