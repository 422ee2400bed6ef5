#include "supervisor/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first allocation. */
#define TEXT_LEAST 1024

void
text_init(struct text *t, size_t limit)
{
	*t = (struct text){.limit = limit};
}

void
text_clear(struct text *t)
{
	free(t->bytes);
	text_init(t, t->limit);
}

/* More room, for at least so many bytes; or it has failed. */
static bool
grow(struct text *t, size_t length)
{
	size_t capacity = t->capacity ? t->capacity : TEXT_LEAST;
	char *bytes;

	while (capacity - t->length < length && capacity < t->limit)
		capacity *= 2;
	if (capacity > t->limit)
		capacity = t->limit;
	bytes = capacity - t->length < length ? NULL : realloc(t->bytes, capacity);
	t->failed = !bytes;
	if (!bytes)
		return false;
	t->bytes = bytes;
	t->capacity = capacity;
	return true;
}

static bool
make_room(struct text *t, size_t length)
{
	return !t->failed && (length <= t->capacity - t->length || grow(t, length));
}

void
text_add_bytes(struct text *t, const char *bytes, size_t length)
{
	if (length == 0 || !make_room(t, length))
		return;
	memcpy(t->bytes + t->length, bytes, length);
	t->length += length;
}

void
text_add(struct text *t, const char *string)
{
	text_add_bytes(t, string, strlen(string));
}

void
text_format(struct text *t, const char *format, ...)
{
	char small[256];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(small, sizeof(small), format, args);
	va_end(args);
	if (length < (int)sizeof(small)) {
		text_add_bytes(t, small, length < 0 ? 0 : (size_t)length);
		return;
	}
	/* vsnprintf() wants to write a NUL as well. */
	if (!make_room(t, (size_t)length + 1))
		return;
	va_start(args, format);
	(void)vsnprintf(t->bytes + t->length, (size_t)length + 1, format, args);
	va_end(args);
	t->length += (size_t)length;
}

/* With zeros in front, up to width. */
static void
add_digits(struct text *t, uint64_t number, unsigned width)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0 || sizeof(digits) - at < width);
	text_add_bytes(t, digits + at, sizeof(digits) - at);
}

void
text_add_number(struct text *t, uint64_t number)
{
	add_digits(t, number, 1);
}

void
text_add_seconds(struct text *t, usec_t time)
{
	uint64_t fraction = time % USEC_PER_SEC;
	unsigned width = 6;

	text_add_number(t, time / USEC_PER_SEC);
	if (fraction == 0)
		return;
	for (; fraction % 10 == 0; fraction /= 10)
		width--;
	text_add(t, ".");
	add_digits(t, fraction, width);
}

/* -- dates --------------------------------------------------------------------- */

struct date {
	uint64_t year;
	unsigned month; /* 0 to 11 */
	unsigned day; /* 1 to 31 */
	unsigned weekday; /* 0: Thursday */
};

/*
 * Years that begin in March, so that a leap day is the last one, in eras of 400
 * years, which all have the same number of days.  Not gmtime_r(), which looks
 * for the time zone in the environment and in files.
 */
static struct date
date_of(usec_t time)
{
	uint64_t days = time / USEC_DAY;
	uint64_t since = days + 719468; /* March 1 of the year 0 */
	uint64_t of_era = since % 146097;
	uint64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	uint64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	uint64_t month = (5 * of_year + 2) / 153; /* 0: March */

	return (struct date){
	    .year = year + since / 146097 * 400 + (month >= 10 ? 1 : 0),
	    .month = (unsigned)(month + 2) % 12,
	    .day = (unsigned)(of_year - (153 * month + 2) / 5) + 1,
	    .weekday = (unsigned)(days % 7),
	};
}

static void
add_clock(struct text *t, usec_t time)
{
	uint64_t seconds = time % USEC_DAY / USEC_PER_SEC;

	add_digits(t, seconds / 3600, 2);
	text_add(t, ":");
	add_digits(t, seconds / 60 % 60, 2);
	text_add(t, ":");
	add_digits(t, seconds % 60, 2);
}

static void
add_seconds(struct text *t, usec_t time)
{
	struct date d = date_of(time);

	add_digits(t, d.year, 4);
	text_add(t, "-");
	add_digits(t, d.month + 1, 2);
	text_add(t, "-");
	add_digits(t, d.day, 2);
	text_add(t, "T");
	add_clock(t, time);
	text_add(t, ".");
}

void
text_add_time(struct text *t, usec_t time)
{
	add_seconds(t, time);
	add_digits(t, time % USEC_PER_SEC / USEC_PER_MSEC, 3);
	text_add(t, "Z");
}

void
text_add_moment(struct text *t, usec_t time)
{
	add_seconds(t, time);
	add_digits(t, time % USEC_PER_SEC, 6);
	text_add(t, "Z");
}

void
text_add_http_time(struct text *t, usec_t time)
{
	static const char weekdays[] = "ThuFriSatSunMonTueWed";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct date d = date_of(time);

	text_add_bytes(t, weekdays + 3 * (size_t)d.weekday, 3);
	text_add(t, ", ");
	add_digits(t, d.day, 2);
	text_add(t, " ");
	text_add_bytes(t, months + 3 * (size_t)d.month, 3);
	text_add(t, " ");
	add_digits(t, d.year, 4);
	text_add(t, " ");
	add_clock(t, time);
	text_add(t, " GMT");
}
