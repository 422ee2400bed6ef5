/* Whose a process is, and which one of them is the main one. */
#include "tests/unit/supervisor/children-stage.h"

enum { WEB, RAW };

/* Says its pid, as WORD PID, and stays. */
#define STAYS(word) "echo " word " $$ ready; exec sleep 1000"
#define FOR_EVER "while :; do sleep 0.01; done"

static pid_t
start_and_ask(const char *script, const char *word)
{
	troop_start(WEB, script);
	troop_hears(WEB, "ready");
	return troop_said_pid(word);
}

/* -- owners ---------------------------------------------------------------- */

static void
test_the_main_process(void **state)
{
	pid_t pid;

	(void)state;
	pid = start_and_ask(STAYS("main "), "main ");
	assert_int_equal(pid, children.items[WEB].pid);
	assert_int_equal(children_owner(&children, children.items[WEB].pid), WEB);
	troop_start(RAW, "exec sleep 1000");
	assert_int_equal(children_owner(&children, children.items[RAW].pid), RAW);
}

static void
test_a_grandchild(void **state)
{
	pid_t pid;

	(void)state;
	pid = start_and_ask("sh -c '" STAYS("helper ") "' & " FOR_EVER, "helper ");
	assert_int_not_equal(pid, children.items[WEB].pid);
	assert_int_equal(children_owner(&children, pid), WEB);
}

/* It is known by its parents, while they are there. */
static void
test_a_grandchild_in_a_session_of_its_own(void **state)
{
	pid_t pid;

	(void)state;
	pid = start_and_ask("setsid sh -c '" STAYS("helper ") "' & " FOR_EVER, "helper ");
	assert_int_equal(getsid(pid), pid);
	assert_int_equal(children_owner(&children, pid), WEB);
}

/* And by its session, if they are not. */
static void
test_an_orphan_in_its_session(void **state)
{
	pid_t pid;

	(void)state;
	pid = start_and_ask("(sh -c '" STAYS("helper ") "' &); " FOR_EVER, "helper ");
	assert_int_equal(getsid(pid), children.items[WEB].pid);
	assert_int_equal(children_owner(&children, pid), WEB);
}

/* What it said was for nobody else to hear: it is dead, and not yet collected. */
static void
test_one_that_has_just_ended(void **state)
{
	(void)state;
	troop_start(WEB, "true");
	world_until(world_process_state(children.items[WEB].pid) == 'Z');
	assert_int_equal(children_owner(&children, children.items[WEB].pid), WEB);
}

static void
test_strangers(void **state)
{
	pid_t child;

	(void)state;
	troop_start(WEB, "exec sleep 1000");
	assert_int_equal(children_owner(&children, getpid()), SERVICE_NONE);
	assert_int_equal(children_owner(&children, getppid()), SERVICE_NONE);
	assert_int_equal(children_owner(&children, 1), SERVICE_NONE);
	assert_int_equal(children_owner(&children, 0), SERVICE_NONE);
	assert_int_equal(children_owner(&children, -1), SERVICE_NONE);
	assert_int_equal(children_owner(&children, 1 << 30), SERVICE_NONE);
	child = fork();
	while (child == 0)
		(void)pause();
	assert_int_equal(children_owner(&children, child), SERVICE_NONE);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(world_wait(child), 256 + SIGKILL);
	assert_int_equal(children_owner(&children, child), SERVICE_NONE);
}

/* pre_stop is proctor's doing, and not the service that speaks. */
static void
test_a_hook_is_a_stranger(void **state)
{
	(void)state;
	troop_start(WEB, "exec sleep 1000");
	stage.services[WEB].pre_stop = split("/bin/sleep 1000");
	assert_int_equal(children_spawn_hook(&children, WEB), 0);
	assert_int_equal(
	    children_owner(&children, children.items[WEB].hook), SERVICE_NONE);
}

/* -- the main process ------------------------------------------------------ */

static void
test_another_main_process(void **state)
{
	const struct child *child = &children.items[WEB];
	enum child_role role = CHILD_HOOK;
	pid_t starter;
	pid_t pid;

	(void)state;
	pid = start_and_ask("setsid sh -c '" STAYS("daemon ") "' & " FOR_EVER, "daemon ");
	starter = child->pid;
	children_set_main(&children, WEB, pid);
	assert_int_equal(child->pid, pid);
	assert_int_equal(child->group, pid);
	assert_int_equal(child->starter, starter);
	assert_int_equal(children_find(&children, pid, &role), WEB);
	assert_int_equal(role, CHILD_MAIN);
	assert_int_equal(children_find(&children, starter, &role), WEB);
	assert_int_equal(role, CHILD_STARTER);
	/* Both are still it. */
	assert_int_equal(children_owner(&children, pid), WEB);
	assert_int_equal(children_owner(&children, starter), WEB);
}

static void
test_the_same_main_process(void **state)
{
	const struct child *child = &children.items[WEB];

	(void)state;
	troop_start(WEB, "exec sleep 1000");
	children_set_main(&children, WEB, child->pid);
	assert_int_equal(child->starter, 0);
	assert_int_equal(child->group, child->pid);
}

static void
test_the_starter_again(void **state)
{
	const struct child *child = &children.items[WEB];
	pid_t starter;
	pid_t pid;

	(void)state;
	pid = start_and_ask("setsid sh -c '" STAYS("daemon ") "' & " FOR_EVER, "daemon ");
	starter = child->pid;
	children_set_main(&children, WEB, pid);
	children_set_main(&children, WEB, starter);
	assert_int_equal(child->pid, starter);
	assert_int_equal(child->group, starter);
	assert_int_equal(child->starter, 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
}

/* They would be signalled in its name. */
static void
test_strangers_are_refused(void **state)
{
	const struct child *child = &children.items[WEB];
	pid_t pid;
	pid_t other;

	(void)state;
	troop_start(WEB, "exec sleep 1000");
	troop_start(RAW, "exec sleep 1000");
	pid = child->pid;
	other = children.items[RAW].pid;
	children_set_main(&children, WEB, getpid());
	children_set_main(&children, WEB, 1);
	children_set_main(&children, WEB, 1 << 30);
	children_set_main(&children, WEB, other);
	assert_int_equal(child->pid, pid);
	assert_int_equal(child->group, pid);
	assert_int_equal(child->starter, 0);
	assert_int_equal(children.items[RAW].pid, other);
}

/* The group of this process is its own: were it killed, nobody else would be. */
static int
name_one_in_own_group(void *context)
{
	const struct child *child = &children.items[WEB];
	pid_t helper = 0;
	int ends[2];
	pid_t pid;

	(void)context;
	assert_int_equal(setpgid(0, 0), 0);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		helper = fork();
		if (helper > 0)
			(void)!write(ends[1], &helper, sizeof(helper));
		while (pause() < 0)
			continue;
	}
	assert_int_equal(read(ends[0], &helper, sizeof(helper)), sizeof(helper));
	children.items[WEB].pid = pid;
	assert_int_equal(children_owner(&children, helper), WEB);
	assert_int_equal(getpgid(helper), getpgrp());
	children_set_main(&children, WEB, helper);
	assert_int_equal(child->pid, pid);
	assert_int_equal(child->starter, 0);
	assert_int_equal(kill(helper, SIGKILL), 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	return 0;
}

/*
 * One that shares proctor's session, as with stdin = tty, may have entered its
 * group too; and that is what would be killed at the end.
 */
static void
test_one_in_proctors_own_group_is_refused(void **state)
{
	(void)state;
	assert_int_equal(world_apart(name_one_in_own_group, NULL), 0);
}

/* -- their end ------------------------------------------------------------- */

/* The starter, its parent, may have collected it first. */
static void
assert_gone(pid_t pid)
{
	(void)waitpid(pid, NULL, 0);
	assert_int_equal(world_process_state(pid), 0);
}

static void
test_the_starter_is_killed_too(void **state)
{
	pid_t starter;
	pid_t pid;

	(void)state;
	troop_without_cgroups();
	pid = start_and_ask("setsid sh -c '" STAYS("daemon ") "' & " FOR_EVER, "daemon ");
	starter = children.items[WEB].pid;
	children_set_main(&children, WEB, pid);
	children_kill(&children, WEB);
	assert_int_equal(world_wait(starter), 256 + SIGKILL);
	assert_gone(pid);
	children.items[WEB].starter = children.items[WEB].pid = 0;
	assert_true(children_is_cleared(&children, WEB));
}

/* It may hold the port that the next life needs. */
static void
test_the_life_lasts_as_long_as_the_starter(void **state)
{
	pid_t starter;
	pid_t pid;

	(void)state;
	troop_without_cgroups();
	pid = start_and_ask("setsid sh -c '" STAYS("daemon ") "' & " FOR_EVER, "daemon ");
	starter = children.items[WEB].pid;
	children_set_main(&children, WEB, pid);
	assert_int_equal(kill(pid, SIGKILL), 0);
	world_until(kill(-pid, 0) < 0 || world_process_state(pid) == 'Z');
	assert_int_not_equal(world_process_state(starter), 0);
	children_end(&children, WEB);
	assert_int_equal(world_wait(starter), 256 + SIGKILL);
	assert_gone(pid);
	assert_false(children_is_cleared(&children, WEB));
	children.items[WEB].starter = 0;
	assert_true(children_is_cleared(&children, WEB));
}

/* A daemon that only forks shares the group of who started it. */
static void
test_the_scope_group_means_that_of_the_main_process(void **state)
{
	pid_t starter;
	pid_t pid;

	(void)state;
	stage.services[WEB].stop_scope = SCOPE_GROUP;
	pid = start_and_ask("sh -c '" STAYS("daemon ") "' & " FOR_EVER, "daemon ");
	starter = children.items[WEB].pid;
	children_set_main(&children, WEB, pid);
	assert_int_equal(children.items[WEB].group, starter);
	children_stop(&children, WEB);
	assert_int_equal(world_wait(starter), 256 + SIGTERM);
	assert_gone(pid);
	children.items[WEB].starter = children.items[WEB].pid = 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    troop_test(test_the_main_process),
	    troop_test(test_a_grandchild),
	    troop_test(test_a_grandchild_in_a_session_of_its_own),
	    troop_test(test_an_orphan_in_its_session),
	    troop_test(test_one_that_has_just_ended),
	    troop_test(test_strangers),
	    troop_test(test_a_hook_is_a_stranger),
	    troop_test(test_another_main_process),
	    troop_test(test_the_same_main_process),
	    troop_test(test_the_starter_again),
	    troop_test(test_strangers_are_refused),
	    troop_test(test_one_in_proctors_own_group_is_refused),
	    troop_test(test_the_starter_is_killed_too),
	    troop_test(test_the_life_lasts_as_long_as_the_starter),
	    troop_test(test_the_scope_group_means_that_of_the_main_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
