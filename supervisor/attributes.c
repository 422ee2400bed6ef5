#include "supervisor/attributes.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supervisor/clean.h"

static int
result(int returned)
{
	return returned < 0 ? -errno : 0;
}

/*
 * The service without a terminal gets a session of its own, so that no
 * terminal can ever signal it.  The one with the terminal stays in proctor's
 * session, which the terminal belongs to, and becomes its foreground.
 */
static int
enter_session(const struct spawn *s)
{
	return result(s->session ? (int)setsid() : setpgid(0, 0));
}

/* A background group that calls tcsetpgrp() gets SIGTTOU; it is blocked here. */
static int
take_terminal(const struct spawn *s)
{
	return s->terminal < 0 ? 0 : result(tcsetpgrp(s->terminal, getpgrp()));
}

static int
set_limits(const struct spawn *s)
{
	if (s->nofile && setrlimit(RLIMIT_NOFILE, s->nofile) < 0)
		return -errno;
	if (!s->config)
		return 0;
	for (size_t i = 0; i < s->config->limits.count; i++) {
		const struct resource_limit *l = &s->config->limits.items[i];

		if (setrlimit((__rlimit_resource_t)l->resource, &l->value) < 0)
			return -errno;
	}
	return 0;
}

static int
write_text(int fd, const char *text)
{
	ssize_t n = write(fd, text, strlen(text));

	return n < 0 ? -errno : 0;
}

static int
set_oom_score(const struct spawn *s)
{
	char text[16];
	int fd;
	int r;

	if (!s->config || s->config->oom_score_adj == INT_MIN)
		return 0;
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	(void)snprintf(text, sizeof(text), "%d", s->config->oom_score_adj);
	r = write_text(fd, text);
	close(fd);
	return r;
}

static int
set_nice(const struct spawn *s)
{
	if (!s->config || s->config->nice == INT_MIN)
		return 0;
	return result(setpriority(PRIO_PROCESS, 0, s->config->nice));
}

static int
set_groups(const struct spawn *s)
{
	if (!s->identity || !s->identity->groups_set)
		return 0;
	return result(setgroups(s->identity->group_count, s->identity->groups));
}

static int
set_group(const struct spawn *s)
{
	gid_t gid = s->identity ? s->identity->gid : (gid_t)-1;

	return gid == (gid_t)-1 ? 0 : result(setresgid(gid, gid, gid));
}

static int
set_user(const struct spawn *s)
{
	uid_t uid = s->identity ? s->identity->uid : (uid_t)-1;

	return uid == (uid_t)-1 ? 0 : result(setresuid(uid, uid, uid));
}

static int
enter_directory(const struct spawn *s)
{
	if (!s->config || !s->config->directory)
		return 0;
	return result(chdir(s->config->directory));
}

static int
clean_first(const struct spawn *s)
{
	return s->clean ? clean_files(&s->config->clean) : 0;
}

struct step {
	enum spawn_step step;
	int (*run)(const struct spawn *);
};

/* steps ends with one that has nothing to run. */
static int
take_steps(const struct spawn *s, const struct step *steps, enum spawn_step *ret_step)
{
	for (; steps->run; steps++) {
		int r = steps->run(s);

		if (r < 0) {
			*ret_step = steps->step;
			return r;
		}
	}
	return 0;
}

/*
 * The order matters: what needs a privilege comes before the user changes,
 * the directory after it, so that it is the user's right to enter it.
 */
int
attributes_identity(const struct spawn *s, enum spawn_step *ret_step)
{
	static const struct step steps[] = {
	    {STEP_GROUPS, set_groups},
	    {STEP_GROUP, set_group},
	    {STEP_USER, set_user},
	    {STEP_DIRECTORY, enter_directory},
	    {0},
	};
	int r = take_steps(s, steps, ret_step);

	if (s->config && s->config->umask >= 0)
		(void)umask((mode_t)s->config->umask);
	return r;
}

int
attributes_set(const struct spawn *s, enum spawn_step *ret_step)
{
	static const struct step steps[] = {
	    {STEP_SESSION, enter_session},
	    {STEP_TERMINAL, take_terminal},
	    {STEP_LIMIT, set_limits},
	    {STEP_OOM_SCORE, set_oom_score},
	    {STEP_NICE, set_nice},
	    {STEP_CLEAN, clean_first},
	    {0},
	};
	int r = take_steps(s, steps, ret_step);

	return r < 0 ? r : attributes_identity(s, ret_step);
}
