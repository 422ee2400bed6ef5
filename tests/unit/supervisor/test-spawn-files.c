/*
 * The table of open files, which a child begins with as its parent's own: the parent's
 * stays as it is, and whatever becomes of the child, the parent goes on.
 */
#include "tests/unit/supervisor/spawn-stage.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "supervisor/place.h"

enum { MANY = 300 };

/* Many that are not for the child, above; or below, where they are in the way. */
static void
open_many(int from)
{
	for (int fd = from; fd < from + MANY; fd++) {
		int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

		assert_true(null >= 0);
		if (null != fd) {
			assert_int_equal(dup3(null, fd, O_CLOEXEC), fd);
			close(null);
		}
	}
}

/* A stage whose child has its output from above, as a pipe that is kept for it. */
static void
stage_from_above(struct stage *s, const char *command)
{
	stage_init(s);
	s->writer = place_above(s->writer);
	assert_true(s->writer >= PLACE_LOW);
	s->spawn.output = s->spawn.error = s->writer;
	stage_command(s, command);
}

static int
has_many(const void *argument)
{
	(void)argument;
	return world_descriptors() > PLACE_LOW;
}

static int
count_files(const void *argument)
{
	(void)argument;
	return (int)world_descriptors();
}

/* Returns whether such a child has many. */
static int
run_body(void)
{
	struct ending ending;
	struct stage s;

	stage_init(&s);
	s.spawn.body = has_many;
	stage_start(&s);
	assert_int_equal(stage_result(&s, &ending), SPAWN_RUNNING);
	return stage_end(&s);
}

/* -- what the child has, and the parent ---------------------------------------------- */

static int
leave_them_behind(void *context)
{
	unsigned before;

	(void)context;
	open_many(PLACE_LOW);
	before = world_descriptors();
	assert_int_equal(run_body(), 0);
	assert_int_equal(world_descriptors(), before);
	for (int fd = PLACE_LOW; fd < PLACE_LOW + MANY; fd++)
		assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	return 0;
}

static void
test_the_child_leaves_the_others_behind(void **state)
{
	(void)state;
	assert_int_equal(world_apart(leave_them_behind, NULL), 0);
}

/* What is for the child has no number below: it gets all, as by any fork. */
static int
find_none_free(void *context)
{
	unsigned before;

	(void)context;
	open_many(3);
	before = world_descriptors();
	assert_int_equal(run_body(), 1);
	assert_int_equal(world_descriptors(), before);
	return 0;
}

static void
test_the_low_numbers_are_taken(void **state)
{
	(void)state;
	assert_int_equal(world_apart(find_none_free, NULL), 0);
}

static int
write_from_above(void *context)
{
	unsigned before = world_descriptors();
	char said[16];
	struct stage s;
	struct ending ending;

	(void)context;
	stage_from_above(&s, "echo above");
	stage_start(&s);
	assert_int_equal(stage_result(&s, &ending), SPAWN_RUNNING);
	assert_true(s.status_fd >= PLACE_LOW);
	(void)world_read(s.reader, said, sizeof(said));
	assert_string_equal(said, "above\n");
	assert_int_equal(stage_end(&s), 0);
	assert_int_equal(world_descriptors(), before);
	return 0;
}

static void
test_an_output_from_above(void **state)
{
	(void)state;
	assert_int_equal(world_apart(write_from_above, NULL), 0);
}

/* More than there are low numbers for, and each has no more than its own. */
static int
start_many(void *context)
{
	unsigned before;
	struct stage s;
	pid_t pids[MANY / 10];
	int statuses[MANY / 10];

	(void)context;
	open_many(PLACE_LOW);
	stage_init(&s);
	s.spawn.body = count_files;
	before = world_descriptors();
	for (size_t i = 0; i < MANY / 10; i++)
		assert_int_equal(spawn_start(&s.spawn, &pids[i], &statuses[i]), 0);
	assert_int_equal(spawn_settle(), 0);
	/* Three, its output and error, and what world_descriptors() has itself. */
	for (size_t i = 0; i < MANY / 10; i++)
		assert_int_equal(world_wait(pids[i]), 3 + 2 + 3);
	for (size_t i = 0; i < MANY / 10; i++) {
		struct ending ending;

		assert_int_equal(spawn_result(statuses[i], &ending), SPAWN_RUNNING);
		close(statuses[i]);
	}
	assert_int_equal(world_descriptors(), before);
	return 0;
}

static void
test_many_at_once(void **state)
{
	(void)state;
	assert_int_equal(world_apart(start_many, NULL), 0);
}

/* -- where the child cannot ----------------------------------------------------------- */

/*
 * close_range(2) from this number on has this result: see seccomp(2).  Returns the
 * descriptor to hear of it, if that is the result.
 */
static int
filter_close_range(unsigned first, unsigned result)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 3),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, first, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, result),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};
	unsigned flags =
	    result == SECCOMP_RET_USER_NOTIF ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0;
	int r;

	assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	r = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	assert_true(r >= 0);
	return r;
}

static int
run_without_close_range(void *context)
{
	struct stage s;

	(void)context;
	(void)filter_close_range(UINT_MAX, SECCOMP_RET_ERRNO | ENOSYS);
	stage_init(&s);
	stage_command(&s, "echo all the same");
	stage_says(&s, "all the same\n");
	return 0;
}

static void
test_a_kernel_that_cannot(void **state)
{
	(void)state;
	assert_int_equal(world_apart(run_without_close_range, NULL), 0);
}

/* It is told as any shortage is. */
static int
run_out_of_memory(void *context)
{
	struct stage s;

	(void)context;
	(void)filter_close_range(PLACE_LOW, SECCOMP_RET_ERRNO | ENOMEM);
	stage_init(&s);
	stage_command(&s, "true");
	stage_fails(&s, ENDING_NO_RESOURCES, STEP_STDIO, ENOMEM);
	return 0;
}

static void
test_the_child_has_no_memory_for_it(void **state)
{
	(void)state;
	assert_int_equal(world_apart(run_out_of_memory, NULL), 0);
}

/* It is killed before it has said anything: the parent goes on, with its files. */
static int
wait_in_vain(void *context)
{
	unsigned before;
	struct ending ending;
	struct stage s;

	(void)context;
	(void)filter_close_range(PLACE_LOW, SECCOMP_RET_KILL_PROCESS);
	stage_init(&s);
	stage_command(&s, "true");
	before = world_descriptors();
	stage_start(&s);
	assert_int_equal(stage_result(&s, &ending), SPAWN_RUNNING);
	/* The status pipe is there for the test's end of the output. */
	assert_int_equal(world_descriptors(), before);
	assert_int_equal(stage_end(&s), 256 + SIGSYS);
	return 0;
}

static void
test_a_child_that_never_comes(void **state)
{
	(void)state;
	assert_int_equal(world_apart(wait_in_vain, NULL), 0);
}

struct late {
	const char *command;
	const char *said;
	int status;
};

/* It comes to it at last, though nobody waits for it any more, or reads the status. */
static int
come_late(void *context)
{
	const struct late *late = context;
	struct seccomp_notif call = {.id = 0};
	struct seccomp_notif_resp go = {.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
	char said[16];
	struct stage s;
	int listener = filter_close_range(PLACE_LOW, SECCOMP_RET_USER_NOTIF);
	int r;

	/* Whoever started the test may ignore it. */
	(void)signal(SIGPIPE, SIG_DFL);
	stage_from_above(&s, late->command);
	stage_start(&s);
	close(s.status_fd);
	s.status_fd = -1;
	r = ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call);
	go.id = call.id;
	if (r == 0)
		r = ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &go);
	if (r < 0) /* it would wait for ever */
		(void)kill(s.pid, SIGKILL);
	assert_int_equal(call.pid, s.pid);
	(void)world_read(s.reader, said, sizeof(said));
	assert_string_equal(said, late->said);
	assert_int_equal(stage_end(&s), late->status);
	return 0;
}

static void
test_a_child_that_comes_late(void **state)
{
	struct late runs = {"echo late", "late\n", 0};
	struct late fails = {"/nowhere/to/be/found", "", 127};

	(void)state;
	assert_int_equal(world_apart(come_late, &runs), 0);
	assert_int_equal(world_apart(come_late, &fails), 0);
}

/* The child's end blocks, as programs expect of their output. */
static void
test_a_pipe_from_a_child(void **state)
{
	struct rlimit limit;
	struct rlimit low;
	int ends[2];

	(void)state;
	assert_int_equal(place_pipe(ends), 0);
	assert_true(ends[0] >= PLACE_LOW);
	assert_true(ends[1] < PLACE_LOW);
	assert_int_equal(fcntl(ends[0], F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(ends[1], F_GETFD), FD_CLOEXEC);
	assert_true(fcntl(ends[0], F_GETFL) & O_NONBLOCK);
	assert_false(fcntl(ends[1], F_GETFL) & O_NONBLOCK);
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	low = limit;
	low.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	assert_int_equal(place_pipe(ends), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_the_child_leaves_the_others_behind),
	    world_test(test_the_low_numbers_are_taken),
	    world_test(test_an_output_from_above),
	    world_test(test_many_at_once),
	    world_test(test_a_kernel_that_cannot),
	    world_test(test_the_child_has_no_memory_for_it),
	    world_test(test_a_child_that_never_comes),
	    world_test(test_a_child_that_comes_late),
	    world_test(test_a_pipe_from_a_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
