#ifndef SUPERVISOR_NEWS_H
#define SUPERVISOR_NEWS_H

/* What inotify(7) tells of followed files: for follow.c alone. */

#include "supervisor/follow.h"

/*
 * Watches the folder of the path or, where there is none, the nearest one
 * above it.  Returns 0 or -errno.
 */
int news_watch_folder(struct follows *, struct follow *);

/* Watches the file that is open.  Returns 0 or -errno. */
int news_watch_file(struct follows *, const struct follow *, struct followed *);

/* Whether a part of the path, as far as it is there, is a symbolic link. */
bool news_has_link(const char *path);

/* Ends a watch, unless another needs it, and sets it to -1. */
void news_drop(struct follows *, int *watch);

#endif
