/*
 * Any text as a probe, a list of statuses or a header: what is taken for good
 * can be asked for, and what is not is told why.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/probe.h"
#include "config/terms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool fine)
{
	if (!fine)
		abort();
}

static void
check_address(const struct probe *probe)
{
	long port = strtol(probe->port, NULL, 10);

	require(strlen(probe->host) > 0 && strlen(probe->host) <= 253);
	require(strpbrk(probe->host, "[]/@ \r\n") == NULL);
	require(port >= 1 && port <= 65535 && strlen(probe->port) <= 5);
}

static void
check_path(const struct probe *probe, bool request)
{
	for (const char *p = probe->path; *p != '\0'; p++)
		require(
		    (unsigned char)*p >= ' ' && *p != 0x7f && !(request && *p == ' '));
	require(probe->kind == PROBE_GRPC || probe->path[0] == '/');
}

static void
check_probe(const struct probe *probe)
{
	require(probe->text != NULL && probe->command.items != NULL);
	switch (probe->kind) {
	case PROBE_HTTP:
	case PROBE_HTTPS:
		check_path(probe, true);
		check_address(probe);
		break;
	case PROBE_GRPC:
		check_path(probe, false);
		check_address(probe);
		break;
	case PROBE_TCP:
		check_address(probe);
		break;
	case PROBE_UNIX:
		require(strlen(probe->path) < 108);
		check_path(probe, false);
		break;
	case PROBE_FILE:
		check_path(probe, false);
		require(probe->max_age > 0);
		break;
	case PROBE_EXEC:
		require(probe->command.count > 0 && *probe->command.items[0] != '\0');
		break;
	}
}

static void
try_ranges(struct value_context *context, const char *text)
{
	struct status_ranges ranges = {NULL, 0};
	int result = value_status_ranges(context, text, &ranges);

	require(result == 0 || context->error != NULL);
	require(result < 0 || ranges.count > 0);
	for (size_t i = 0; i < ranges.count; i++)
		require(ranges.items[i].first >= 100 && ranges.items[i].last <= 599 &&
		    ranges.items[i].first <= ranges.items[i].last);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char set[] = "A=a b\r\n%/:";
	char *environment[] = {set, NULL};
	struct arena arena = {0};
	struct value_context context = {
	    .arena = &arena, .environment = environment, .instance = size % 2};
	const char *text = arena_copy(&arena, (const char *)data, size);
	struct arena kept = {0};
	struct probe probe;

	if (value_probe(&context, text, &probe) == 0) {
		settle_probe(&kept, &probe);
		arena_clear(&arena);
		check_probe(&probe);
		text = arena_copy(&arena, (const char *)data, size);
	} else {
		require(context.error != NULL);
	}
	context.error = NULL;
	try_ranges(&context, text);
	if (value_header(&context, text, text) == 0)
		require(strpbrk(text, ": \r\n") == NULL);
	arena_clear(&arena);
	arena_clear(&kept);
	return 0;
}
