#ifndef TESTS_FOLLOW_STAGE_H
#define TESTS_FOLLOW_STAGE_H

/* Two files that are followed, what happens to them, and what is read. */

#include "supervisor/follow.h"
#include "tests/unit/namespace.h"

static struct follows follows;
static struct identity nobody; /* in particular: proctor's own */
static char said[8 * 1024 * 1024];
static size_t said_length;

static inline int
begin(void **state)
{
	int r = world_begin(state);

	nobody = (struct identity){.uid = (uid_t)-1, .gid = (gid_t)-1};
	said_length = 0;
	said[0] = '\0';
	return r < 0 ? r : follows_init(&follows, 2);
}

static inline int
end(void **state)
{
	follows_clear(&follows);
	return world_end(state);
}

#define follow_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

/* -- what happens to files ------------------------------------------------- */

/* The path outlives the follow. */
static inline const char *
log_path(const char *name)
{
	static char paths[2][PATH_MAX];
	static unsigned next;
	char *path = paths[next++ % 2];

	(void)snprintf(path, sizeof(paths[0]), "%s", world_path(name));
	return path;
}

static inline void
open_log(size_t index, const char *name)
{
	follow_open(&follows, index, log_path(name), &nobody);
}

static inline int
writer(const char *name)
{
	int fd = open(world_path(name), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	return fd;
}

static inline void
write_to(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static inline void
append(const char *name, const char *text)
{
	int fd = writer(name);

	write_to(fd, text);
	close(fd);
}

static inline void
move(const char *from, const char *to)
{
	assert_int_equal(rename(world_path(from), world_path(to)), 0);
}

static inline void
erase(const char *name)
{
	assert_int_equal(unlink(world_path(name)), 0);
}

static inline void
shorten(const char *name, off_t size)
{
	assert_int_equal(truncate(world_path(name), size), 0);
}

static inline void
make_folder(const char *name)
{
	assert_int_equal(mkdir(world_path(name), 0755), 0);
}

/* -- what comes out of them ------------------------------------------------ */

static inline bool
has_event(void)
{
	struct pollfd ready = {.fd = follows.fd, .events = POLLIN};

	return follows.fd >= 0 && poll(&ready, 1, 0) > 0;
}

/* Reads what there is, in pieces of so many bytes. */
static inline void
take(size_t index, size_t size)
{
	size_t n;

	while (has_event())
		follows_handle(&follows);
	while (follow_has_news(&follows, index) &&
	    (n = follow_read(&follows, index, said + said_length, size)) > 0) {
		assert_true(n <= size);
		said_length += n;
		assert_true(said_length + size < sizeof(said));
	}
	said[said_length] = '\0';
	assert_false(follow_has_news(&follows, index));
}

/* Said since the last time; what has come is news by an event. */
#define assert_says(index, wanted)                                                       \
	do {                                                                             \
		said_length = 0;                                                         \
		take(index, 4096);                                                       \
		assert_string_equal(said, wanted);                                       \
	} while (0)

static inline void
assert_no_trouble(size_t index)
{
	char text[512] = "";

	assert_false(follow_trouble(&follows, index, text, sizeof(text)));
	assert_string_equal(text, "");
}

static inline void
assert_trouble(size_t index, const char *wanted)
{
	char text[PATH_MAX + 512];
	char name[PATH_MAX + 512];

	assert_true(follow_trouble(&follows, index, text, sizeof(text)));
	(void)snprintf(name, sizeof(name), "%s %s", follows.items[index].path, wanted);
	assert_string_equal(text, name);
	assert_no_trouble(index);
}

#endif
