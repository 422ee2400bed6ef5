/*
 * Whatever a process sends to the notify socket: what is taken from it lies
 * within it, numbers are within their bounds, and what is behind a NUL is nothing.
 */

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor/notification.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool fine)
{
	if (!fine)
		abort();
}

static void
check_numbers(const struct notification *n)
{
	require(n->extend < USEC_NEVER);
	require(n->main_pid >= 0);
	require(n->error >= -1);
	require(n->exit_status >= -1 && n->exit_status <= 255);
}

static void
check_text(const char *text, size_t length, const char *value)
{
	require(value >= text && value + strlen(value) <= text + length);
	require(strchr(value, '\n') == NULL);
}

static void
check_name(const char *name)
{
	require(strlen(name) > 0 && strlen(name) <= 255);
	for (; *name != '\0'; name++)
		require(*name >= ' ' && *name < 0x7f && *name != ':');
}

static bool
is_nothing(const struct notification *n)
{
	return !n->ready && !n->reloading && !n->stopping && !n->ping && !n->trigger &&
	    !n->store && !n->unstore && !n->barrier && n->extend == 0 &&
	    n->watchdog == 0 && n->main_pid == 0 && n->error == -1 &&
	    n->exit_status == -1 && n->status == NULL && n->name == NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct notification n;

	require(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	notification_parse(text, size, &n);
	check_numbers(&n);
	if (n.status != NULL)
		check_text(text, size, n.status);
	if (n.name != NULL) {
		check_text(text, size, n.name);
		check_name(n.name);
	}
	if (memchr(data, '\0', size) != NULL || memchr(data, '=', size) == NULL)
		require(is_nothing(&n));
	free(text);
	return 0;
}
