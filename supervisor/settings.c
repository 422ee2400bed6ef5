/*
 * The configuration as it holds: each key of config/keys.def, as JSON.  What a secret
 * contains is in no configuration, and values of variables are only for who may manage.
 */
#include "supervisor/call.h"

#include <limits.h>
#include <string.h>

#include "config/keys.h"
#include "config/signals.h"
#include "supervisor/difference.h"
#include "supervisor/json.h"

#define SETTING_LIMIT ((size_t)1 << 20)

/* A field of its type, under this name. */
struct setting {
	struct text *text;
	const char *name;
	const struct key *key;
	const void *field;
	bool hides; /* values of variables */
};

static void
write_bool(const struct setting *s)
{
	json_bool(s->text, s->name, *(const bool *)s->field);
}

static void
write_choice(const struct setting *s)
{
	const struct choice *one = type_get(s->key->type)->choices;
	int value;

	memcpy(&value, s->field, sizeof(value));
	while (one->name && one->value != value)
		one++;
	json_string(s->text, s->name, one->name);
}

static void
write_words(const struct setting *s)
{
	const struct words *words = s->field;

	json_begin_array(s->text, s->name);
	for (size_t i = 0; i < words->count; i++)
		json_string(s->text, NULL, words->items[i]);
	json_end_array(s->text);
}

static void
write_text(const struct setting *s)
{
	json_string(s->text, s->name, *(const char *const *)s->field);
}

static void
write_count(const struct setting *s)
{
	json_number(s->text, s->name, *(const uint32_t *)s->field);
}

static void
write_duration(const struct setting *s)
{
	usec_t time = *(const usec_t *)s->field;

	if (time == USEC_NEVER)
		json_null(s->text, s->name);
	else
		json_seconds(s->text, s->name, time);
}

static void
write_integer(const struct setting *s)
{
	int value = *(const int *)s->field;

	if (value == INT_MIN)
		json_null(s->text, s->name);
	else
		json_integer(s->text, s->name, value);
}

static void
write_octal(const struct setting *s)
{
	int value = *(const int *)s->field;

	if (value == -1)
		json_null(s->text, s->name);
	else
		json_format(s->text, s->name, "%03o", (unsigned)value);
}

static void
write_ends(const struct setting *s)
{
	const struct end_set *set = s->field;

	json_begin_array(s->text, s->name);
	for (int i = 0; i < 256; i++)
		if (end_set_has_status(set, i))
			json_number(s->text, NULL, (uint64_t)i);
	for (int i = 1; i <= 64; i++)
		if (end_set_has_signal(set, i))
			json_string(s->text, NULL, signal_name(i));
	json_end_array(s->text);
}

static void
write_variables(const struct setting *s)
{
	const struct variables *list = s->field;

	json_begin_object(s->text, s->name);
	for (size_t i = 0; i < list->count; i++)
		json_string(
		    s->text, list->items[i].name, s->hides ? NULL : list->items[i].value);
	json_end_object(s->text);
}

static void
write_limit(struct text *t, const char *name, rlim_t limit)
{
	if (limit == RLIM_INFINITY)
		json_null(t, name);
	else
		json_number(t, name, limit);
}

static void
write_limits(const struct setting *s)
{
	const struct resource_limits *list = s->field;

	json_begin_object(s->text, s->name);
	for (size_t i = 0; i < list->count; i++) {
		const struct resource_limit *l = &list->items[i];

		json_begin_object(s->text, type_resource(l->resource));
		write_limit(s->text, "soft", l->value.rlim_cur);
		write_limit(s->text, "hard", l->value.rlim_max);
		json_end_object(s->text);
	}
	json_end_object(s->text);
}

static void
write_probe(const struct setting *s)
{
	json_string(s->text, s->name, ((const struct probe *)s->field)->text);
}

static void
write_ready(const struct setting *s)
{
	const struct readiness *ready = s->field;
	const char *kind = type_ready(ready->kind);

	if (kind)
		json_string(s->text, s->name, kind);
	else
		json_format(s->text, s->name, "fd:%d", ready->fd);
}

static void
write_restart_limit(const struct setting *s)
{
	const struct restart_limit *limit = s->field;

	if (limit->count == RESTARTS_UNLIMITED) {
		json_null(s->text, s->name);
		return;
	}
	json_begin_object(s->text, s->name);
	json_number(s->text, "count", limit->count);
	json_seconds(s->text, "seconds", limit->window);
	json_end_object(s->text);
}

static void
write_signal(const struct setting *s)
{
	int signal = *(const int *)s->field;

	json_string(s->text, s->name, signal > 0 ? signal_name(signal) : NULL);
}

static void
write_signal_pairs(const struct setting *s)
{
	const struct signal_pairs *list = s->field;

	json_begin_array(s->text, s->name);
	for (size_t i = 0; i < list->count; i++) {
		json_begin_object(s->text, NULL);
		json_string(s->text, "from", signal_name(list->items[i].from));
		json_string(s->text, "to", signal_name(list->items[i].to));
		json_end_object(s->text);
	}
	json_end_array(s->text);
}

static void
write_statuses(const struct setting *s)
{
	const struct status_ranges *list = s->field;

	json_begin_array(s->text, s->name);
	for (size_t i = 0; i < list->count; i++)
		json_format(
		    s->text, NULL, "%d-%d", list->items[i].first, list->items[i].last);
	json_end_array(s->text);
}

/* clang-format off */
static void (*const writers[KEY_TYPE_COUNT])(const struct setting *) = {
    [TYPE_BOOL] = write_bool,
    [TYPE_CHECK_KIND] = write_choice,
    [TYPE_COMMAND] = write_words,
    [TYPE_CONTROL_ACCESS] = write_choice,
    [TYPE_COUNT] = write_count,
    [TYPE_DURATION] = write_duration,
    [TYPE_ENDS] = write_ends,
    [TYPE_HEADER] = write_variables,
    [TYPE_INSTANCES] = write_count,
    [TYPE_INTEGER] = write_integer,
    [TYPE_LIMIT] = write_limits,
    [TYPE_LOG] = write_choice,
    [TYPE_LOG_OVERFLOW] = write_choice,
    [TYPE_NAMES] = write_words,
    [TYPE_OCTAL] = write_octal,
    [TYPE_PROBE] = write_probe,
    [TYPE_READY] = write_ready,
    [TYPE_RESTART] = write_choice,
    [TYPE_RESTART_LIMIT] = write_restart_limit,
    [TYPE_SHELL] = write_text,
    [TYPE_SIGNAL] = write_signal,
    [TYPE_SIGNAL_PAIRS] = write_signal_pairs,
    [TYPE_STATUSES] = write_statuses,
    [TYPE_STDIN] = write_choice,
    [TYPE_STOP_SCOPE] = write_choice,
    [TYPE_TEXT] = write_text,
    [TYPE_TEXT_OR_OFF] = write_text,
    [TYPE_VARIABLE] = write_variables,
    [TYPE_WORDS] = write_words,
};
/* clang-format on */

/* The name of a family loses its dot: "env". */
static void
write_key(const struct call *c, const struct key *key, const void *target)
{
	char name[64];
	struct setting s = {
	    .text = &c->page->body,
	    .name = name,
	    .key = key,
	    .field = (const char *)target + key->offset,
	    .hides = c->access < ACCESS_MANAGE && strcmp(key->name, "secret.") != 0,
	};

	(void)strncpy(name, key->name, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	if (key_is_family(key))
		name[strlen(name) - 1] = '\0';
	if (writers[key->type])
		writers[key->type](&s);
	else
		json_null(s.text, name);
}

bool
settings_differ(const struct key *key, const void *one, const void *other)
{
	struct text texts[2];
	struct setting s = {.name = NULL, .key = key};
	bool differ;

	for (int i = 0; i < 2; i++) {
		text_init(&texts[i], SETTING_LIMIT);
		s.text = &texts[i];
		s.field = (const char *)(i == 0 ? one : other) + key->offset;
		if (writers[key->type])
			writers[key->type](&s);
	}
	differ = texts[0].failed || texts[1].failed ||
	    texts[0].length != texts[1].length ||
	    (texts[0].length > 0 &&
		memcmp(texts[0].bytes, texts[1].bytes, texts[0].length) != 0);
	text_clear(&texts[0]);
	text_clear(&texts[1]);
	return differ;
}

static void
write_keys(const struct call *c, unsigned section, const void *target)
{
	json_begin_object(&c->page->body, "keys");
	for (size_t i = 0; i < keys_count(); i++)
		if (keys_at(i)->sections & section)
			write_key(c, keys_at(i), target);
	json_end_object(&c->page->body);
}

static void
begin_section(const struct call *c, unsigned section, const char *name, const char *file,
    unsigned line)
{
	struct text *t = &c->page->body;

	json_begin_object(t, NULL);
	json_string(t, "section", section_kind_name(section));
	json_string(t, "name", name);
	json_string(t, "file", file);
	json_number(t, "line", line);
}

void
settings_answer(struct call *c)
{
	const struct config *config = c->view.plan->config;
	struct text *t = &c->page->body;

	json_begin_object(t, NULL);
	json_begin_array(t, "files");
	for (size_t i = 0; i < config->files.count; i++)
		json_string(t, NULL, config->files.items[i]);
	json_end_array(t);
	write_keys(c, SECTION_PROCTOR, config);
	json_begin_array(t, "services");
	for (size_t i = 0; i < config->count; i++) {
		const struct service_config *s = &config->services[i];

		begin_section(c, 1U << s->kind, s->name, s->file, s->line);
		write_keys(c, 1U << s->kind, s);
		json_end_object(t);
	}
	json_end_array(t);
	json_begin_array(t, "checks");
	for (size_t i = 0; i < config->check_count; i++) {
		const struct check_config *check = &config->checks[i];

		begin_section(c, SECTION_CHECK, check->name, check->file, check->line);
		write_keys(c, SECTION_CHECK, check);
		json_end_object(t);
	}
	json_end_array(t);
	json_end_object(t);
	text_add(t, "\n");
}
