#include "config/users.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "config/nearest.h"

/* (uid_t)-1 means "unchanged" to setresuid(2), so nobody can be it. */
static const int64_t id_max = (int64_t)UINT32_MAX - 1;

static bool
is_number(const char *text)
{
	return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static int
fail_file(struct value_context *context, const char *text, const char *path)
{
	return value_fail(context,
	    "%s cannot be looked up, %s cannot be read: %s; write a number",
	    value_quote(context, text), path, strerror(errno));
}

static int
fail_name(struct value_context *context, const char *path, const struct nearest *nearest)
{
	return value_fail(context, "%s is not in %s%s",
	    value_quote(context, nearest->wanted), path,
	    nearest->best != NULL ? nearest_hint(nearest, context->arena)
				  : "; write a name from there, or a number");
}

/* The candidate must outlive the file's static buffer. */
static void
offer(struct value_context *context, struct nearest *nearest, const char *name)
{
	const char *best = nearest->best;

	nearest_offer(nearest, name);
	if (nearest->best != best)
		nearest->best = arena_format(context->arena, "%s", nearest->best);
}

static void
take_entry(struct arena *arena, const struct passwd *entry, struct identity *identity)
{
	identity->uid = entry->pw_uid;
	identity->gid = entry->pw_gid;
	identity->name = arena_format(arena, "%s", entry->pw_name);
	identity->home = arena_format(arena, "%s", entry->pw_dir);
}

static bool
search_passwd(struct value_context *context, FILE *file, struct nearest *nearest,
    uid_t uid, struct identity *identity)
{
	struct passwd *entry;

	while ((entry = fgetpwent(file)) != NULL) {
		if (uid == (uid_t)-1 ? strcmp(entry->pw_name, nearest->wanted) == 0
				     : entry->pw_uid == uid) {
			take_entry(context->arena, entry, identity);
			return true;
		}
		offer(context, nearest, entry->pw_name);
	}
	return false;
}

static int
fail_pair(struct value_context *context, const char *text)
{
	return value_fail(context,
	    "%s is a user and a group; write the second as group = %s",
	    value_quote(context, text), strchr(text, ':') + 1);
}

int
users_find(struct value_context *context, const struct load_world *world,
    const char *text, struct identity *identity)
{
	struct nearest nearest = nearest_to(text);
	bool number = is_number(text);
	int64_t uid = -1;
	bool found;
	FILE *file;

	if (strchr(text, ':') != NULL)
		return fail_pair(context, text);
	if (number && value_integer(context, text, 0, id_max, &uid) < 0)
		return -EINVAL;
	file = fopen(world->passwd, "re");
	if (file == NULL && !number)
		return fail_file(context, text, world->passwd);
	found =
	    file != NULL && search_passwd(context, file, &nearest, (uid_t)uid, identity);
	if (file != NULL)
		fclose(file);
	if (!found && !number)
		return fail_name(context, world->passwd, &nearest);
	if (!found)
		identity->uid = (uid_t)uid;
	return 0;
}

int
users_find_group(struct value_context *context, const struct load_world *world,
    const char *text, gid_t *ret_gid)
{
	struct nearest nearest = nearest_to(text);
	struct group *entry;
	int64_t gid = 0;
	FILE *file;

	if (is_number(text)) {
		if (value_integer(context, text, 0, id_max, &gid) < 0)
			return -EINVAL;
		*ret_gid = (gid_t)gid;
		return 0;
	}
	file = fopen(world->group, "re");
	if (file == NULL)
		return fail_file(context, text, world->group);
	while ((entry = fgetgrent(file)) != NULL && strcmp(entry->gr_name, text) != 0)
		offer(context, &nearest, entry->gr_name);
	if (entry != NULL)
		*ret_gid = entry->gr_gid;
	fclose(file);
	return entry != NULL ? 0 : fail_name(context, world->group, &nearest);
}

void
users_add_group(struct arena *arena, struct identity *identity, gid_t gid)
{
	for (size_t i = 0; i < identity->group_count; i++) {
		if (identity->groups[i] == gid)
			return;
	}
	identity->groups = arena_grow(
	    arena, identity->groups, identity->group_count, sizeof(*identity->groups));
	identity->groups[identity->group_count++] = gid;
}

static bool
has_member(const struct group *entry, const char *name)
{
	for (char **member = entry->gr_mem; *member != NULL; member++) {
		if (strcmp(*member, name) == 0)
			return true;
	}
	return false;
}

int
users_find_groups_of(struct value_context *context, const struct load_world *world,
    struct identity *identity)
{
	struct group *entry;
	FILE *file;

	if (identity->gid != (gid_t)-1)
		users_add_group(context->arena, identity, identity->gid);
	if (identity->name == NULL)
		return 0;
	file = fopen(world->group, "re");
	/* An image without the file has no groups. */
	if (file == NULL && errno == ENOENT)
		return 0;
	if (file == NULL)
		return fail_file(context, identity->name, world->group);
	while ((entry = fgetgrent(file)) != NULL) {
		if (has_member(entry, identity->name))
			users_add_group(context->arena, identity, entry->gr_gid);
	}
	fclose(file);
	return 0;
}
