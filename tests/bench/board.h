/*
 * The board: one shared page on which the runner and the services write when
 * things happened. A store into memory costs what is measured next to nothing.
 * Times are CLOCK_MONOTONIC in nanoseconds; 0 means that it did not happen.
 * world.py reads the same fields, in this order.
 */
#ifndef BENCH_BOARD_H
#define BENCH_BOARD_H

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

struct board {
	int64_t target; /* in: how many services there are */
	int64_t delay; /* in: the crasher lives this long */
	_Atomic int64_t count; /* services started so far */
	_Atomic int64_t exec; /* PID 1 is executed */
	_Atomic int64_t up; /* the last service has started */
	_Atomic int64_t crash; /* the crasher ends, for the first time */
	_Atomic int64_t term; /* a sleeper got its SIGTERM */
	_Atomic int64_t exit; /* the parent of PID 1 has its status */
	_Atomic int64_t status; /* that status, as a shell's $? */
	_Atomic int64_t sent; /* the runner sent a signal to PID 1 */
	_Atomic int64_t caught; /* the catcher has it */
	_Atomic int64_t zombies; /* of PID 1, the most at once that were seen */
	int64_t line; /* in: the producer's lines have so many bytes, the end included */
	int64_t piece; /* in: and it writes about so many bytes at once */
	int64_t
	    lines; /* in: this many, after a first one that shows that the way is open */
	_Atomic int64_t first; /* the consumer has the first one */
	_Atomic int64_t go; /* in: when not 0, it may begin */
	_Atomic int64_t begun; /* its first write */
	_Atomic int64_t done; /* the consumer has the last line */
	_Atomic int64_t received; /* bytes that it had to take for that */
};

static inline int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* The file is named by $BOARD, which reaches a service through any supervisor. */
static inline struct board *
board_open(void)
{
	const char *path = getenv("BOARD");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *page = MAP_FAILED;

	if (fd >= 0)
		page = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		exit(99);
	return page;
}

static inline void
board_started(struct board *board)
{
	if (atomic_fetch_add(&board->count, 1) + 1 == board->target)
		board->up = now();
}

#endif
