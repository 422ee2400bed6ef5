#include "supervisor/notification.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* As sd_listen_fds(3) has it: what separates names in LISTEN_FDNAMES is none. */
enum { FD_NAME_MAX = 255 };

/* Decimal digits and nothing else; false: none, or more than max. */
static bool
parse_number(const char *text, unsigned long long max, unsigned long long *ret_number)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*ret_number = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && *ret_number <= max;
}

static void
parse_usec(const char *text, usec_t if_zero, usec_t *ret_usec)
{
	unsigned long long number;

	if (parse_number(text, USEC_NEVER - 1, &number))
		*ret_usec = number == 0 ? if_zero : number;
}

static void
parse_int(const char *text, unsigned long long max, int *ret_int)
{
	unsigned long long number;

	if (parse_number(text, max, &number))
		*ret_int = (int)number;
}

static const char *
parse_name(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < ' ' || c >= 0x7f || c == ':')
			return NULL;
	}
	return length > 0 && length <= FD_NAME_MAX ? text : NULL;
}

static bool
is_yes(const char *value)
{
	return strcmp(value, "1") == 0;
}

static void
parse_line(struct notification *n, const char *name, const char *value)
{
	if (strcmp(name, "READY") == 0)
		n->ready |= is_yes(value);
	else if (strcmp(name, "RELOADING") == 0)
		n->reloading |= is_yes(value);
	else if (strcmp(name, "STOPPING") == 0)
		n->stopping |= is_yes(value);
	else if (strcmp(name, "WATCHDOG") == 0 && strcmp(value, "trigger") == 0)
		n->trigger = true;
	else if (strcmp(name, "WATCHDOG") == 0)
		n->ping |= is_yes(value);
	else if (strcmp(name, "FDSTORE") == 0)
		n->store |= is_yes(value);
	else if (strcmp(name, "FDSTOREREMOVE") == 0)
		n->unstore |= is_yes(value);
	else if (strcmp(name, "BARRIER") == 0)
		n->barrier |= is_yes(value);
	else if (strcmp(name, "EXTEND_TIMEOUT_USEC") == 0)
		parse_usec(value, 0, &n->extend);
	else if (strcmp(name, "WATCHDOG_USEC") == 0)
		parse_usec(value, USEC_NEVER, &n->watchdog);
	else if (strcmp(name, "MAINPID") == 0)
		parse_int(value, INT_MAX, &n->main_pid);
	else if (strcmp(name, "ERRNO") == 0)
		parse_int(value, INT_MAX, &n->error);
	else if (strcmp(name, "EXIT_STATUS") == 0)
		parse_int(value, 255, &n->exit_status);
	else if (strcmp(name, "STATUS") == 0)
		n->status = value;
	else if (strcmp(name, "FDNAME") == 0)
		n->name = parse_name(value);
}

void
notification_parse(char *text, size_t length, struct notification *ret_notification)
{
	char *rest = text;

	*ret_notification = (struct notification){.error = -1, .exit_status = -1};
	/* What is behind a NUL byte was not meant for anybody. */
	if (strlen(text) != length)
		return;
	while (rest) {
		char *line = strsep(&rest, "\n");
		char *equals = strchr(line, '=');

		if (!equals)
			continue;
		*equals = '\0';
		parse_line(ret_notification, line, equals + 1);
	}
}
