/* Every process below this one is signalled, and no stranger. */
#include "init/descendants.h"

#include "tests/unit/namespace.h"

/* The family of one process; pids through a pipe, as they come to be. */
static int family[2];

static _Noreturn void
wait_for_signal(void)
{
	pid_t self = getpid();

	(void)signal(SIGTERM, SIG_DFL);
	(void)!write(family[1], &self, sizeof(self));
	(void)alarm(WORLD_PATIENCE);
	for (;;)
		(void)pause();
}

static pid_t
born(void)
{
	pid_t pid = 0;

	assert_int_equal(read(family[0], &pid, sizeof(pid)), sizeof(pid));
	return pid;
}

static pid_t
child(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		wait_for_signal();
	assert_int_equal(born(), pid);
	return pid;
}

static int
begin(void **state)
{
	return pipe2(family, O_CLOEXEC) < 0 ? -1 : world_begin(state);
}

static int
end(void **state)
{
	close(family[0]);
	close(family[1]);
	return world_end(state);
}

#define family_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

static void
assert_died_of(pid_t pid, int signal)
{
	assert_int_equal(world_wait(pid), 256 + signal);
}

/* -- who is one ------------------------------------------------------------ */

static int
signal_children(void *context)
{
	pid_t one = child();
	pid_t two = child();

	(void)context;
	assert_true(descendants_signal(0));
	assert_true(descendants_signal(SIGTERM));
	assert_died_of(one, SIGTERM);
	assert_died_of(two, SIGTERM);
	assert_false(descendants_signal(SIGTERM));
	return 0;
}

static void
test_children_and_not_itself(void **state)
{
	(void)state;
	assert_int_equal(world_apart(signal_children, NULL), 0);
}

/* In a session of its own, below one that is there and below one that is gone. */
static int
signal_grandchildren(void *context)
{
	pid_t parent;
	pid_t grandchild;
	pid_t orphan;

	(void)context;
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	parent = fork();
	if (parent == 0) {
		if (fork() == 0) {
			(void)setsid();
			wait_for_signal();
		}
		wait_for_signal();
	}
	grandchild = born();
	if (grandchild == parent)
		grandchild = born();
	else
		assert_int_equal(born(), parent);
	if (fork() == 0) {
		if (fork() == 0)
			wait_for_signal();
		_exit(0);
	}
	orphan = born();
	assert_true(descendants_signal(SIGTERM));
	assert_died_of(parent, SIGTERM);
	assert_died_of(grandchild, SIGTERM);
	assert_died_of(orphan, SIGTERM);
	return 0;
}

static void
test_their_children_too(void **state)
{
	(void)state;
	assert_int_equal(world_apart(signal_grandchildren, NULL), 0);
}

/* -- who is none ----------------------------------------------------------- */

/* The test itself is its parent, and this stranger is its sibling. */
static void
test_no_stranger_is_signalled(void **state)
{
	pid_t stranger = child();

	(void)state;
	assert_int_equal(world_apart(signal_children, NULL), 0);
	assert_int_equal(kill(stranger, SIGUSR1), 0);
	assert_died_of(stranger, SIGUSR1);
}

/* prctl(2) lets a process call itself anything: a child of the caller, say. */
struct lie {
	pid_t liar;
	int caller[2]; /* the pid that the liar gives as its parent's */
};

static _Noreturn void
lie_about_parent(const struct lie *l)
{
	char name[16];
	pid_t caller = 0;

	(void)!read(l->caller[0], &caller, sizeof(caller));
	(void)snprintf(name, sizeof(name), "x) S %d ", (int)caller);
	(void)prctl(PR_SET_NAME, name);
	wait_for_signal();
}

static int
signal_with_a_liar(void *context)
{
	const struct lie *l = context;
	pid_t self = getpid();

	assert_int_equal(write(l->caller[1], &self, sizeof(self)), sizeof(self));
	assert_int_equal(born(), l->liar);
	return signal_children(NULL);
}

static void
test_a_name_that_lies_about_the_parent(void **state)
{
	struct lie l;

	(void)state;
	assert_int_equal(pipe2(l.caller, O_CLOEXEC), 0);
	l.liar = fork();
	if (l.liar == 0)
		lie_about_parent(&l);
	assert_int_equal(world_apart(signal_with_a_liar, &l), 0);
	assert_int_equal(kill(l.liar, SIGUSR1), 0);
	assert_died_of(l.liar, SIGUSR1);
	close(l.caller[0]);
	close(l.caller[1]);
}

/* ... and one that would hide that it is one. */
static int
signal_one_in_hiding(void *context)
{
	pid_t pid = fork();

	(void)context;
	if (pid == 0) {
		(void)prctl(PR_SET_NAME, "x) S 1 1 1 (y");
		wait_for_signal();
	}
	assert_int_equal(born(), pid);
	assert_true(descendants_signal(SIGTERM));
	assert_died_of(pid, SIGTERM);
	return 0;
}

static void
test_a_name_that_hides_the_parent(void **state)
{
	(void)state;
	assert_int_equal(world_apart(signal_one_in_hiding, NULL), 0);
}

/* -- how many -------------------------------------------------------------- */

enum { MANY = 150 };

static int
signal_many(void *context)
{
	pid_t pids[MANY];

	(void)context;
	for (int i = 0; i < MANY; i++)
		pids[i] = child();
	assert_true(descendants_signal(SIGTERM));
	for (int i = 0; i < MANY; i++)
		assert_died_of(pids[i], SIGTERM);
	return 0;
}

static void
test_more_than_the_list_holds_at_first(void **state)
{
	(void)state;
	assert_int_equal(world_apart(signal_many, NULL), 0);
}

/* -- where they cannot be known -------------------------------------------- */

static int
signal_without_proc(void *context)
{
	pid_t pid = child();

	(void)context;
	namespace_hide("/proc", 0);
	assert_false(descendants_signal(SIGTERM));
	/* A folder that is like a process, but without its file. */
	assert_int_equal(mkdir("/proc/4000000", 0755), 0);
	assert_int_equal(mkdir("/proc/12x", 0755), 0);
	assert_false(descendants_signal(SIGTERM));
	assert_int_equal(kill(pid, SIGUSR1), 0);
	assert_died_of(pid, SIGUSR1);
	return 0;
}

static void
test_without_proc_nobody_is(void **state)
{
	(void)state;
	assert_in_namespace(signal_without_proc, NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    family_test(test_children_and_not_itself),
	    family_test(test_their_children_too),
	    family_test(test_no_stranger_is_signalled),
	    family_test(test_a_name_that_lies_about_the_parent),
	    family_test(test_a_name_that_hides_the_parent),
	    family_test(test_more_than_the_list_holds_at_first),
	    family_test(test_without_proc_nobody_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
