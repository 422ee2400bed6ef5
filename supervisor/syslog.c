#include "supervisor/syslog.h"

#include <ctype.h>
#include <string.h>
#include <syslog.h>

struct piece {
	char *start;
	char *end;
};

static size_t
length_of(struct piece p)
{
	return (size_t)(p.end - p.start);
}

/* "<N>" to "<NNN>", up to <191>: eight priorities of 24 facilities. */
static bool
take_priority(struct piece *text, struct syslog_message *m)
{
	char *at = text->start;
	int number = 0;

	if (at == text->end || *at++ != '<')
		return false;
	for (int i = 0; i < 3 && at < text->end && isdigit((unsigned char)*at); i++)
		number = number * 10 + *at++ - '0';
	if (at == text->end || *at != '>' || at[-1] == '<' ||
	    number >> 3 >= LOG_NFACILITIES)
		return false;
	m->priority = LOG_PRI(number);
	m->facility = LOG_FAC(number);
	text->start = at + 1;
	return true;
}

/* 'A': a letter, '0': a digit, '_': a digit or a space; else itself. */
static bool
fits(char c, char pattern)
{
	switch (pattern) {
	case 'A':
		return isalpha((unsigned char)c);
	case '_':
		return c == ' ' || isdigit((unsigned char)c);
	case '0':
		return isdigit((unsigned char)c);
	default:
		return c == pattern;
	}
}

/* Returns how much of the text the pattern takes; 0: it does not fit. */
static size_t
match(struct piece text, const char *pattern)
{
	size_t length = strlen(pattern);

	if (length_of(text) < length)
		return 0;
	for (size_t i = 0; i < length; i++)
		if (!fits(text.start[i], pattern[i]))
			return 0;
	return length;
}

/* Some write the time as RFC 3339 has it, with parts of a second and a zone. */
static size_t
match_time(struct piece text)
{
	size_t length = match(text, "AAA _0 00:00:00 ");
	const char *space;

	if (length > 0 || match(text, "0000-00-00T00:00:00") == 0)
		return length;
	space = memchr(text.start, ' ', length_of(text));
	return space ? (size_t)(space + 1 - text.start) : 0;
}

static bool
is_word(struct piece word, const char *name, size_t length)
{
	return length > 0 && length_of(word) == length &&
	    memcmp(word.start, name, length) == 0;
}

/* Up to the next space, which is taken too.  false: there is none. */
static bool
take_word(struct piece *text, struct piece *ret_word)
{
	char *space = memchr(text->start, ' ', length_of(*text));

	if (!space)
		return false;
	*ret_word = (struct piece){text->start, space};
	text->start = space + 1;
	return true;
}

/* In full, or up to its first dot. */
static void
skip_host(struct piece *text, const char *host)
{
	struct piece rest = *text;
	struct piece word;

	if (!host || !take_word(&rest, &word))
		return;
	if (is_word(word, host, strlen(host)) || is_word(word, host, strcspn(host, ".")))
		*text = rest;
}

static bool
is_nil(struct piece word)
{
	return is_word(word, "-", 1);
}

static void
put_before(struct piece *text, const char *bytes, size_t length)
{
	text->start -= length;
	memmove(text->start, bytes, length);
}

/* "- message": no structured data.  Some begin the message with U+FEFF. */
static void
skip_no_data(struct piece *text)
{
	static const char mark[] = "\xef\xbb\xbf";

	if (length_of(*text) == 0 || *text->start != '-')
		return;
	if (length_of(*text) == 1)
		text->start++;
	else if (text->start[1] == ' ')
		text->start += 2;
	if (length_of(*text) >= 3 && memcmp(text->start, mark, 3) == 0)
		text->start += 3;
}

enum { VERSION, TIME, HOST, TAG, PID, ID, WORDS };

/*
 * RFC 5424: "1 TIME HOST TAG PID ID " and the rest.  "TAG[PID]: " is shorter
 * than "TAG PID ID ", so it is put where that was, from its end backwards.
 * What one of these words is "-" for is not known.
 */
static bool
take_header(struct piece *text)
{
	struct piece rest = *text;
	struct piece words[WORDS] = {0};

	for (size_t i = 0; i < WORDS; i++)
		if (!take_word(&rest, &words[i]) || length_of(words[i]) == 0)
			return false;
	if (!is_word(words[VERSION], "1", 1) ||
	    (!is_nil(words[TIME]) && match(words[TIME], "0000-00-00T00:00:00") == 0))
		return false;
	*text = rest;
	skip_no_data(text);
	if (is_nil(words[TAG]))
		return true;
	put_before(text, ": ", 2);
	if (!is_nil(words[PID])) {
		put_before(text, "]", 1);
		put_before(text, words[PID].start, length_of(words[PID]));
		put_before(text, "[", 1);
	}
	put_before(text, words[TAG].start, length_of(words[TAG]));
	return true;
}

static bool
ends_nothing(char c)
{
	return c == '\n' || c == '\0';
}

void
syslog_parse(char *datagram, size_t length, const char *host, struct syslog_message *m)
{
	struct piece text = {datagram, datagram + length};
	size_t time;

	*m = (struct syslog_message){
	    .priority = LOG_NOTICE, .facility = LOG_FAC(LOG_USER)};
	while (text.end > text.start && ends_nothing(text.end[-1]))
		text.end--;
	if (take_priority(&text, m) && !take_header(&text)) {
		time = match_time(text);
		text.start += time;
		if (time > 0)
			skip_host(&text, host);
	}
	if (length_of(text) == 0)
		return;
	m->text = text.start;
	m->length = length_of(text);
}
