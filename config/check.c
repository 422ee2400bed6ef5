#include "config/check.h"

#include <errno.h>
#include <string.h>

#include "config/checks.h"
#include "config/depend.h"
#include "config/endpoint.h"
#include "config/settle.h"
#include "config/users.h"

/* One service, for messages about its keys. */
struct subject {
	struct draft *draft;
	struct service_config *service;
	const struct section *section;
	struct value_context context; /* its errors, and memory that does not stay */
};

static void
add(const struct subject *s, enum severity severity, const char *key, const char *text)
{
	struct source where = section_where(s->section, key);

	diags_add(s->draft->diags, severity, where.file, where.line, "%s: %s", key, text);
}

static void
fail(const struct subject *s, const char *key, const char *text)
{
	add(s, SEVERITY_ERROR, key, text);
}

static const char *
duration(const struct subject *s, usec_t value)
{
	return value_duration_text(s->context.arena, value);
}

/* Where there was an error, a time is not set and not to be compared. */
static bool
is_known(usec_t value)
{
	return value != USEC_NEVER;
}

static void
check_restart(struct subject *s)
{
	const struct service_config *service = s->service;
	struct arena *arena = s->context.arena;
	bool max_is_set = section_setting(s->section, "restart_delay_max") != NULL;

	if (service->restart == RESTART_ALWAYS && service->kind != KIND_SERVICE)
		fail(s, "restart",
		    arena_format(arena,
			"a %s is done when it ends with success, so it cannot be "
			"restarted always; write on-failure or never",
			section_kind_name(s->section->kind)));
	if (is_known(service->restart_delay) &&
	    service->restart_delay > service->restart_delay_max)
		fail(s, max_is_set ? "restart_delay_max" : "restart_delay",
		    arena_format(arena,
			"restart_delay (%s) is longer than restart_delay_max (%s%s); "
			"write a longer restart_delay_max",
			duration(s, service->restart_delay),
			duration(s, service->restart_delay_max),
			max_is_set ? "" : ", its default"));
}

static void
check_stop(const struct subject *s)
{
	usec_t grace = s->draft->config->grace;
	usec_t timeout = s->service->stop_timeout;

	if (is_known(timeout) && timeout > grace)
		add(s, SEVERITY_WARNING, "stop_timeout",
		    arena_format(s->context.arena,
			"%s is longer than grace (%s), which ends it; "
			"write a longer grace",
			duration(s, timeout), duration(s, grace)));
}

static void
check_variables(struct subject *s)
{
	const struct service_config *service = s->service;
	struct arena *arena = s->context.arena;

	for (size_t i = 0; i < service->secrets.count; i++) {
		const char *name = service->secrets.items[i].name;
		const char *key = arena_format(arena, "secret.%s", name);

		if (section_setting(s->section, arena_format(arena, "env.%s", name)) !=
		    NULL)
			fail(s, key,
			    arena_format(arena,
				"env.%s sets it too; write only one of them", name));
	}
}

/* What only root can do is an error where it is about to be done. */
static void
needs_root(const struct subject *s, const char *key, const char *text)
{
	bool run = s->draft->options->purpose == LOAD_TO_RUN;

	add(s, run ? SEVERITY_ERROR : SEVERITY_WARNING, key, text);
}

static void
find_user(struct subject *s)
{
	struct service_config *service = s->service;

	if (service->user == NULL)
		return;
	if (users_find(&s->context, s->draft->world, service->user, &service->identity) <
	    0)
		fail(s, "user", s->context.error);
}

static void
find_group(struct subject *s)
{
	struct service_config *service = s->service;

	if (service->group == NULL)
		return;
	if (users_find_group(
		&s->context, s->draft->world, service->group, &service->identity.gid) < 0)
		fail(s, "group", s->context.error);
}

static void
find_groups(struct subject *s)
{
	struct identity *identity = &s->service->identity;
	const struct words *names = &s->service->groups;
	gid_t gid;

	for (size_t i = 0; i < names->count; i++) {
		if (users_find_group(
			&s->context, s->draft->world, names->items[i], &gid) < 0)
			fail(s, "groups", s->context.error);
		else
			users_add_group(s->context.arena, identity, gid);
	}
	identity->groups_set = true;
}

static void
find_groups_of_user(struct subject *s)
{
	struct identity *identity = &s->service->identity;

	if (users_find_groups_of(&s->context, s->draft->world, identity) < 0)
		fail(s, "user", s->context.error);
	identity->groups_set = true;
}

/* All that is left to somebody else: to be who he is already. */
static void
check_unprivileged(struct subject *s)
{
	const struct load_world *world = s->draft->world;
	struct identity *identity = &s->service->identity;
	struct arena *arena = s->context.arena;

	if (identity->uid != (uid_t)-1 && identity->uid != world->uid)
		needs_root(s, "user",
		    arena_format(arena,
			"only root can run as %s, and this is uid %u; run proctor as "
			"root, or leave the line out",
			diag_quote(arena, s->service->user), world->uid));
	if (s->service->group != NULL && identity->gid != world->gid)
		needs_root(s, "group",
		    arena_format(arena,
			"only root can run as group %s, and this is gid %u; run "
			"proctor as root, or leave the line out",
			diag_quote(arena, s->service->group), world->gid));
	else if (identity->gid != world->gid)
		identity->gid = (gid_t)-1;
	if (section_setting(s->section, "groups") != NULL)
		needs_root(s, "groups",
		    "only root can set groups; run proctor as root, or leave the line "
		    "out");
	else
		identity->groups_set = false;
}

static void
check_identity(struct subject *s)
{
	struct identity *identity = &s->service->identity;

	find_user(s);
	find_group(s);
	if (section_setting(s->section, "groups") != NULL)
		find_groups(s);
	else if (identity->uid != (uid_t)-1)
		find_groups_of_user(s);
	if (s->draft->world->uid != 0)
		check_unprivileged(s);
	settle_identity(&s->draft->config->arena, identity);
}

/* A folder of its own is for the service, and not for who reads its files. */
static void
check_tail(struct subject *s)
{
	for (size_t i = 0; i < s->service->tail.count; i++) {
		const char *path = s->service->tail.items[i];

		if (path[0] != '/')
			fail(s, "tail",
			    arena_format(s->context.arena,
				"%s is not an absolute path; write /.../%s",
				diag_quote(s->context.arena, path), path));
	}
}

static void
check_service(struct draft *draft, size_t index)
{
	struct subject subject = {.draft = draft,
	    .service = &draft->config->services[index],
	    .section = draft->origins[index],
	    .context = {.arena = draft->sections->arena}};

	check_restart(&subject);
	check_stop(&subject);
	check_variables(&subject);
	check_identity(&subject);
	check_tail(&subject);
}

static bool
is_main(const struct service_config *service)
{
	return service->kind == KIND_MAIN;
}

static bool
has_terminal(const struct service_config *service)
{
	return service->stdin_mode == STDIN_TTY;
}

/* What there can be only one of: every other one is an error. */
static void
check_only_one(const struct draft *draft, bool (*has)(const struct service_config *),
    const char *key, const char *text)
{
	const struct config *config = draft->config;
	const struct service_config *first = NULL;
	struct source where;

	for (size_t i = 0; i < config->count; i++) {
		const struct service_config *service = &config->services[i];

		if (!has(service))
			continue;
		where = section_where(draft->origins[i], key);
		if (first != NULL)
			diags_add(draft->diags, SEVERITY_ERROR, where.file, where.line,
			    "%s, and '%s' is it already", text, first->name);
		else
			first = service;
	}
}

static void
fail_proctor(const struct draft *draft, const char *key, const char *text)
{
	const struct section *section = sections_find(draft->sections, "");
	const char *variable = build_variable(draft, key);
	struct source where = {draft->path, 0, ""};

	if (variable != NULL)
		where.file = "environment";
	else if (section != NULL)
		where = section_where(section, key);
	diags_add(draft->diags, SEVERITY_ERROR, where.file, where.line, "%s: %s",
	    variable != NULL ? variable : key, text);
}

static void
check_http(const struct draft *draft)
{
	struct endpoint endpoint;
	const char *fault = NULL;

	if (draft->config->http != NULL)
		fault = endpoint_parse(draft->config->http, &endpoint);
	if (fault != NULL)
		fail_proctor(draft, "http", fault);
}

/* The name is no path, and a path leaves no doubt. */
static const char *
control_fault(struct arena *arena, const char *control)
{
	struct endpoint endpoint;

	if (*control != '/' && strchr(control, '/') != NULL)
		return arena_format(arena,
		    "%s is neither a path from the root nor a name; write such as "
		    "/run/app/control.sock, proctor.sock or off",
		    diag_quote(arena, control));
	if (!endpoint_of_path(control, &endpoint))
		return "longer than the path of a socket can be; write a shorter one";
	return NULL;
}

static void
check_control(const struct draft *draft)
{
	struct config *config = draft->config;
	struct value_context context = {.arena = draft->sections->arena};
	const char *fault = NULL;

	if (config->control != NULL)
		fault = control_fault(context.arena, config->control);
	if (fault != NULL)
		fail_proctor(draft, "control", fault);
	config->control_gid = (gid_t)-1;
	if (config->control_group != NULL &&
	    users_find_group(
		&context, draft->world, config->control_group, &config->control_gid) < 0)
		fail_proctor(draft, "control_group", context.error);
}

static void
check_proctor(const struct draft *draft)
{
	const struct config *config = draft->config;
	struct arena *arena = draft->sections->arena;

	if (!is_known(config->drain_delay) || config->drain_delay == 0 ||
	    config->drain_delay < config->grace)
		return;
	fail_proctor(draft, "drain_delay",
	    arena_format(arena,
		"%s leaves nothing of grace (%s); write a shorter one, or a longer grace",
		value_duration_text(arena, config->drain_delay),
		value_duration_text(arena, config->grace)));
}

static void
check_not_empty(const struct draft *draft)
{
	bool there = false;

	if (draft->config->count != 0 || draft->diags->errors != 0)
		return;
	for (size_t i = 0; i < draft->sections->count; i++)
		there = there || (draft->sections->items[i]->kind & SECTION_ANY) != 0;
	diags_add(draft->diags, SEVERITY_ERROR, draft->path, 0,
	    "there is nothing to run; %s",
	    there ? "enable one of the sections"
		  : "write a [service NAME], [task NAME] or [main NAME]");
}

void
check(struct draft *draft)
{
	check_proctor(draft);
	check_http(draft);
	check_control(draft);
	for (size_t i = 0; i < draft->config->count; i++)
		check_service(draft, i);
	check_only_one(
	    draft, is_main, "", "only one [main] can be the work of the container");
	check_only_one(
	    draft, has_terminal, "stdin", "only one service can have the terminal");
	depend(draft);
	checks_build(draft);
	check_not_empty(draft);
}
