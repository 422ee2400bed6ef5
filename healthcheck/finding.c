#include "healthcheck/finding.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/utf8.h"

__attribute__((format(printf, 2, 0))) static void
say(const struct finding *f, const char *format, va_list args)
{
	if (f->size == 0)
		return;
	(void)vsnprintf(f->text, f->size, format, args);
	finding_clean(f->text);
}

bool
finding_good(const struct finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(f, format, args);
	va_end(args);
	return true;
}

bool
finding_bad(const struct finding *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(f, format, args);
	va_end(args);
	return false;
}

static void
trim(char *text)
{
	size_t length = strlen(text);
	size_t start = strspn(text, " ");

	while (length > start && text[length - 1] == ' ')
		length--;
	memmove(text, text + start, length - start);
	text[length - start] = '\0';
}

/* U+0080 to U+009F: a terminal may obey them. */
static bool
is_control(const unsigned char *p)
{
	return *p < ' ' || *p == 0x7f || (p[0] == 0xc2 && p[1] < 0xa0);
}

void
finding_clean(char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length;) {
		size_t n = utf8_length(text + i, length - i);

		if (n > 0 && !is_control((const unsigned char *)text + i)) {
			i += n;
		} else {
			text[i] = isspace((unsigned char)text[i]) ? ' ' : '?';
			i++;
		}
	}
	trim(text);
}
