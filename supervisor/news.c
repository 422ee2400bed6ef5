#include "supervisor/news.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

/* IN_ATTRIB: the last name is removed (unlink(2)), or the rights have changed. */
#define FILE_EVENTS (IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF)
#define FOLDER_EVENTS                                                                    \
	(IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR)

/* In one turn of the loop, which the others wait for. */
enum { READS_MAX = 16 };

/* One that makes and removes folders all the time shall not keep us here. */
enum { STEPS_MAX = 64 };

/* -- watches --------------------------------------------------------------- */

static bool
is_needed(const struct follows *all, int watch)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct follow *f = &all->items[i];

		if (f->current.watch == watch || f->former.watch == watch ||
		    f->folder_watch == watch)
			return true;
	}
	return false;
}

/* Two files of one folder have the same watch: the kernel has one per inode. */
void
news_drop(struct follows *all, int *watch)
{
	int dropped = *watch;

	*watch = -1;
	if (dropped >= 0 && !is_needed(all, dropped))
		(void)inotify_rm_watch(all->fd, dropped);
}

static void
keep(struct follows *all, int *watch, int found)
{
	int former = *watch;

	*watch = found;
	if (former != found)
		news_drop(all, &former);
}

/* The component before the one at name; NULL: that is the first. */
static const char *
component_before(const char *path, const char *name)
{
	while (name > path && name[-1] == '/')
		name--;
	if (name == path)
		return NULL;
	while (name > path && name[-1] != '/')
		name--;
	return name;
}

/*
 * From the folder upwards, the first that is there.  *ret_awaited: the
 * component of the path that is to come to be in it.
 */
static int
watch_nearest(struct follows *all, const struct follow *f, const char **ret_awaited)
{
	const char *name = strrchr(f->path, '/') + 1;
	char folder[PATH_MAX];
	int watch = -ENAMETOOLONG;

	if ((size_t)(name - f->path) >= sizeof(folder))
		return watch;
	do {
		size_t length = (size_t)(name - f->path);

		memcpy(folder, f->path, length);
		folder[length] = '\0';
		*ret_awaited = name;
		watch = inotify_add_watch(all->fd, folder, FOLDER_EVENTS);
		watch = watch < 0 ? -errno : watch;
		name = component_before(f->path, name);
	} while ((watch == -ENOENT || watch == -ENOTDIR) && name);
	return watch;
}

/*
 * What comes to be between a look at it and the watch above it is not told:
 * so it is looked at once more after each watch.
 */
int
news_watch_folder(struct follows *all, struct follow *f)
{
	const char *before = NULL;
	int watch = -all->error;

	for (int steps = 0; all->fd >= 0 && steps < STEPS_MAX; steps++) {
		watch = watch_nearest(all, f, &f->awaited);
		keep(all, &f->folder_watch, watch < 0 ? -1 : watch);
		if (watch < 0 || f->awaited == before || !strchr(f->awaited, '/'))
			break;
		before = f->awaited;
	}
	return watch < 0 ? watch : 0;
}

bool
news_has_link(const char *path)
{
	char part[PATH_MAX];
	struct stat st;

	for (size_t n = 1; path[n - 1] != '\0' && n < sizeof(part); n++) {
		if (path[n] != '/' && path[n] != '\0')
			continue;
		memcpy(part, path, n);
		part[n] = '\0';
		if (lstat(part, &st) < 0)
			return false;
		if (S_ISLNK(st.st_mode))
			return true;
	}
	return false;
}

/* Through its descriptor, so that it is this one whatever its name is now. */
int
news_watch_file(struct follows *all, const struct follow *f, struct followed *file)
{
	char path[40];
	int watch;

	if (all->fd < 0)
		return -all->error;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file->fd);
	watch = inotify_add_watch(all->fd, path, FILE_EVENTS);
	if (watch < 0 && errno == ENOENT) /* no /proc */
		watch = inotify_add_watch(all->fd, f->path, FILE_EVENTS);
	if (watch < 0)
		return -errno;
	keep(all, &file->watch, watch);
	return 0;
}

/* -- events ---------------------------------------------------------------- */

static void
mark(struct follow *f, bool changed)
{
	f->news = f->path != NULL;
	f->changed |= changed;
}

static bool
is_awaited(const struct follow *f, const char *name)
{
	size_t length = strcspn(f->awaited, "/");

	return strncmp(f->awaited, name, length) == 0 && name[length] == '\0';
}

static void
take_file_event(
    struct follow *f, struct followed *file, const struct inotify_event *event)
{
	if (file->watch != event->wd)
		return;
	if (event->mask & IN_IGNORED)
		file->watch = -1;
	mark(f, event->mask != IN_MODIFY);
}

static void
take_folder_event(struct follow *f, const struct inotify_event *event)
{
	if (f->folder_watch != event->wd)
		return;
	if (event->mask & IN_IGNORED)
		f->folder_watch = -1;
	/* Without a name, it is of the folder itself. */
	if (event->len == 0 || is_awaited(f, event->name))
		mark(f, true);
}

static void
take_event(struct follows *all, const struct inotify_event *event)
{
	for (size_t i = 0; i < all->count; i++) {
		struct follow *f = &all->items[i];

		if (event->mask & IN_Q_OVERFLOW) {
			mark(f, true);
			continue;
		}
		take_file_event(f, &f->current, event);
		take_file_event(f, &f->former, event);
		take_folder_event(f, event);
	}
}

void
follows_handle(struct follows *all)
{
	union {
		struct inotify_event align;
		char bytes[4096];
	} buffer;

	for (int reads = 0; all->fd >= 0 && reads < READS_MAX; reads++) {
		ssize_t length = read(all->fd, &buffer, sizeof(buffer));

		if (length <= 0)
			return;
		for (size_t at = 0; at < (size_t)length;) {
			const struct inotify_event *event =
			    (const void *)&buffer.bytes[at];

			take_event(all, event);
			at += sizeof(*event) + event->len;
		}
	}
}
