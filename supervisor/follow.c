#include "supervisor/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supervisor/hole.h"
#include "supervisor/news.h"
#include "supervisor/rights.h"

/* One that puts one file after another in its place shall not keep us here. */
enum { LOOKS_MAX = 8 };

static const char refused[] = "cannot be followed";
static const char unreadable[] = "cannot be read";
static const char irregular[] = "is no regular file, and only such are followed";
static const char own_output[] = "is where proctor itself writes to: it is not followed";
static const char blind[] = "is looked at only now and then, without news of it";

/* -- set-up ---------------------------------------------------------------- */

int
follows_init(struct follows *all, size_t count)
{
	*all = (struct follows){.fd = -1};
	all->items = calloc(count + 1, sizeof(*all->items));
	if (!all->items)
		return -ENOMEM;
	all->count = count;
	for (size_t i = 0; i < count; i++) {
		struct follow *f = &all->items[i];

		f->current.fd = f->current.watch = -1;
		f->former.fd = f->former.watch = -1;
		f->folder_watch = -1;
	}
	if (count > 0)
		all->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (all->fd < 0)
		all->error = errno;
	return 0;
}

void
follows_clear(struct follows *all)
{
	for (size_t i = 0; i < all->count; i++) {
		if (all->items[i].current.fd >= 0)
			close(all->items[i].current.fd);
		if (all->items[i].former.fd >= 0)
			close(all->items[i].former.fd);
	}
	if (all->items && all->fd >= 0)
		close(all->fd);
	free(all->items);
	*all = (struct follows){.fd = -1};
}

static void
set_trouble(struct trouble *t, const char *what, int error)
{
	if (t->what != what || t->error != error)
		*t = (struct trouble){.what = what, .error = error};
}

/* -- which file it is ------------------------------------------------------ */

static bool
is_same(const struct stat *st, const struct stat *other)
{
	return st->st_dev == other->st_dev && st->st_ino == other->st_ino;
}

/* As it is now: on overlayfs, a file that is written to may change its number. */
static bool
is_open(const struct followed *file, const struct stat *st)
{
	struct stat own;

	return file->fd >= 0 && fstat(file->fd, &own) == 0 && is_same(&own, st);
}

static bool
is_own_output(const struct stat *st)
{
	struct stat out;
	struct stat err;

	return (fstat(STDOUT_FILENO, &out) == 0 && is_same(&out, st)) ||
	    (fstat(STDERR_FILENO, &err) == 0 && is_same(&err, st));
}

/*
 * Opens what the path names, unless it is open already (*ret_fd is -1 then)
 * or will not be followed: to open a FIFO or a device may do something.
 */
static int
find_file(const struct follow *f, struct stat *ret_st, int *ret_fd)
{
	if (stat(f->path, ret_st) < 0)
		return -errno;
	if (!S_ISREG(ret_st->st_mode) || is_own_output(ret_st) ||
	    is_open(&f->current, ret_st))
		return 0;
	*ret_fd = open(f->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	return *ret_fd < 0 || fstat(*ret_fd, ret_st) < 0 ? -errno : 0;
}

static int
find_as_user(const struct follow *f, struct stat *ret_st, int *ret_fd)
{
	struct rights own;
	int r = rights_take(f->identity, &own);

	if (r < 0)
		return r;
	r = find_file(f, ret_st, ret_fd);
	rights_return(&own);
	return r;
}

static void
put_away(struct follows *all, struct followed *file)
{
	news_drop(all, &file->watch);
	if (file->fd >= 0)
		close(file->fd);
	*file = (struct followed){.fd = -1, .watch = -1};
}

static void
put_away_former(struct follows *all, struct follow *f)
{
	put_away(all, &f->former);
	if (f->from == &f->former)
		f->from = NULL;
}

static void
remember(struct followed *file, const struct stat *st, off_t offset)
{
	if (!file->known || file->device != st->st_dev || file->number != st->st_ino)
		file->offset = offset;
	file->known = true;
	file->device = st->st_dev;
	file->number = st->st_ino;
}

/* The new one; the former is kept for those who still write to it. */
static void
adopt(struct follows *all, struct follow *f, int fd, const struct stat *st, off_t offset)
{
	if (f->current.fd >= 0) {
		put_away_former(all, f);
		f->former = f->current;
		if (f->from == &f->current)
			f->from = &f->former;
		f->current = (struct followed){.watch = -1};
		f->changed = true; /* the former is to be looked at once more */
	}
	remember(&f->current, st, offset);
	f->current.fd = fd;
	set_trouble(&f->trouble, NULL, 0);
}

/*
 * Why there is nothing to read.  A file that is not there is waited for; and an
 * empty one may have been made just now, and get its owner in a moment.
 */
static void
take_failure(struct follow *f, const struct stat *st, int error, bool history)
{
	bool empty = st->st_nlink > 0 && st->st_size == 0;

	if (f->current.fd < 0) {
		if (st->st_nlink > 0)
			remember(&f->current, st, history ? st->st_size : 0);
		else
			f->current.known = false;
	}
	if (error == ENOENT || (error == EACCES && empty))
		set_trouble(&f->trouble, NULL, 0);
	else
		set_trouble(&f->trouble, refused, error);
}

static bool
is_removed(const struct followed *file)
{
	struct stat st;

	return file->fd >= 0 && fstat(file->fd, &st) == 0 && st.st_nlink == 0;
}

/* folder: what became of the watch of the folder. */
static void
watch_file(struct follows *all, struct follow *f, int folder)
{
	int r = f->current.fd < 0 ? 0 : news_watch_file(all, f, &f->current);

	if (folder < 0)
		r = folder;
	set_trouble(&f->blindness, r < 0 ? blind : NULL, -r);
}

/*
 * Looks at what the path names now.  history: what is in it was there before
 * us.  All that was open has been read to its end.
 */
static void
examine(struct follows *all, struct follow *f, bool history)
{
	struct stat st = {0};
	int fd = -1;
	int folder;
	int r;

	f->changed = false;
	if (is_removed(&f->former))
		put_away_former(all, f);
	folder = news_watch_folder(all, f);
	f->linked = news_has_link(f->path);
	r = find_as_user(f, &st, &fd);
	if (r == 0 && fd >= 0 && S_ISREG(st.st_mode))
		adopt(all, f, fd, &st, history ? st.st_size : 0);
	else if (fd >= 0)
		close(fd);
	if (r < 0)
		take_failure(f, &st, -r, history);
	else if (!S_ISREG(st.st_mode))
		set_trouble(&f->trouble, irregular, 0);
	else if (is_own_output(&st))
		set_trouble(&f->trouble, own_output, 0);
	else if (f->trouble.what != unreadable)
		set_trouble(&f->trouble, NULL, 0);
	watch_file(all, f, folder);
}

/* -- what is in it --------------------------------------------------------- */

static bool
was_truncated(struct follow *f, struct followed *file, off_t *ret_size)
{
	struct stat st;

	if (fstat(file->fd, &st) < 0 || st.st_size >= file->offset)
		return false;
	file->offset = 0;
	file->hollow = true;
	f->from = NULL;
	*ret_size = st.st_size;
	return true;
}

static size_t
read_once(struct follow *f, struct followed *file, char *buffer, size_t size)
{
	size_t lead = f->middle && f->from != file; /* a line end is missing */
	ssize_t n;

	if (file->hollow)
		file->hollow = !hole_skip(file->fd, &file->offset);
	n = pread(file->fd, buffer + lead, size - lead, file->offset);
	if (n < 0) {
		set_trouble(&f->trouble, unreadable, errno);
		return 0;
	}
	if (n == 0)
		return 0;
	if (lead)
		buffer[0] = '\n';
	file->offset += n;
	f->from = file;
	f->middle = buffer[lead + (size_t)n - 1] != '\n';
	return lead + (size_t)n;
}

/* An empty file has nothing; one that seems so, in /proc say, is not followed. */
static size_t
read_file(struct follow *f, struct followed *file, char *buffer, size_t size)
{
	off_t left = 0;
	size_t n;

	if (file->fd < 0)
		return 0;
	n = read_once(f, file, buffer, size);
	if (n == 0 && was_truncated(f, file, &left) && left > 0)
		n = read_once(f, file, buffer, size);
	return n;
}

size_t
follow_read(struct follows *all, size_t index, char *buffer, size_t size)
{
	struct follow *f = &all->items[index];

	for (int looks = 0; f->path; looks++) {
		size_t n = read_file(f, &f->former, buffer, size);

		if (n == 0)
			n = read_file(f, &f->current, buffer, size);
		if (n > 0)
			return n;
		if (!f->changed || looks == LOOKS_MAX)
			break;
		examine(all, f, false);
	}
	f->news = false;
	return 0;
}

/* -- what else there is to it ---------------------------------------------- */

void
follow_open(
    struct follows *all, size_t index, const char *path, const struct identity *identity)
{
	struct follow *f = &all->items[index];

	f->path = path;
	f->identity = identity;
	examine(all, f, true);
	/* It may have been written to before it was watched. */
	f->news = true;
}

void
follows_leave(struct follows *all, struct follows *old)
{
	for (size_t i = 0; i < old->count; i++) {
		news_drop(all, &old->items[i].current.watch);
		news_drop(all, &old->items[i].former.watch);
		news_drop(all, &old->items[i].folder_watch);
	}
}

bool
follow_has_news(const struct follows *all, size_t index)
{
	return all->items[index].news;
}

void
follow_mark(struct follows *all, size_t index)
{
	all->items[index].news = all->items[index].path != NULL;
	all->items[index].changed = true;
}

bool
follow_is_blind(const struct follows *all, size_t index)
{
	const struct follow *f = &all->items[index];

	return f->blindness.what != NULL || f->linked;
}

/* What can be done about it, where it is not plain. */
static const char *
remedy(const struct trouble *t)
{
	if (t->what == blind && t->error == ENOSPC)
		return "; see /proc/sys/fs/inotify/max_user_watches";
	if (t->what == blind && t->error == EMFILE)
		return "; see /proc/sys/fs/inotify/max_user_instances";
	return "";
}

bool
follow_trouble(struct follows *all, size_t index, char *buffer, size_t size)
{
	struct follow *f = &all->items[index];
	struct trouble *t = &f->trouble;

	if (!t->what || t->told)
		t = &f->blindness;
	if (!t->what || t->told)
		return false;
	t->told = true;
	(void)snprintf(buffer, size, "%s %s%s%s%s", f->path, t->what,
	    t->error != 0 ? ": " : "", t->error != 0 ? strerror(t->error) : "",
	    remedy(t));
	return true;
}
