#include "config/types.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "config/keys.h"
#include "config/lists.h"
#include "config/nearest.h"
#include "config/probe.h"
#include "config/settle.h"
#include "config/signals.h"
#include "config/terms.h"
#include "config/words.h"

/* More than that is no number that a program was told to write to. */
enum { READY_FD_MAX = 1023 };

/* Names as in setrlimit(2), without RLIMIT_ and in small letters. */
static const struct choice resources[] = {{"as", RLIMIT_AS}, {"core", RLIMIT_CORE},
    {"cpu", RLIMIT_CPU}, {"data", RLIMIT_DATA}, {"fsize", RLIMIT_FSIZE},
    {"locks", RLIMIT_LOCKS}, {"memlock", RLIMIT_MEMLOCK}, {"msgqueue", RLIMIT_MSGQUEUE},
    {"nice", RLIMIT_NICE}, {"nofile", RLIMIT_NOFILE}, {"nproc", RLIMIT_NPROC},
    {"rss", RLIMIT_RSS}, {"rtprio", RLIMIT_RTPRIO}, {"rttime", RLIMIT_RTTIME},
    {"sigpending", RLIMIT_SIGPENDING}, {"stack", RLIMIT_STACK}, {0}};

static const struct choice log_modes[] = {{"prefix", LOG_MODE_PREFIX},
    {"json", LOG_MODE_JSON}, {"raw", LOG_MODE_RAW}, {"inherit", LOG_MODE_INHERIT},
    {"null", LOG_MODE_NULL}, {"journal", LOG_MODE_JOURNAL}, {0}};
static const struct choice log_overflows[] = {
    {"wait", LOG_OVERFLOW_WAIT}, {"drop", LOG_OVERFLOW_DROP}, {0}};
static const struct choice check_kinds[] = {{"readiness", CHECK_READINESS},
    {"liveness", CHECK_LIVENESS}, {"startup", CHECK_STARTUP}, {0}};
static const struct choice control_accesses[] = {
    {"read", CONTROL_READ}, {"manage", CONTROL_MANAGE}, {0}};
static const struct choice ready_kinds[] = {
    {"started", READY_STARTED}, {"notify", READY_NOTIFY}, {"check", READY_CHECK}, {0}};
static const struct choice restart_policies[] = {{"never", RESTART_NEVER},
    {"on-failure", RESTART_ON_FAILURE}, {"always", RESTART_ALWAYS}, {0}};
static const struct choice stdin_modes[] = {
    {"null", STDIN_NULL}, {"tty", STDIN_TTY}, {0}};
static const struct choice stop_scopes[] = {
    {"process", SCOPE_PROCESS}, {"group", SCOPE_GROUP}, {0}};

static const struct choice *
find_choice(const struct choice *choices, const char *name)
{
	for (; choices->name != NULL; choices++) {
		if (strcmp(choices->name, name) == 0)
			return choices;
	}
	return NULL;
}

/* "; did you mean 'nofile'?", or all of them: "; write yes or no" */
static const char *
hint(struct arena *arena, const struct choice *choices, const char *name)
{
	struct nearest nearest = nearest_to(name);
	const char *all = arena_format(arena, "; write %s", choices->name);

	for (const struct choice *one = choices; one->name != NULL; one++)
		nearest_offer(&nearest, one->name);
	if (nearest.best != NULL)
		return nearest_hint(&nearest, arena);
	for (const struct choice *one = choices + 1; one->name != NULL; one++)
		all = arena_format(
		    arena, "%s%s%s", all, one[1].name == NULL ? " or " : ", ", one->name);
	return all;
}

static int
set_choice(struct value_context *context, const struct assignment *a)
{
	const struct choice *choices = type_get(a->key->type)->choices;
	const struct choice *choice = find_choice(choices, a->text);

	if (choice == NULL)
		return value_fail(context, "%s is not known here%s",
		    value_quote(context, a->text),
		    hint(context->arena, choices, a->text));
	/* All enums are of one size; keys.c has checked which one this is. */
	static_assert(sizeof(enum log_mode) == sizeof(choice->value), "enums are ints");
	memcpy(a->field, &choice->value, sizeof(choice->value));
	return 0;
}

/* One of the choices, or fd:N. */
static int
set_ready(struct value_context *context, const struct assignment *a)
{
	struct readiness *ready = a->field;
	const struct choice *choice = find_choice(ready_kinds, a->text);
	int64_t number = 0;

	if (choice != NULL) {
		*ready = (struct readiness){.kind = (enum ready_kind)choice->value};
		return 0;
	}
	if (strncmp(a->text, "fd:", strlen("fd:")) != 0)
		return value_fail(context,
		    "%s is not known here; write started, notify, "
		    "check or fd:N",
		    value_quote(context, a->text));
	if (value_integer(context, a->text + strlen("fd:"), STDERR_FILENO + 1,
		READY_FD_MAX, &number) < 0)
		return -EINVAL;
	*ready = (struct readiness){.kind = READY_FD, .fd = (int)number};
	return 0;
}

static int
set_bool(struct value_context *context, const struct assignment *a)
{
	return value_bool(context, a->text, a->field);
}

static int
set_duration(struct value_context *context, const struct assignment *a)
{
	usec_t value = 0;
	usec_t min = (usec_t)a->key->min;
	usec_t max = (usec_t)a->key->max;

	/* What has no default can be taken back. */
	if (a->key->fallback == NULL && strcasecmp(a->text, "none") == 0) {
		*(usec_t *)a->field = USEC_NEVER;
		return 0;
	}
	if (value_duration(context, a->text, &value) < 0)
		return -EINVAL;
	if (value < min || value > max)
		return value_fail(context, "%s is too %s; write at %s %s",
		    value_quote(context, a->text), value < min ? "short" : "long",
		    value < min ? "least" : "most",
		    value_duration_text(context->arena, value < min ? min : max));
	*(usec_t *)a->field = value;
	return 0;
}

static int
set_instances(struct value_context *context, const struct assignment *a)
{
	int64_t value = 0;

	if (strcmp(a->text, "cpus") != 0 &&
	    value_integer(context, a->text, a->key->min, a->key->max, &value) < 0)
		return value_fail(context, "%s; or write cpus", context->error);
	*(uint32_t *)a->field = (uint32_t)value;
	return 0;
}

static int
set_count(struct value_context *context, const struct assignment *a)
{
	int64_t value = 0;

	if (value_integer(context, a->text, a->key->min, a->key->max, &value) < 0)
		return -EINVAL;
	*(uint32_t *)a->field = (uint32_t)value;
	return 0;
}

static int
set_integer(struct value_context *context, const struct assignment *a)
{
	int64_t value = 0;

	if (value_integer(context, a->text, a->key->min, a->key->max, &value) < 0)
		return -EINVAL;
	*(int *)a->field = (int)value;
	return 0;
}

static int
set_octal(struct value_context *context, const struct assignment *a)
{
	unsigned value = 0;

	if (value_octal(context, a->text, (unsigned)a->key->max, &value) < 0)
		return -EINVAL;
	*(int *)a->field = (int)value;
	return 0;
}

static int
set_restart_limit(struct value_context *context, const struct assignment *a)
{
	return value_restart_limit(context, a->text, (uint32_t)a->key->max, a->field);
}

static int
set_signal(struct value_context *context, const struct assignment *a)
{
	return signal_parse(context, a->text, a->field);
}

static int
set_text(struct value_context *context, const struct assignment *a)
{
	(void)context;
	*(const char **)a->field = a->text;
	return 0;
}

static int
set_text_or_off(struct value_context *context, const struct assignment *a)
{
	(void)context;
	*(const char **)a->field = strcasecmp(a->text, "off") == 0 ? NULL : a->text;
	return 0;
}

static int
set_probe(struct value_context *context, const struct assignment *a)
{
	return value_probe(context, a->text, a->field);
}

static int
set_limit(struct value_context *context, const struct assignment *a)
{
	struct resource_limits *limits = a->field;
	const struct choice *resource = find_choice(resources, a->suffix);
	struct resource_limit limit;

	if (resource == NULL)
		return value_fail(context, "%s is not a resource%s",
		    value_quote(context, a->suffix),
		    hint(context->arena, resources, a->suffix));
	limit.resource = resource->value;
	if (value_limit(context, a->text, &limit.value) < 0)
		return -EINVAL;
	limits->items =
	    arena_grow(context->arena, limits->items, limits->count, sizeof(limit));
	limits->items[limits->count++] = limit;
	return 0;
}

/* The fields that are not zero while they are not set. */
static const usec_t no_duration = USEC_NEVER;
static const int no_integer = INT_MIN;
static const int no_octal = -1;
static const uint32_t one_instance = 1;

/* clang-format off */
#define LIST .list = true, .sized = true
static const struct type types[KEY_TYPE_COUNT] = {
    [TYPE_BOOL] = {.set = set_bool, .argument = "yes | no"},
    [TYPE_COMMAND] = {.set = list_set_words, .argument = "PROGRAM ARGUMENT...",
	.form = FORM_WORDS, .sized = true, .settle = settle_words},
    [TYPE_CHECK_KIND] = {.set = set_choice, .choices = check_kinds},
    [TYPE_CONTROL_ACCESS] = {.set = set_choice, .choices = control_accesses},
    [TYPE_COUNT] = {.set = set_count, .argument = "NUMBER"},
    [TYPE_DURATION] = {.set = set_duration, .argument = "TIME", .unset = &no_duration},
    [TYPE_ENDS] = {.set = list_set_ends, .argument = "STATUS | SIGNAL ...", LIST},
    [TYPE_HEADER] = {.set = list_set_header, .argument = "TEXT", .sized = true,
	.settle = settle_variables},
    [TYPE_INSTANCES] = {.set = set_instances, .argument = "NUMBER | cpus",
	.unset = &one_instance},
    [TYPE_INTEGER] = {.set = set_integer, .argument = "NUMBER", .unset = &no_integer},
    [TYPE_LIMIT] = {.set = set_limit, .argument = "SOFT:HARD", .settle = settle_limits},
    [TYPE_LOG] = {.set = set_choice, .choices = log_modes},
    [TYPE_LOG_OVERFLOW] = {.set = set_choice, .choices = log_overflows},
    [TYPE_NAMES] = {.set = list_set_names, .argument = "NAME...", LIST, .settle = settle_words},
    [TYPE_OCTAL] = {.set = set_octal, .argument = "OCTAL", .unset = &no_octal},
    [TYPE_PROBE] = {.set = set_probe, .argument = "PROBE", .form = FORM_WORDS,
	.settle = settle_probe},
    [TYPE_READY] = {.set = set_ready, .argument = "started | notify | fd:N | check"},
    [TYPE_RESTART] = {.set = set_choice, .choices = restart_policies},
    [TYPE_RESTART_LIMIT] = {.set = set_restart_limit, .argument = "COUNT/TIME"},
    [TYPE_SHELL] = {.set = set_text, .argument = "TEXT", .form = FORM_SHELL,
	.sized = true, .settle = settle_text},
    [TYPE_SIGNAL] = {.set = set_signal, .argument = "SIGNAL"},
    [TYPE_SIGNAL_PAIRS] = {.set = list_set_signal_pairs, .argument = "SIGNAL[:SIGNAL]...",
	LIST, .settle = settle_signal_pairs},
    [TYPE_STATUSES] = {.set = list_set_statuses, .argument = "STATUS | FROM-TO ...", LIST,
	.settle = settle_status_ranges},
    [TYPE_STDIN] = {.set = set_choice, .choices = stdin_modes},
    [TYPE_STOP_SCOPE] = {.set = set_choice, .choices = stop_scopes},
    [TYPE_TEXT] = {.set = set_text, .argument = "TEXT", .sized = true,
	.settle = settle_text},
    [TYPE_TEXT_OR_OFF] = {.set = set_text_or_off, .argument = "TEXT | off",
	.sized = true, .settle = settle_text},
    [TYPE_VARIABLE] = {.set = list_set_variable, .argument = "TEXT", .sized = true,
	.settle = settle_variables},
    [TYPE_WORDS] = {.set = list_set_words, .argument = "FILE...", .form = FORM_WORDS, LIST,
	.settle = settle_words},
};
#undef LIST
/* clang-format on */

#define TYPE(name, field) [TYPE_##name] = sizeof(field),
static const size_t sizes[KEY_TYPE_COUNT] = {KEY_TYPES(TYPE)};
#undef TYPE

const struct type *
type_get(enum key_type type)
{
	return &types[type];
}

static const char *
name_of_choice(const struct choice *choices, int value)
{
	while (choices->name != NULL && choices->value != value)
		choices++;
	return choices->name;
}

const char *
type_resource(int resource)
{
	return name_of_choice(resources, resource);
}

const char *
type_ready(enum ready_kind kind)
{
	return name_of_choice(ready_kinds, (int)kind);
}

void
type_clear(struct arena *arena, enum key_type type, void *field)
{
	if (types[type].settle == settle_words)
		*(struct words *)field = words_none(arena);
	else if (types[type].unset != NULL)
		memcpy(field, types[type].unset, sizes[type]);
	else
		memset(field, 0, sizes[type]);
}

void
type_settle(struct arena *arena, enum key_type type, void *field)
{
	if (types[type].settle != NULL)
		types[type].settle(arena, field);
}
