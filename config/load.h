#ifndef CONFIG_LOAD_H
#define CONFIG_LOAD_H

/*
 * From files and the environment to a checked struct config.
 *
 * The steps are apart, one file each: reader.c turns bytes into logical
 * lines and lets inih sort them into sections and pairs, section.c lays the
 * files over one another, build.c makes services of sections, key by key and
 * copy by copy, types.c sets single values by their type, and check.c looks
 * at the relations between them.
 */

#include "config/config.h"
#include "config/diag.h"

/* Some things are only a warning as long as nothing is started. */
enum load_purpose { LOAD_TO_RUN, LOAD_TO_CHECK };

/* What a configuration is checked against, apart from itself. */
struct load_world {
	uid_t uid;
	gid_t gid;
	uint32_t cpus; /* 0: as many as this process has */
	const char *passwd; /* files as /etc/passwd and /etc/group */
	const char *group;
};

struct load_options {
	char *const *environment; /* for ${NAME} and PROCTOR_<KEY>; NULL: empty */
	enum load_purpose purpose;
	const struct load_world *world; /* NULL: this machine and process */
	/* Why this build cannot probe so, as a sentence; NULL: it can do all. */
	const char *(*probe_lacks)(enum probe_kind);
};

/*
 * Loads path and then the files of <path>.d/ whose names end in .ini, in name
 * order (/etc/proctor.ini is followed by /etc/proctor.ini.d/00-app.ini ...;
 * see proctor.ini(5)).
 *
 * Returns 0 and fills *ret_config, to be given back with config_free(), or
 * -EINVAL with at least one error in diags.  Warnings may be there in both
 * cases.
 */
int config_load(const char *path, const struct load_options *, struct diags *,
    struct config *ret_config);

/* The same for one file that is in memory; path is only what it is called. */
int config_load_text(const char *path, const char *text, size_t length,
    const struct load_options *, struct diags *, struct config *ret_config);

void config_free(struct config *);

#endif
