#ifndef TESTS_SPAWN_STAGE_H
#define TESTS_SPAWN_STAGE_H

/*
 * Children that spawn_start() makes, whose output is a pipe that the test
 * reads.  The scripts among them run in /bin/sh.
 */

#include "supervisor/spawn.h"

#include "tests/unit/split.h"
#include "tests/unit/supervisor/sample.h"
#include "tests/unit/world.h"

struct stage {
	struct service_config config;
	struct spawn spawn;
	struct words argv;
	struct words envp;
	sigset_t mask;
	int reader; /* blocks: its end is the end of the child */
	int writer;
	pid_t pid;
	int status_fd;
};

/* With nothing set that a child could do. */
static inline void
stage_init(struct stage *s)
{
	int fds[2];

	memset(s, 0, sizeof(*s));
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	s->reader = fds[0];
	s->writer = fds[1];
	(void)sigemptyset(&s->mask);
	s->config = sample_service(KIND_SERVICE);
	s->config.umask = -1;
	s->config.nice = s->config.oom_score_adj = INT_MIN;
	s->config.identity.uid = (uid_t)-1;
	s->config.identity.gid = (gid_t)-1;
	s->envp = split("PATH=/usr/bin:/bin");
	s->spawn = (struct spawn){
	    .config = &s->config,
	    .identity = &s->config.identity,
	    .envp = s->envp.items,
	    .mask = &s->mask,
	    .input = -1,
	    .output = s->writer,
	    .error = s->writer,
	    .terminal = -1,
	    .cgroup = -1,
	    .session = true,
	};
}

static inline void
stage_command(struct stage *s, const char *command)
{
	s->argv = split(command);
	s->spawn.argv = s->argv.items;
}

/* In /bin/sh; the text must outlive the start. */
static inline void
stage_script(struct stage *s, char *script)
{
	s->argv = split("/bin/sh -c");
	s->argv.items[2] = script;
	s->argv.items[3] = NULL;
	s->spawn.argv = s->argv.items;
}

/* The test's own end of the output is closed: then its end is the children's. */
static inline void
stage_start(struct stage *s)
{
	assert_int_equal(spawn_start(&s->spawn, &s->pid, &s->status_fd), 0);
	assert_true(s->pid > 0);
	assert_int_equal(spawn_settle(), 0);
	close(s->writer);
	s->writer = -1;
}

/* Waits for what the pipe says. */
static inline enum spawn_result
stage_result(struct stage *s, struct ending *ret_ending)
{
	struct pollfd ready = {.fd = s->status_fd, .events = POLLIN};

	assert_int_equal(poll(&ready, 1, -1), 1);
	return spawn_result(s->status_fd, ret_ending);
}

static inline int
stage_end(struct stage *s)
{
	int status = s->pid > 0 ? world_wait(s->pid) : -1;

	close(s->status_fd);
	close(s->reader);
	if (s->writer >= 0)
		close(s->writer);
	return status;
}

/* It runs, says this and ends with 0. */
static inline void
stage_says(struct stage *s, const char *wanted)
{
	static char said[64 * 1024];
	struct ending ending;

	stage_start(s);
	assert_int_equal(stage_result(s, &ending), SPAWN_RUNNING);
	(void)world_read(s->reader, said, sizeof(said));
	assert_string_equal(said, wanted);
	assert_int_equal(stage_end(s), 0);
}

/* It does not come to its program: the step and the errno are told. */
static inline void
stage_fails(struct stage *s, enum ending_kind kind, enum spawn_step step, int error)
{
	struct ending ending = {0};

	stage_start(s);
	assert_int_equal(stage_result(s, &ending), SPAWN_FAILED);
	assert_int_equal(ending.kind, kind);
	assert_int_equal(ending.step, step);
	assert_int_equal(ending.number, error);
	assert_int_equal(stage_end(s), 127);
}

#endif
