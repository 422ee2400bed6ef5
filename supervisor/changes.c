#include "supervisor/changes.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/moment.h"

/* What never gets quiet is looked at after so many times its delay. */
#define PATIENCE 10

/* Of the folder around it, only who comes and goes: others may write there all the time. */
#define AROUND (IN_CREATE | IN_DELETE | IN_MOVE | IN_DELETE_SELF | IN_MOVE_SELF)
#define INSIDE (AROUND | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB)

/* -- the mark ------------------------------------------------------------------ */

/* FNV-1a. */
static uint64_t
mix(uint64_t mark, const void *bytes, size_t length)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < length; i++)
		mark = (mark ^ p[i]) * 0x100000001b3U;
	return mark;
}

static uint64_t
mix_number(uint64_t mark, uint64_t number)
{
	return mix(mark, &number, sizeof(number));
}

static uint64_t
mark_file(uint64_t mark, const struct stat *st)
{
	mark = mix_number(mark, st->st_dev);
	mark = mix_number(mark, st->st_ino);
	mark = mix_number(mark, (uint64_t)st->st_size);
	mark = mix_number(mark, (uint64_t)st->st_mtim.tv_sec);
	return mix_number(mark, (uint64_t)st->st_mtim.tv_nsec);
}

/* In whatever order they come: the sum of what each is by itself. */
static uint64_t
mark_folder(const char *path)
{
	DIR *dir = opendir(path);
	uint64_t sum = 0;
	const struct dirent *entry;
	struct stat st;

	while (dir && (entry = readdir(dir))) {
		uint64_t mark =
		    mix(0xcbf29ce484222325U, entry->d_name, strlen(entry->d_name));

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (fstatat(dirfd(dir), entry->d_name, &st, 0) == 0)
			mark = S_ISDIR(st.st_mode) ? mix_number(mark, st.st_ino)
						   : mark_file(mark, &st);
		sum += mark;
	}
	if (dir)
		closedir(dir);
	return sum;
}

static uint64_t
mark_of(const struct service_config *c)
{
	uint64_t mark = 0xcbf29ce484222325U;
	struct stat st;

	for (size_t i = 0; i < c->watch.count; i++) {
		const char *path = c->watch.items[i];

		if (stat(path, &st) < 0)
			mark = mix_number(mark, (uint64_t)errno);
		else if (S_ISDIR(st.st_mode))
			mark = mix_number(mark, mark_folder(path));
		else
			mark = mark_file(mark, &st);
	}
	return mark;
}

/* -- what to listen to ------------------------------------------------------------ */

static void
remember(struct changes *c, int number, size_t service)
{
	for (size_t i = 0; i < c->watch_count; i++)
		if (c->watches[i].number == number && c->watches[i].service == service)
			return;
	if (c->watch_count == c->watch_room) {
		size_t room = 2 * c->watch_room + 16;
		void *more = realloc(c->watches, room * sizeof(*c->watches));

		if (!more) {
			c->error = ENOMEM;
			return;
		}
		c->watches = more;
		c->watch_room = room;
	}
	c->watches[c->watch_count].number = number;
	c->watches[c->watch_count++].service = service;
}

static bool
listen_to(struct changes *c, size_t service, const char *path, uint32_t events)
{
	int number = inotify_add_watch(c->fd, path, events | IN_MASK_ADD);

	if (number >= 0)
		remember(c, number, service);
	else if (errno != ENOENT && errno != ENOTDIR)
		c->error = errno;
	return number >= 0;
}

/* The folder it is in, or is to be in: the nearest one that is there. */
static void
listen_above(struct changes *c, size_t service, const char *path)
{
	char folder[PATH_MAX];
	char *slash;

	(void)snprintf(folder, sizeof(folder), "%s", path);
	for (;;) {
		slash = strrchr(folder, '/');
		if (!slash)
			(void)snprintf(folder, sizeof(folder), ".");
		else
			slash[slash == folder] = '\0';
		if (listen_to(c, service, folder, AROUND) || !slash || slash == folder)
			return;
	}
}

static void
listen_all(struct changes *c, size_t service)
{
	const struct words *watch = &c->config->services[service].watch;

	for (size_t i = 0; i < watch->count; i++) {
		char *real = realpath(watch->items[i], NULL);

		(void)listen_to(c, service, watch->items[i], INSIDE);
		listen_above(c, service, watch->items[i]);
		if (real && strcmp(real, watch->items[i]) != 0)
			listen_above(c, service, real);
		free(real);
	}
}

/* -- set-up ------------------------------------------------------------------------ */

static bool
is_any_watched(const struct config *config)
{
	for (size_t i = 0; i < config->count; i++)
		if (config->services[i].watch.count > 0)
			return true;
	return false;
}

int
changes_init(struct changes *c, const struct config *config)
{
	memset(c, 0, sizeof(*c));
	c->config = config;
	c->fd = -1;
	c->items = calloc(config->count + 1, sizeof(*c->items));
	if (!c->items)
		return -ENOMEM;
	for (size_t i = 0; i < config->count; i++)
		c->items[i].first = c->items[i].due = USEC_NEVER;
	if (!is_any_watched(config))
		return 0;
	c->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (c->fd < 0) {
		c->error = errno;
		return 0;
	}
	for (size_t i = 0; i < config->count; i++) {
		listen_all(c, i);
		c->items[i].mark = mark_of(&config->services[i]);
	}
	return 0;
}

void
changes_clear(struct changes *c)
{
	if (c->items && c->fd >= 0)
		close(c->fd);
	free(c->items);
	free(c->watches);
	memset(c, 0, sizeof(*c));
}

static void
note(struct changes *c, size_t service, usec_t now)
{
	const struct service_config *config = &c->config->services[service];
	struct changes_of *item = &c->items[service];

	if (config->watch.count == 0)
		return;
	if (item->first == USEC_NEVER)
		item->first = now;
	item->due = moment_earlier(moment_after(now, config->watch_delay),
	    moment_after(item->first, PATIENCE * config->watch_delay));
}

void
changes_adopt(
    struct changes *c, size_t service, const struct changes *old, size_t from, usec_t now)
{
	if (c->fd < 0 || old->fd < 0)
		return;
	c->items[service].mark = old->items[from].mark;
	if (c->config->services[service].watch.count > 0)
		note(c, service, now);
}

/* -- events ------------------------------------------------------------------------- */

/* number: of a watch; -1: any. */
static void
note_all(struct changes *c, int number, usec_t now)
{
	for (size_t i = 0; number < 0 && i < c->config->count; i++)
		note(c, i, now);
	for (size_t i = 0; number >= 0 && i < c->watch_count; i++)
		if (c->watches[i].number == number)
			note(c, c->watches[i].service, now);
}

static void
forget(struct changes *c, int number)
{
	for (size_t i = c->watch_count; i-- > 0;)
		if (c->watches[i].number == number)
			c->watches[i] = c->watches[--c->watch_count];
}

static void
hear(struct changes *c, const struct inotify_event *event, usec_t now)
{
	bool overflow = (event->mask & IN_Q_OVERFLOW) != 0;

	if (overflow && !c->overflow_told)
		c->error = EOVERFLOW;
	note_all(c, overflow ? -1 : event->wd, now);
	if ((event->mask & IN_IGNORED) != 0)
		forget(c, event->wd);
}

void
changes_read(struct changes *c, usec_t now)
{
	_Alignas(struct inotify_event) char buffer[8192];
	ssize_t n = read(c->fd, buffer, sizeof(buffer));

	for (ssize_t at = 0; at < n;) {
		const struct inotify_event *event = (const void *)(buffer + at);

		hear(c, event, now);
		at += (ssize_t)(sizeof(*event) + event->len);
	}
}

usec_t
changes_deadline(const struct changes *c)
{
	usec_t deadline = USEC_NEVER;

	for (size_t i = 0; c->fd >= 0 && i < c->config->count; i++)
		deadline = moment_earlier(deadline, c->items[i].due);
	return deadline;
}

size_t
changes_take(struct changes *c, usec_t now)
{
	for (size_t i = 0; c->fd >= 0 && i < c->config->count; i++) {
		struct changes_of *item = &c->items[i];
		uint64_t before = item->mark;

		if (item->due > now)
			continue;
		item->first = item->due = USEC_NEVER;
		/* First: what changes after this look makes an event. */
		listen_all(c, i);
		item->mark = mark_of(&c->config->services[i]);
		if (item->mark != before)
			return i;
	}
	return SERVICE_NONE;
}

const char *
changes_trouble(struct changes *c)
{
	int error = c->error;

	c->error = 0;
	if (error == EOVERFLOW && !c->overflow_told) {
		c->overflow_told = true;
		return "too many changes at once: all that is watched is looked at again";
	}
	if (error == 0 || error == EOVERFLOW || c->error_told)
		return NULL;
	c->error_told = true;
	return error == ENOSPC
	    ? "no more inotify watches: raise fs.inotify.max_user_watches"
	    : strerror(error);
}
