#include "supervisor/difference.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What only matters to what is still to come: the process need not know of it. */
static bool
is_live_key(const char *name)
{
	static const char *const names[] = {"after", "requires", "critical", "restart",
	    "restart_delay", "restart_delay_max", "restart_limit", "success", "timeout",
	    "ready_timeout", "stop_signal", "stop_timeout", "stop_scope", "pre_stop",
	    "reload_signal", "reload_command", "reload_check", "watch", "watch_delay",
	    "forward", "health", "clean", "enabled", "instances"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool
is_line_mode(enum log_mode mode)
{
	return mode == LOG_MODE_PREFIX || mode == LOG_MODE_RAW || mode == LOG_MODE_JSON;
}

static bool
needs_restart(const struct key *key, const struct service_config *old,
    const struct service_config *fresh)
{
	if (strcmp(key->name, "log") == 0)
		return !is_line_mode(old->log) || !is_line_mode(fresh->log);
	return !is_live_key(key->name);
}

/* A command that was made of shell is not told beside it. */
static void
add_name(struct text *t, const struct key *key, const struct service_config *old,
    const struct service_config *fresh)
{
	size_t length = strlen(key->name);

	if (strcmp(key->name, "command") == 0 && (old->shell || fresh->shell))
		return;
	text_format(t, " %s%s", key->name, key->name[length - 1] == '.' ? "NAME" : "");
}

/* t: where the names of the keys that change go, or NULL. */
static enum change
compare(
    const struct service_config *old, const struct service_config *fresh, struct text *t)
{
	enum change change = CHANGE_NONE;

	if (old->kind != fresh->kind) {
		if (t)
			text_add(t, " kind");
		return CHANGE_RESTART;
	}
	for (size_t i = 0; i < keys_count(); i++) {
		const struct key *key = keys_at(i);

		if (!(key->sections & (1U << fresh->kind)) ||
		    !settings_differ(key, old, fresh))
			continue;
		if (t)
			add_name(t, key, old, fresh);
		if (needs_restart(key, old, fresh))
			change = CHANGE_RESTART;
		else if (change == CHANGE_NONE)
			change = CHANGE_LIVE;
	}
	return change;
}

static bool
is_same_check(const struct check_config *a, const struct check_config *b)
{
	for (size_t i = 0; i < keys_count(); i++)
		if (keys_at(i)->sections & SECTION_CHECK &&
		    settings_differ(keys_at(i), a, b))
			return false;
	return strcmp(a->name, b->name) == 0;
}

static bool
are_same_checks(const struct difference *d, size_t old, size_t fresh)
{
	const struct service_config *a = &d->old->services[old];
	const struct service_config *b = &d->fresh->services[fresh];

	if (a->check_count != b->check_count)
		return false;
	for (size_t i = 0; i < a->check_count; i++)
		if (!is_same_check(&d->old->checks[a->first_check + i],
			&d->fresh->checks[b->first_check + i]))
			return false;
	return true;
}

static void
match(struct difference *d, size_t i)
{
	size_t old = config_find(d->old, d->fresh->services[i].name);

	d->olds[i] = old;
	d->changes[i] = CHANGE_NEW;
	if (old == SERVICE_NONE)
		return;
	d->news[old] = i;
	d->same_checks[i] = are_same_checks(d, old, i);
	d->changes[i] = compare(&d->old->services[old], &d->fresh->services[i], NULL);
	if (d->changes[i] == CHANGE_NONE && !d->same_checks[i])
		d->changes[i] = CHANGE_LIVE;
}

int
difference_init(
    struct difference *d, const struct config *old, const struct config *fresh)
{
	memset(d, 0, sizeof(*d));
	d->old = old;
	d->fresh = fresh;
	d->olds = calloc(fresh->count + 1, sizeof(*d->olds));
	d->news = calloc(old->count + 1, sizeof(*d->news));
	d->changes = calloc(fresh->count + 1, sizeof(*d->changes));
	d->same_checks = calloc(fresh->count + 1, sizeof(*d->same_checks));
	if (!d->olds || !d->news || !d->changes || !d->same_checks) {
		difference_clear(d);
		return -ENOMEM;
	}
	for (size_t i = 0; i < old->count; i++)
		d->news[i] = SERVICE_NONE;
	for (size_t i = 0; i < fresh->count; i++)
		match(d, i);
	return 0;
}

void
difference_clear(struct difference *d)
{
	free(d->olds);
	free(d->news);
	free(d->changes);
	free(d->same_checks);
	memset(d, 0, sizeof(*d));
}

/* What proctor itself only looks at when it starts is told, and stays. */
static void
write_proctor(const struct difference *d, struct text *t)
{
	static const char *const fixed[] = {"runtime_dir", "http", "control", "syslog"};

	for (size_t i = 0; i < keys_count(); i++) {
		const struct key *key = keys_at(i);
		bool is_fixed = false;

		if (!(key->sections & SECTION_PROCTOR) ||
		    !settings_differ(key, d->old, d->fresh))
			continue;
		for (size_t j = 0; j < sizeof(fixed) / sizeof(*fixed); j++)
			is_fixed = is_fixed || strcmp(fixed[j], key->name) == 0;
		text_format(t,
		    is_fixed ? "proctor: %s changes, but only when the container starts "
			       "anew\n"
			     : "proctor: %s changes\n",
		    key->name);
	}
}

void
difference_write(const struct difference *d, struct text *t)
{
	write_proctor(d, t);
	for (size_t i = 0; i < d->old->count; i++)
		if (d->news[i] == SERVICE_NONE)
			text_format(t, "%s: is removed\n", d->old->services[i].name);
	for (size_t i = 0; i < d->fresh->count; i++) {
		const struct service_config *c = &d->fresh->services[i];

		if (d->changes[i] == CHANGE_NONE)
			continue;
		if (d->changes[i] == CHANGE_NEW) {
			text_format(t, "%s: is new\n", c->name);
			continue;
		}
		text_format(t, "%s: %s:", c->name,
		    d->changes[i] == CHANGE_RESTART ? "restarts" : "changes as it runs");
		(void)compare(&d->old->services[d->olds[i]], c, t);
		text_add(t, d->same_checks[i] ? "\n" : " checks\n");
	}
}
