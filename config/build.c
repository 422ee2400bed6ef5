#include "config/build.h"

#include <ctype.h>
#include <string.h>

#include "config/cpus.h"
#include "config/words.h"

enum { SERVICES_MAX = 10000 };

static void
fail(const struct draft *draft, struct source where, const char *text)
{
	diags_add(draft->diags, SEVERITY_ERROR, where.file, where.line, "%s", text);
}

void
build_set(const struct draft *draft, const struct setting *setting, uint32_t instance,
    void *target)
{
	struct value_context context = {.arena = draft->sections->arena,
	    .environment = draft->options->environment,
	    .instance = instance};

	/* The default goes; of a family there is none. */
	if (!key_is_family(setting->key))
		key_clear(context.arena, setting->key, target);
	for (size_t i = 0; i < setting->count; i++) {
		const struct source *source = &setting->sources[i];

		if (key_set(&context, setting->key, setting->suffix, source->text,
			target) < 0)
			diags_add(draft->diags, SEVERITY_ERROR, source->file,
			    source->line, "%s: %s", setting->name, context.error);
	}
}

static void
set_if_there(const struct draft *draft, const struct section *section, const char *key,
    struct service_config *service)
{
	const struct setting *setting = section_setting(section, key);

	if (setting != NULL)
		build_set(draft, setting, 0, service);
}

/* What decides whether and how often the section becomes a service. */
static void
measure(const struct draft *draft, struct section *section)
{
	struct service_config service = draft->plain;

	set_if_there(draft, section, "enabled", &service);
	section->enabled = service.enabled;
	if (!section->enabled || section_setting(section, "instances") == NULL)
		return;
	set_if_there(draft, section, "instances", &service);
	section->copies = service.instances;
	if (section->copies == 0)
		section->copies = draft->world->cpus;
	if (section->copies == 0)
		section->copies = cpus_available();
}

/*
 * command and shell are two forms of one thing: within a file they exclude
 * each other, and a later file that has one of them takes the other away.
 */
static const struct setting *
overruled(const struct section *section)
{
	const struct setting *command = section_setting(section, "command");
	const struct setting *shell = section_setting(section, "shell");

	if (command == NULL || shell == NULL || command->layer == shell->layer)
		return NULL;
	return command->layer < shell->layer ? command : shell;
}

static void
check_command(const struct draft *draft, const struct section *section)
{
	const struct setting *command = section_setting(section, "command");
	const struct setting *shell = section_setting(section, "shell");

	if (command == NULL && shell == NULL && section->command_meant)
		return;
	if (command == NULL && shell == NULL)
		diags_add(draft->diags, SEVERITY_ERROR, section->file, section->line,
		    "%s has no command; write command = PROGRAM ARGUMENT..., or shell = "
		    "TEXT",
		    section_title(draft->sections->arena, section));
	else if (command != NULL && shell != NULL && command->layer == shell->layer)
		fail(draft, shell->sources[0],
		    "shell: command is there too; write only one of them");
}

static enum service_kind
kind_of(const struct section *section)
{
	switch (section->kind) {
	case SECTION_TASK:
		return KIND_TASK;
	case SECTION_MAIN:
		return KIND_MAIN;
	default:
		return KIND_SERVICE;
	}
}

static void
use_shell(struct arena *arena, struct service_config *service)
{
	service->command = words_none(arena);
	words_add(
	    arena, &service->command, arena_copy(arena, "/bin/sh", strlen("/bin/sh")));
	words_add(arena, &service->command, arena_copy(arena, "-c", strlen("-c")));
	words_add(arena, &service->command,
	    arena_copy(arena, service->shell, strlen(service->shell)));
}

/* instance: 0 where there is only one, without a number. */
static void
build_service(const struct draft *draft, const struct section *section, uint32_t instance,
    struct service_config *service)
{
	struct arena *arena = &draft->config->arena;
	const struct setting *not_this = overruled(section);

	*service = draft->plain;
	service->kind = kind_of(section);
	service->name = instance == 0
	    ? arena_format(arena, "%s", section->name)
	    : arena_format(arena, "%s@%u", section->name, instance);
	service->file = arena_format(arena, "%s", section->file);
	service->line = section->line;
	service->instance = instance;
	for (size_t i = 0; i < section->count; i++) {
		if (&section->settings[i] != not_this)
			build_set(draft, &section->settings[i], instance, service);
	}
	service->log_set = section_setting(section, "log") != NULL;
	if (service->stdin_mode == STDIN_TTY && !service->log_set)
		service->log = LOG_MODE_INHERIT;
	if (service->shell != NULL)
		use_shell(draft->sections->arena, service);
	keys_settle(arena, SECTION_ANY, service);
}

/* The next copy has little to add to what is wrong with this one. */
static void
build_copies(struct draft *draft, struct section *section)
{
	struct config *config = draft->config;
	size_t errors = draft->diags->errors;
	size_t size = section_size(section);

	section->first = config->count;
	while (section->services < size && draft->diags->errors == errors) {
		uint32_t number = (uint32_t)++section->services;

		draft->origins[config->count] = section;
		build_service(draft, section, section->copies == 0 ? 0 : number,
		    &config->services[config->count++]);
	}
}

/* Its header is wrong; its values may be as well. */
static void
build_broken(struct draft *draft, struct section *section)
{
	struct service_config service;

	section->enabled = false;
	if ((section->kind & SECTION_ANY) != 0)
		build_service(draft, section, 0, &service);
}

static const char *
environment_name(struct arena *arena, const char *key)
{
	char *name = arena_format(arena, "PROCTOR_%s", key);

	for (char *p = name; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	return name;
}

static const char *
environment_value(char *const *environment, const char *name)
{
	size_t length = strlen(name);

	for (; environment != NULL && *environment != NULL; environment++) {
		if (strncmp(*environment, name, length) == 0 &&
		    (*environment)[length] == '=')
			return *environment + length + 1;
	}
	return NULL;
}

/* PROCTOR_<KEY>: as it is, for the environment has no quotes and comments. */
static void
set_from_environment(struct draft *draft, const struct key *key)
{
	struct value_context context = {
	    .arena = draft->sections->arena, .verbatim = true};
	const char *name = environment_name(draft->sections->arena, key->name);
	const char *value = environment_value(draft->options->environment, name);

	if (value == NULL)
		return;
	if (key_set(&context, key, "", value, draft->config) < 0)
		diags_add(draft->diags, SEVERITY_ERROR, "environment", 0, "%s: %s", name,
		    context.error);
}

const char *
build_variable(const struct draft *draft, const char *key)
{
	const char *name = environment_name(draft->sections->arena, key);

	return environment_value(draft->options->environment, name) != NULL ? name : NULL;
}

static void
build_proctor(struct draft *draft)
{
	const struct section *section = sections_find(draft->sections, "");

	keys_set_defaults(draft->sections->arena, SECTION_PROCTOR, draft->config);
	for (size_t i = 0; section != NULL && i < section->count; i++)
		build_set(draft, &section->settings[i], 0, draft->config);
	for (size_t i = 0; i < keys_count(); i++) {
		if (keys_at(i)->sections == SECTION_PROCTOR)
			set_from_environment(draft, keys_at(i));
	}
	keys_settle(&draft->config->arena, SECTION_PROCTOR, draft->config);
}

/* Where there are too many, no section keeps any. */
static size_t
count_services(struct draft *draft)
{
	size_t count = 0;

	for (size_t i = 0; i < draft->sections->count; i++) {
		struct section *section = draft->sections->items[i];

		if ((section->kind & SECTION_ANY) == 0)
			continue;
		measure(draft, section);
		if (!section->broken)
			count += section_size(section);
	}
	if (count <= SERVICES_MAX)
		return count;
	diags_add(draft->diags, SEVERITY_ERROR, draft->path, 0,
	    "these are %zu services; write at most %d", count, SERVICES_MAX);
	return 0;
}

void
build(struct draft *draft)
{
	struct config *config = draft->config;
	size_t count;

	build_proctor(draft);
	keys_set_defaults(draft->sections->arena, SECTION_ANY, &draft->plain);
	draft->plain.log = config->log;
	draft->plain.log_overflow = config->log_overflow;
	draft->plain.log_json_merge = config->log_json_merge;
	draft->plain.identity.uid = (uid_t)-1;
	draft->plain.identity.gid = (gid_t)-1;
	count = count_services(draft);
	config->services =
	    arena_alloc(&config->arena, (count + 1) * sizeof(*config->services));
	draft->origins =
	    arena_alloc(draft->sections->arena, (count + 1) * sizeof(*draft->origins));
	for (size_t i = 0; i < draft->sections->count; i++) {
		struct section *section = draft->sections->items[i];

		if (section->broken)
			build_broken(draft, section);
		if (section_size(section) == 0 || count == 0)
			continue;
		check_command(draft, section);
		build_copies(draft, section);
	}
}
