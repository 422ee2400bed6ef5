#ifndef CONFIG_USERS_H
#define CONFIG_USERS_H

/*
 * Users and groups by name and number.
 *
 * Only the files are read, with fgetpwent(3) and fgetgrent(3): a static build
 * has no NSS, and PID 1 shall not load a library to find out who www-data is.
 * A number needs no entry, and no file.
 */

#include "config/load.h"
#include "config/value.h"

/*
 * Fills uid, and where there is an entry gid, name and home; see value.h for
 * errors.  *ret_entry: there is one.
 */
int users_find(struct value_context *, const struct load_world *, const char *text,
    struct identity *);

int users_find_group(
    struct value_context *, const struct load_world *, const char *text, gid_t *ret_gid);

/* Fills groups with those that a login of identity->name would have. */
int users_find_groups_of(
    struct value_context *, const struct load_world *, struct identity *);

void users_add_group(struct arena *, struct identity *, gid_t);

#endif
