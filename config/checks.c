#include "config/checks.h"

#include <string.h>

#include "config/moment.h"
#include "config/names.h"
#include "config/settle.h"

enum { CHECKS_MAX = 10000 };

/* So that what is reckoned with it stays a number. */
#define LONGEST_LIFE (365 * USEC_DAY)

/* A check that is being made, and what is said of it. */
struct subject {
	struct draft *draft;
	const struct section *section;
	const struct check_config *check;
};

static void
fail(const struct subject *s, const char *key, const char *text)
{
	struct source where = section_where(s->section, key);

	diags_add(
	    s->draft->diags, SEVERITY_ERROR, where.file, where.line, "%s: %s", key, text);
}

static void
warn(const struct subject *s, const char *key, const char *text)
{
	struct source where = section_where(s->section, key);

	diags_add(s->draft->diags, SEVERITY_WARNING, where.file, where.line, "%s: %s",
	    key, text);
}

static bool
has(const struct subject *s, const char *key)
{
	return section_setting(s->section, key) != NULL;
}

/* -- what is wrong ---------------------------------------------------------- */

static void
check_terms(const struct subject *s)
{
	const struct http_terms *http = &s->check->http;
	const char *text = "only an http or https probe has that; take it out";

	if (s->check->probe.kind == PROBE_HTTP || s->check->probe.kind == PROBE_HTTPS)
		return;
	for (size_t i = 0; i < http->headers.count; i++)
		fail(s,
		    arena_format(s->draft->sections->arena, "header.%s",
			http->headers.items[i].name),
		    text);
	if (has(s, "expect_status"))
		fail(s, "expect_status", text);
	if (has(s, "expect_body"))
		fail(s, "expect_body", text);
}

static void
check_probe(const struct subject *s, const char *key, const struct probe *probe)
{
	const char *(*lacks)(enum probe_kind) = s->draft->options->probe_lacks;
	const char *text = lacks != NULL ? lacks(probe->kind) : NULL;

	if (text != NULL)
		fail(s, key, text);
}

static void
check_values(const struct subject *s)
{
	const struct check_config *c = s->check;

	if (!has(s, "probe"))
		diags_add(s->draft->diags, SEVERITY_ERROR, s->section->file,
		    s->section->line,
		    "%s has no probe; write probe = http://HOST:PORT/PATH, "
		    "say",
		    section_title(s->draft->sections->arena, s->section));
	if (c->probe.text == NULL)
		return;
	if (c->kind != CHECK_READINESS && c->successes != 1)
		fail(s, "successes",
		    "one success is enough for a liveness or startup check; take it out");
	check_terms(s);
	check_probe(s, "probe", &c->probe);
}

/* -- what they are of --------------------------------------------------------- */

static struct check_config *
add(struct draft *draft, size_t service)
{
	struct config *config = draft->config;
	struct arena *arena = draft->sections->arena;
	struct check_config *c;

	config->checks = arena_grow(
	    arena, config->checks, config->check_count, sizeof(*config->checks));
	c = &config->checks[config->check_count++];
	memset(c, 0, sizeof(*c));
	keys_set_defaults(arena, SECTION_CHECK, c);
	c->service = service;
	return c;
}

/* %i in it is the number of the service. */
static void
set_all(const struct draft *draft, const struct section *section, uint32_t instance,
    struct check_config *c)
{
	for (size_t i = 0; i < section->count; i++)
		build_set(draft, &section->settings[i], instance, c);
	c->file = section->file;
	c->line = section->line;
}

static void
add_copies(struct subject *s, size_t first, size_t count)
{
	const struct config *config = s->draft->config;
	size_t errors = s->draft->diags->errors;

	for (size_t i = 0; i < count && s->draft->diags->errors == errors; i++) {
		const struct service_config *service = &config->services[first + i];
		struct check_config *c = add(s->draft, first + i);

		set_all(s->draft, s->section, service->instance, c);
		c->name = service->instance == 0
		    ? s->section->name
		    : arena_format(s->draft->sections->arena, "%s@%u", s->section->name,
			  service->instance);
		s->check = c;
		check_values(s);
	}
}

/* Its copies, from *ret_first on.  Returns false when what is wrong has been told. */
static bool
find_services(const struct subject *s, size_t *ret_first, size_t *ret_count)
{
	struct naming naming = {
	    s->draft, section_where(s->section, "service"), "service"};
	const struct section *service;

	if (s->check->service_name == NULL) {
		if (!has(s, "service"))
			diags_add(s->draft->diags, SEVERITY_ERROR, s->section->file,
			    s->section->line, "%s has no service; write service = NAME",
			    section_title(s->draft->sections->arena, s->section));
		return false;
	}
	service = names_find(&naming, s->check->service_name, ret_first, ret_count);
	if (service != NULL && service->kind == SECTION_TASK)
		fail(s, "service", "a task has no health; write the name of a service");
	return service != NULL && service->kind != SECTION_TASK;
}

static void
set_if_there(const struct draft *draft, const struct section *section, const char *key,
    struct check_config *c)
{
	const struct setting *setting = section_setting(section, key);

	if (setting != NULL)
		build_set(draft, setting, 0, c);
}

static void
build_section(struct draft *draft, const struct section *section)
{
	struct check_config plain = {0};
	struct subject s = {draft, section, &plain};
	size_t first = 0;
	size_t count = 0;

	keys_set_defaults(draft->sections->arena, SECTION_CHECK, &plain);
	set_if_there(draft, section, "enabled", &plain);
	if (!plain.enabled)
		return;
	set_if_there(draft, section, "service", &plain);
	if (!section->broken && find_services(&s, &first, &count)) {
		add_copies(&s, first, count);
		return;
	}
	/* Of no service, its values may be wrong as well. */
	set_all(draft, section, 1, &plain);
	if (!section->broken)
		check_values(&s);
}

/* health = PROBE, all else as it is without a section. */
static void
build_short(struct draft *draft, size_t i)
{
	const struct service_config *service = &draft->config->services[i];
	struct subject s = {draft, draft->origins[i], NULL};
	struct check_config *c;

	if (service->health.text == NULL)
		return;
	c = add(draft, i);
	c->name = arena_format(draft->sections->arena, "%s/health", service->name);
	c->service_name = service->name;
	c->file = service->file;
	c->line = service->line;
	c->probe = service->health;
	check_probe(&s, "health", &c->probe);
}

/* -- what they mean to a service ---------------------------------------------- */

static bool
has_gate(const struct config *config, const struct service_config *service)
{
	for (size_t i = 0; i < service->check_count; i++)
		if (config->checks[service->first_check + i].kind != CHECK_LIVENESS)
			return true;
	return false;
}

/* How long a life lasts at the least that this check ends. */
static usec_t
time_to_fail(const struct check_config *c)
{
	return c->kind == CHECK_READINESS
	    ? 0
	    : c->initial_delay + (c->failures - 1) * c->interval;
}

/*
 * A service that needs so long to be found out at each start would be restarted
 * for ever: a restart is forgotten before there are enough of them.
 */
static void
judge_budget(const struct subject *s, const struct service_config *service)
{
	const struct config *config = s->draft->config;
	const struct restart_limit *limit = &service->restart_limit;
	struct arena *arena = s->draft->sections->arena;
	usec_t longest =
	    service->ready_timeout != USEC_NEVER ? service->ready_timeout : 0;
	usec_t needed;

	for (size_t i = 0; i < service->check_count; i++)
		longest = moment_later(
		    longest, time_to_fail(&config->checks[service->first_check + i]));
	if (service->restart == RESTART_NEVER || limit->count == 0 ||
	    limit->count == RESTARTS_UNLIMITED ||
	    longest < limit->window / (limit->count + 1))
		return;
	longest = moment_earlier(longest, LONGEST_LIFE);
	needed = (limit->count + 1) * (longest + service->restart_delay_max);
	needed += USEC_PER_MIN - 1 - (needed - 1) % USEC_PER_MIN;
	warn(s, "restart_limit",
	    arena_format(arena,
		"what takes %s to be found out of order is restarted for ever, since %u "
		"restarts never come to pass in %s; write restart_limit = %u/%s",
		value_duration_text(arena, longest), limit->count + 1,
		value_duration_text(arena, limit->window), limit->count,
		value_duration_text(arena, needed)));
}

static void
judge_service(struct draft *draft, size_t index)
{
	const struct service_config *service = &draft->config->services[index];
	struct subject s = {draft, draft->origins[index], NULL};

	/* Where there was an error, a time is not set and not to be reckoned with. */
	if (draft->diags->errors == 0)
		judge_budget(&s, service);
	if (service->ready.kind == READY_CHECK && !has_gate(draft->config, service))
		fail(&s, "ready",
		    "no check says when it is ready; write a [check] with service = its "
		    "name, or health = PROBE");
	if (service->ready.kind == READY_STARTED && service->ready_timeout != USEC_NEVER)
		fail(&s, "ready_timeout",
		    "with ready = started it is ready at once; write ready = notify, "
		    "fd:N or check");
	if (service->ready.kind == READY_FD && service->sockets.count > 0)
		fail(&s, "sockets",
		    "with ready = fd:N its descriptors could be the same; write ready = "
		    "notify");
}

/* -- together ----------------------------------------------------------------- */

/* Those of one service together, in the order of the services. */
static void
sort(struct draft *draft)
{
	struct config *config = draft->config;
	struct check_config *sorted =
	    arena_alloc(&config->arena, (config->check_count + 1) * sizeof(*sorted));
	size_t next = 0;

	for (size_t i = 0; i < config->check_count; i++)
		config->services[config->checks[i].service].check_count++;
	for (size_t i = 0; i < config->count; i++) {
		config->services[i].first_check = next;
		next += config->services[i].check_count;
		config->services[i].check_count = 0;
	}
	for (size_t i = 0; i < config->check_count; i++) {
		struct service_config *service =
		    &config->services[config->checks[i].service];

		sorted[service->first_check + service->check_count++] = config->checks[i];
	}
	config->checks = sorted;
}

static void
settle(struct config *config)
{
	for (size_t i = 0; i < config->check_count; i++) {
		struct check_config *c = &config->checks[i];

		keys_settle(&config->arena, SECTION_CHECK, c);
		settle_text(&config->arena, &c->name);
		settle_text(&config->arena, &c->file);
	}
}

void
checks_build(struct draft *draft)
{
	const struct sections *sections = draft->sections;

	for (size_t i = 0; i < sections->count; i++)
		if (sections->items[i]->kind == SECTION_CHECK)
			build_section(draft, sections->items[i]);
	for (size_t i = 0; i < draft->config->count; i++)
		build_short(draft, i);
	if (draft->config->check_count > CHECKS_MAX)
		diags_add(draft->diags, SEVERITY_ERROR, draft->path, 0,
		    "these are %zu checks; write at most %d", draft->config->check_count,
		    CHECKS_MAX);
	sort(draft);
	settle(draft->config);
	for (size_t i = 0; i < draft->config->count; i++)
		judge_service(draft, i);
}
