#ifndef SUPERVISOR_FOLLOW_H
#define SUPERVISOR_FOLLOW_H

/*
 * Files that daemons insist on writing, followed by their paths as tail -F
 * does: what is appended comes out as a stream of bytes.
 *
 *   there when proctor starts   what is in it is history, and is skipped
 *   appears later               read from its beginning
 *   renamed, and made anew      the old one to its end, then the new one; the old
 *                               one is kept in sight until the next change or
 *                               until it is removed, since its writer may need
 *                               a while to open the new one
 *   smaller than what was read  it was truncated: read from its beginning; who
 *                               writes without O_APPEND goes on behind a hole,
 *                               which is skipped
 *   removed                     read to its end; the next one is waited for
 *
 * No line goes over from one file to another, or over a truncation: a line
 * that has no end there gets one.
 *
 * inotify(7) tells when there is news, and nothing is looked at before; a
 * folder that is not there is waited for in the nearest one that is.  Not
 * seen are changes that make no event there: writes through mmap(2) or from
 * another machine.  What a symbolic link names, wherever in the path it stands,
 * may be another file without an event; so that is looked at now and then.
 * A file that is truncated and has grown over its former size before it is
 * looked at, or that is replaced twice, cannot be told from one that is not.
 *
 * A read waits for no reader, but for the disk: a file on a file server that
 * is gone stops proctor, as it stops whoever reads it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "config/config.h"

struct followed {
	int fd; /* -1: not open */
	int watch; /* -1: none */
	bool known; /* the next three are of a file that was there */
	dev_t device;
	ino_t number;
	off_t offset; /* so much of it is read */
	bool hollow; /* truncated, and nothing but NULs has come since */
};

struct trouble {
	const char *what; /* NULL: none */
	int error; /* errno, or 0 */
	bool told;
};

struct follow {
	const char *path; /* borrowed, absolute; NULL: not opened */
	const struct identity *identity; /* borrowed */
	struct followed current;
	struct followed former; /* what was current before */
	int folder_watch; /* of its folder, or the nearest above; -1: none */
	const char *awaited; /* the component of path whose coming is news there */

	bool news;
	bool changed; /* the path may be another file's */
	const struct followed *from; /* where the last bytes came from */
	bool middle; /* they did not end a line */
	struct trouble trouble;
	struct trouble blindness; /* what happens to it is not seen */
	bool linked; /* its path goes through a symbolic link */
};

struct follows {
	int fd; /* of inotify(7), not blocking: to be watched for reading; -1: none */
	int error; /* why there is none */
	struct follow *items; /* owned */
	size_t count;
};

/*
 * Returns 0 or -ENOMEM.  Where the kernel has no inotify(7) for us, fd is -1
 * and each follow says so.
 */
int follows_init(struct follows *, size_t count);
void follows_clear(struct follows *);

/*
 * Begins to follow.  The file is opened with the rights of the user the
 * service runs as; see rights.h.  What cannot be is told by follow_trouble().
 */
void follow_open(
    struct follows *, size_t index, const char *path, const struct identity *);

/* Nobody follows what is left of old any more, whose fd all has now. */
void follows_leave(struct follows *all, struct follows *old);

/* fd is readable: takes in what has happened. */
void follows_handle(struct follows *);

/* Whether follow_read() is to be called. */
bool follow_has_news(const struct follows *, size_t index);

/*
 * Looks at it anew: its service has ended, say.  One that is blind (no watch
 * was to be had, or there is a symbolic link) may have news in no other way.
 */
void follow_mark(struct follows *, size_t index);
bool follow_is_blind(const struct follows *, size_t index);

/* At most size bytes, at least 2.  0: there are no more now, and so no news. */
size_t follow_read(struct follows *, size_t index, char *buffer, size_t size);

/*
 * What keeps it from being followed, "PATH is ..."; each is told once.
 * Returns false where there is nothing to tell.
 */
bool follow_trouble(struct follows *, size_t index, char *buffer, size_t size);

#endif
