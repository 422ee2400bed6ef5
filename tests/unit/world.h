#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

/*
 * What the tests of the adapters share: real files, pipes and processes.  A
 * test that waits for ever is ended by the alarm that world_begin() sets.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* In seconds: with sanitizers, and on a busy machine, what takes one else takes many. */
#define WORLD_PATIENCE 120

/* A folder of the test's own, empty at its beginning and gone at its end. */
static char world_folder[PATH_MAX];

static inline int
world_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static inline int
world_end(void **state)
{
	(void)state;
	(void)alarm(0);
	return nftw(world_folder, world_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static inline int
world_begin(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	(void)snprintf(world_folder, sizeof(world_folder), "%s/proctor-test.XXXXXX",
	    base ? base : "/tmp");
	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(WORLD_PATIENCE);
	/* For any user: some tests give up being root. */
	return mkdtemp(world_folder) && chmod(world_folder, 0755) == 0 ? 0 : -1;
}

#define world_test(test) cmocka_unit_test_setup_teardown(test, world_begin, world_end)

/* A path in the folder; one of four buffers in turn. */
static inline char *
world_path(const char *name)
{
	static char paths[4][PATH_MAX + 64];
	static unsigned next;
	char *path = paths[next++ % 4];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", world_folder, name);
	return path;
}

static inline char *
world_bytes(const char *name, const void *bytes, size_t length, mode_t mode)
{
	char *path = world_path(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, length), length);
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
	return path;
}

static inline char *
world_file(const char *name, const char *text)
{
	return world_bytes(name, text, strlen(text), 0644);
}

static inline char *
world_program(const char *name, const char *text)
{
	return world_bytes(name, text, strlen(text), 0755);
}

static inline bool
world_exists(const char *name)
{
	struct stat st;

	return lstat(world_path(name), &st) == 0;
}

/* Reads to the end of the file or, where it does not block, of what is there. */
static inline size_t
world_read(int fd, char *buffer, size_t size)
{
	size_t length = 0;
	ssize_t n;

	while (
	    length + 1 < size && (n = read(fd, buffer + length, size - 1 - length)) > 0)
		length += (size_t)n;
	buffer[length] = '\0';
	return length;
}

static inline const char *
world_text(const char *path)
{
	static char text[64 * 1024];
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	assert_true(fd >= 0);
	(void)world_read(fd, text, sizeof(text));
	(void)close(fd);
	return text;
}

static inline unsigned
world_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned count = 0;

	assert_non_null(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static inline uint64_t
world_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static inline void
world_pause(void)
{
	(void)poll(NULL, 0, 2);
}

/* Waits until it is so; the alarm ends what never is. */
#define world_until(condition)                                                           \
	do {                                                                             \
		while (!(condition))                                                     \
			world_pause();                                                   \
	} while (0)

/* The end of a child: 0 to 255, or 256 + the signal. */
static inline int
world_wait(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}

/*
 * Runs a function in a process of its own, which may change its user, say;
 * what it returns is its exit status.  A failed assertion there is SIGABRT.
 */
static inline int
world_apart(int (*run)(void *context), void *context)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)alarm(WORLD_PATIENCE - 10);
		(void)setenv("CMOCKA_TEST_ABORT", "1", 1);
#ifdef __SANITIZE_ADDRESS__
		_exit(run(context)); /* the search for leaks may lack what it needs */
#else
		exit(run(context));
#endif
	}
	return world_wait(pid);
}

/* The state of a process in /proc/PID/stat: 'Z' for a zombie; 0: it is gone. */
static inline char
world_process_state(pid_t pid)
{
	char path[64];
	char text[512];
	const char *end;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	(void)world_read(fd, text, sizeof(text));
	(void)close(fd);
	end = strrchr(text, ')');
	return end && end[1] ? end[2] : '\0';
}

/* A small generator, so that what fails once fails again. */
static inline uint32_t
world_random(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)*seed * below) >> 32);
}

#endif
