/* Deaths: seen first, collected then. */
#include "supervisor/reap.h"

#include "tests/unit/world.h"

/* A child that ends so: 0 to 255, or by 256 + signal; already a zombie. */
static pid_t
dead_child(int how)
{
	pid_t pid = fork();
	siginfo_t info;

	assert_true(pid >= 0);
	if (pid == 0) {
		/* Where a core may be left. */
		if (chdir(world_folder) == 0 && how >= 256)
			(void)raise(how - 256);
		_exit(how & 0xff);
	}
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	return pid;
}

static void
assert_peek(pid_t pid, enum ending_kind kind, int number)
{
	struct ending ending = {0};
	pid_t found = 0;

	assert_int_equal(reap_peek(&found, &ending), REAP_DEAD);
	assert_int_equal(found, pid);
	assert_int_equal(ending.kind, kind);
	assert_int_equal(ending.number, number);
}

static void
assert_nobody(enum reap_result result)
{
	struct ending ending;
	pid_t pid;

	assert_int_equal(reap_peek(&pid, &ending), result);
}

static void
test_without_children(void **state)
{
	(void)state;
	assert_nobody(REAP_CHILDLESS);
}

/* Its pid cannot mean anybody else until then. */
static void
test_a_zombie_stays_until_it_is_collected(void **state)
{
	pid_t pid = dead_child(3);

	(void)state;
	assert_peek(pid, ENDING_EXITED, 3);
	assert_int_equal(world_process_state(pid), 'Z');
	assert_int_equal(kill(pid, 0), 0);
	assert_peek(pid, ENDING_EXITED, 3);
	reap_collect(pid);
	assert_int_equal(world_process_state(pid), 0);
	assert_nobody(REAP_CHILDLESS);
}

static void
test_every_exit_status(void **state)
{
	(void)state;
	for (int status = 0; status < 256; status++) {
		pid_t pid = dead_child(status);

		assert_peek(pid, ENDING_EXITED, status);
		reap_collect(pid);
	}
}

static void
test_deaths_by_signals(void **state)
{
	static const int signals[] = {SIGKILL, SIGTERM, SIGHUP, SIGUSR1};

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		pid_t pid = dead_child(256 + signals[i]);

		assert_peek(pid, ENDING_KILLED, signals[i]);
		reap_collect(pid);
	}
}

/* CLD_DUMPED is a death by a signal too, whether there is a core or not. */
static void
test_a_death_with_a_core(void **state)
{
	pid_t pid = dead_child(256 + SIGQUIT);

	(void)state;
	assert_peek(pid, ENDING_KILLED, SIGQUIT);
	reap_collect(pid);
}

static void
test_a_child_that_lives_or_is_stopped_is_no_death(void **state)
{
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	while (pid == 0)
		(void)pause();
	assert_nobody(REAP_NONE);
	reap_collect(pid);
	assert_int_equal(kill(pid, SIGSTOP), 0);
	world_until(world_process_state(pid) == 'T');
	assert_nobody(REAP_NONE);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(world_wait(pid), 256 + SIGKILL);
}

static void
test_many_at_once(void **state)
{
	unsigned count = 0;
	struct ending ending;
	pid_t pid;

	(void)state;
	for (int i = 0; i < 100; i++)
		(void)dead_child(i);
	while (reap_peek(&pid, &ending) == REAP_DEAD) {
		count++;
		reap_collect(pid);
	}
	assert_int_equal(count, 100);
	assert_nobody(REAP_CHILDLESS);
}

static void
test_both_steps_in_one(void **state)
{
	struct ending ending = {0};
	pid_t pid = dead_child(3);
	pid_t found = 0;

	(void)state;
	assert_int_equal(reap_next(&found, &ending), REAP_DEAD);
	assert_int_equal(found, pid);
	assert_int_equal(ending.kind, ENDING_EXITED);
	assert_int_equal(ending.number, 3);
	assert_int_equal(world_process_state(pid), 0);
	assert_int_equal(reap_next(&found, &ending), REAP_CHILDLESS);
}

/* Whose it was does not matter: see prctl(2), PR_SET_CHILD_SUBREAPER. */
static void
test_an_orphan(void **state)
{
	pid_t parent;
	pid_t orphan = 0;
	int fds[2];

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe(fds), 0);
	parent = fork();
	if (parent == 0) {
		pid_t self = getpid();
		pid_t child = fork();

		if (child > 0)
			_exit(write(fds[1], &child, sizeof(child)) < 0);
		world_until(getppid() != self);
		_exit(7);
	}
	assert_int_equal(read(fds[0], &orphan, sizeof(orphan)), sizeof(orphan));
	assert_int_equal(world_wait(parent), 0);
	world_until(world_process_state(orphan) == 'Z');
	assert_peek(orphan, ENDING_EXITED, 7);
	reap_collect(orphan);
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    world_test(test_without_children),
	    world_test(test_a_zombie_stays_until_it_is_collected),
	    world_test(test_every_exit_status),
	    world_test(test_deaths_by_signals),
	    world_test(test_a_death_with_a_core),
	    world_test(test_a_child_that_lives_or_is_stopped_is_no_death),
	    world_test(test_many_at_once),
	    world_test(test_both_steps_in_one),
	    world_test(test_an_orphan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
