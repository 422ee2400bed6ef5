#include "supervisor/clean.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "config/pattern.h"

static int
remove_file(int folder, const char *name)
{
	return unlinkat(folder, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}

static int
remove_matches(DIR *folder, const char *pattern)
{
	const struct dirent *entry;
	int r = 0;

	while (r == 0 && (entry = readdir(folder)))
		if (pattern_matches(pattern, entry->d_name))
			r = remove_file(dirfd(folder), entry->d_name);
	return r;
}

static int
clean(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *pattern = slash ? slash + 1 : path;
	char folder_name[PATH_MAX] = ".";
	size_t length = (size_t)(pattern - path);
	DIR *folder;
	int r;

	if (!strpbrk(pattern, "*?["))
		return remove_file(AT_FDCWD, path);
	if (length >= sizeof(folder_name))
		return -ENAMETOOLONG;
	if (length > 0) {
		memcpy(folder_name, path, length);
		folder_name[length] = '\0';
	}
	folder = opendir(folder_name);
	if (!folder)
		return errno == ENOENT ? 0 : -errno;
	r = remove_matches(folder, pattern);
	closedir(folder);
	return r;
}

int
clean_files(const struct words *paths)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < paths->count; i++)
		r = clean(paths->items[i]);
	return r;
}
