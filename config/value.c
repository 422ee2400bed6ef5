#include "config/value.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "config/diag.h"
#include "config/signals.h"

struct unit {
	const char *name;
	uint64_t factor;
};

/* From the longest down, as value_duration_text() wants them. */
static const struct unit duration_units[] = {
    {"d", USEC_DAY},
    {"h", 3600 * USEC_PER_SEC},
    {"m", 60 * USEC_PER_SEC},
    {"s", USEC_PER_SEC},
    {"ms", USEC_PER_MSEC},
    {"us", 1},
};

static const struct unit size_units[] = {
    {"", 1},
    {"k", UINT64_C(1) << 10},
    {"m", UINT64_C(1) << 20},
    {"g", UINT64_C(1) << 30},
    {"t", UINT64_C(1) << 40},
};

enum { DURATION_UNITS = sizeof(duration_units) / sizeof(duration_units[0]) };
enum { SIZE_UNITS = sizeof(size_units) / sizeof(size_units[0]) };

enum digits { DIGITS_FINE, DIGITS_NONE, DIGITS_TOO_MANY };

int
value_fail(struct value_context *context, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	context->error = arena_vformat(context->arena, format, args);
	va_end(args);
	return -EINVAL;
}

const char *
value_quote(struct value_context *context, const char *text)
{
	return diag_quote(context->arena, text);
}

/* Moves *text behind the digits. */
static enum digits
read_digits(const char **text, unsigned base, uint64_t *ret_value)
{
	const char *start = *text;
	enum digits result = DIGITS_FINE;
	uint64_t value = 0;

	for (; **text >= '0' && (unsigned)(**text - '0') < base; (*text)++) {
		unsigned digit = (unsigned)(**text - '0');

		if (value > (UINT64_MAX - digit) / base)
			result = DIGITS_TOO_MANY;
		else
			value = value * base + digit;
	}
	if (*text == start)
		return DIGITS_NONE;
	if (result == DIGITS_FINE)
		*ret_value = value;
	return result;
}

static int
fail_range(struct value_context *context, const char *text, int64_t min, int64_t max)
{
	return value_fail(context,
	    "%s is out of range; write a number from %" PRId64 " to %" PRId64,
	    value_quote(context, text), min, max);
}

/* Limits stay far from the ends of int64_t, so that signs are no problem. */
int
value_integer(struct value_context *context, const char *text, int64_t min, int64_t max,
    int64_t *ret_value)
{
	bool negative = *text == '-';
	const char *p = negative || *text == '+' ? text + 1 : text;
	uint64_t magnitude = 0;
	enum digits digits = read_digits(&p, 10, &magnitude);
	int64_t value;

	if (digits == DIGITS_NONE || *p != '\0')
		return value_fail(context,
		    "%s is not a number; write one from %" PRId64 " to %" PRId64,
		    value_quote(context, text), min, max);
	if (digits == DIGITS_TOO_MANY || magnitude > INT64_MAX)
		return fail_range(context, text, min, max);
	value = negative ? -(int64_t)magnitude : (int64_t)magnitude;
	if (value < min || value > max)
		return fail_range(context, text, min, max);
	*ret_value = value;
	return 0;
}

int
value_octal(
    struct value_context *context, const char *text, unsigned max, unsigned *ret_value)
{
	const char *p = text;
	uint64_t value = 0;
	enum digits digits = read_digits(&p, 8, &value);

	if (digits == DIGITS_NONE || *p != '\0')
		return value_fail(context,
		    "%s is not an octal number; write one such as 022",
		    value_quote(context, text));
	if (digits == DIGITS_TOO_MANY || value > max)
		return value_fail(context, "%s is out of range; write at most 0%o",
		    value_quote(context, text), max);
	*ret_value = (unsigned)value;
	return 0;
}

int
value_bool(struct value_context *context, const char *text, bool *ret_value)
{
	static const struct {
		const char *name;
		bool value;
	} names[] = {{"yes", true}, {"no", false}, {"true", true}, {"false", false},
	    {"on", true}, {"off", false}, {"1", true}, {"0", false}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcasecmp(text, names[i].name) == 0) {
			*ret_value = names[i].value;
			return 0;
		}
	}
	return value_fail(context, "%s is neither yes nor no; write one of them",
	    value_quote(context, text));
}

static const struct unit *
find_unit(const struct unit *units, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcasecmp(units[i].name, name) == 0)
			return &units[i];
	}
	return NULL;
}

int
value_duration(struct value_context *context, const char *text, usec_t *ret_value)
{
	const char *p = text;
	uint64_t number = 0;
	enum digits digits = read_digits(&p, 10, &number);
	const struct unit *unit = find_unit(duration_units, DURATION_UNITS, p);

	if (digits == DIGITS_FINE && number == 0 && *p == '\0') {
		*ret_value = 0;
		return 0;
	}
	if (digits != DIGITS_NONE && *p == '\0')
		return value_fail(context, "%s has no unit; write %.20ss or %.20sms",
		    value_quote(context, text), text, text);
	if (digits == DIGITS_NONE || unit == NULL)
		return value_fail(context,
		    "%s is not a duration; write a whole number with ms, s, m, h or d, "
		    "such as "
		    "250ms or 5s",
		    value_quote(context, text));
	if (digits == DIGITS_TOO_MANY || number > (USEC_NEVER - 1) / unit->factor)
		return value_fail(context, "%s is too long", value_quote(context, text));
	*ret_value = number * unit->factor;
	return 0;
}

const char *
value_duration_text(struct arena *arena, usec_t value)
{
	if (value == USEC_NEVER)
		return "none";
	for (size_t i = 0; value != 0; i++) {
		const struct unit *unit = &duration_units[i];

		if (value % unit->factor == 0)
			return arena_format(
			    arena, "%" PRIu64 "%s", value / unit->factor, unit->name);
	}
	return "0s";
}

int
value_size(struct value_context *context, const char *text, uint64_t *ret_value)
{
	const char *p = text;
	uint64_t number = 0;
	enum digits digits = read_digits(&p, 10, &number);
	const struct unit *unit = find_unit(size_units, SIZE_UNITS, p);

	if (digits == DIGITS_NONE || unit == NULL)
		return value_fail(context,
		    "%s is not a size; write a whole number, alone or with k, m or g, "
		    "such as 64k",
		    value_quote(context, text));
	if (digits == DIGITS_TOO_MANY || number > UINT64_MAX / unit->factor)
		return value_fail(context, "%s is too large", value_quote(context, text));
	*ret_value = number * unit->factor;
	return 0;
}

int
value_restart_limit(struct value_context *context, const char *text, uint32_t max,
    struct restart_limit *ret_value)
{
	const char *slash = strchr(text, '/');
	struct restart_limit limit = {RESTARTS_UNLIMITED, 0};
	int64_t count = 0;

	if (strcasecmp(text, "none") == 0) {
		*ret_value = limit;
		return 0;
	}
	if (slash == NULL)
		return value_fail(context,
		    "%s is not a restart limit; write COUNT/TIME such as 5/60s, or none",
		    value_quote(context, text));
	if (value_integer(context,
		arena_copy(context->arena, text, (size_t)(slash - text)), 0, max,
		&count) < 0)
		return -EINVAL;
	if (value_duration(context, slash + 1, &limit.window) < 0)
		return -EINVAL;
	if (limit.window == 0)
		return value_fail(context,
		    "%s allows its restarts within no time; write one "
		    "such as 60s behind the slash",
		    value_quote(context, text));
	limit.count = (uint32_t)count;
	*ret_value = limit;
	return 0;
}

int
value_end(struct value_context *context, const char *word, struct end_set *set)
{
	int64_t status = 0;
	int signal = 0;

	if (isdigit((unsigned char)*word)) {
		if (value_integer(context, word, 0, 255, &status) < 0)
			return -EINVAL;
		set->statuses[status / 64] |= UINT64_C(1) << status % 64;
		return 0;
	}
	if (signal_parse(context, word, &signal) < 0)
		return -EINVAL;
	set->signals[signal / 64] |= UINT64_C(1) << signal % 64;
	return 0;
}

static int
read_limit_part(struct value_context *context, const char *text, rlim_t *ret_value)
{
	uint64_t value = 0;

	if (strcasecmp(text, "unlimited") == 0 || strcasecmp(text, "infinity") == 0) {
		*ret_value = RLIM_INFINITY;
		return 0;
	}
	if (value_size(context, text, &value) < 0)
		return value_fail(context,
		    "%s is not a limit; write a whole number, alone or with k, m or g, "
		    "or unlimited",
		    value_quote(context, text));
	*ret_value = value;
	return 0;
}

int
value_limit(struct value_context *context, const char *text, struct rlimit *ret_value)
{
	const char *colon = strchr(text, ':');
	struct rlimit limit = {0, 0};

	if (colon == NULL) {
		if (read_limit_part(context, text, &limit.rlim_cur) < 0)
			return -EINVAL;
		limit.rlim_max = limit.rlim_cur;
		*ret_value = limit;
		return 0;
	}
	if (read_limit_part(context,
		arena_copy(context->arena, text, (size_t)(colon - text)),
		&limit.rlim_cur) < 0 ||
	    read_limit_part(context, colon + 1, &limit.rlim_max) < 0)
		return -EINVAL;
	if (limit.rlim_cur > limit.rlim_max)
		return value_fail(context,
		    "the soft limit in %s is above the hard one; write SOFT:HARD, such "
		    "as 1024:4096",
		    value_quote(context, text));
	*ret_value = limit;
	return 0;
}
