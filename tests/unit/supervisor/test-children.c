/* The processes of the services: started, signalled and cleared away. */
#include "supervisor/children.h"

#include <grp.h>
#include <sys/resource.h>

#include "supervisor/reap.h"
#include "tests/unit/supervisor/children-stage.h"

enum { WEB, RAW };

static void
assert_dies(size_t service, enum ending_kind kind, int number)
{
	pid_t wanted = children.items[service].pid;
	struct ending ending = {0};
	pid_t pid = 0;

	world_until(reap_peek(&pid, &ending) == REAP_DEAD);
	assert_int_equal(pid, wanted);
	assert_int_equal(ending.kind, kind);
	assert_int_equal(ending.number, number);
}

static void
collect(size_t service)
{
	pid_t pid = children.items[service].pid;

	children_end(&children, service);
	reap_collect(pid);
}

/* Zombies are of their group too, until somebody collects them. */
static bool
is_cleared(size_t service)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
	return children_is_cleared(&children, service);
}

/* -- starting -------------------------------------------------------------- */

static void
test_a_start(void **state)
{
	const struct child *child = &children.items[WEB];
	enum child_role role = CHILD_HOOK;

	(void)state;
	troop_start(WEB, "echo ready; exec sleep 1000");
	assert_int_equal(child->group, child->pid);
	assert_true(child->status_fd >= 0);
	troop_hears(WEB, "ready");
	assert_int_equal(getpgid(child->pid), child->pid);
	assert_int_equal(children_find(&children, child->pid, &role), WEB);
	assert_int_equal(role, CHILD_MAIN);
	assert_int_equal(children_find(&children, getpid(), &role), SERVICE_NONE);
	assert_int_equal(children_find(&children, 1 << 30, &role), SERVICE_NONE);
	assert_false(children_is_cleared(&children, WEB));
	children_kill(&children, WEB);
	assert_dies(WEB, ENDING_KILLED, SIGKILL);
}

/* What a later life finds may be its own. */
static void
test_what_was_cleaned_is_not_cleaned_again(void **state)
{
	(void)state;
	stage.services[WEB].clean = split(world_file("stale", ""));
	troop_start(WEB, "true");
	assert_dies(WEB, ENDING_EXITED, 0);
	collect(WEB);
	assert_false(world_exists("stale"));
	(void)world_file("stale", "");
	children.items[WEB].cleaned = true;
	troop_start(WEB, "true");
	assert_dies(WEB, ENDING_EXITED, 0);
	collect(WEB);
	assert_true(world_exists("stale"));
}

static void
test_an_environment_that_cannot_be_made(void **state)
{
	struct ending ending = {0};
	char said[PATH_MAX + 128];

	(void)state;
	stage.services[WEB].env_files = split(world_path("missing"));
	assert_int_equal(children_spawn(&children, WEB, &ending), -ENOENT);
	assert_int_equal(ending.kind, ENDING_NOT_EXECUTED);
	assert_int_equal(ending.step, STEP_ENVIRONMENT);
	assert_int_equal(ending.number, ENOENT);
	assert_int_equal(children.items[WEB].pid, 0);
	(void)snprintf(said, sizeof(said),
	    "proctor | web: %s/missing: No such file or directory\n", world_folder);
	stage_says(OUTPUT_STDERR, said);
}

static int
start_without_descriptors(void *context)
{
	struct rlimit limit = {.rlim_max = 1024};
	struct ending ending = {0};
	int free_fd = dup(STDIN_FILENO);

	(void)context;
	close(free_fd);
	limit.rlim_cur = (rlim_t)free_fd;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(children_spawn(&children, WEB, &ending), -EMFILE);
	assert_int_equal(ending.kind, ENDING_NO_RESOURCES);
	assert_int_equal(ending.step, STEP_PIPE);
	limit.rlim_cur = 1024;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(output_open(&stage.output, WEB), 0);
	free_fd = dup(STDIN_FILENO);
	close(free_fd);
	limit.rlim_cur = (rlim_t)free_fd;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(children_spawn(&children, WEB, &ending), -EMFILE);
	assert_int_equal(ending.kind, ENDING_NO_RESOURCES);
	assert_int_equal(ending.step, STEP_FORK);
	assert_int_equal(children.items[WEB].status_fd, -1);
	return 0;
}

static void
test_a_shortage_of_descriptors(void **state)
{
	(void)state;
	assert_int_equal(world_apart(start_without_descriptors, NULL), 0);
}

static void
test_a_program_that_is_not_there_is_told_by_the_pipe(void **state)
{
	struct ending ending = {0};

	(void)state;
	stage.services[WEB].command = split("/nowhere/nginx");
	assert_int_equal(children_spawn(&children, WEB, &ending), 0);
	assert_dies(WEB, ENDING_EXITED, 127);
	assert_int_equal(
	    spawn_result(children.items[WEB].status_fd, &ending), SPAWN_FAILED);
	assert_int_equal(ending.step, STEP_EXEC);
	assert_int_equal(ending.number, ENOENT);
}

/* -- signals --------------------------------------------------------------- */

#define SAY_AND_WAIT "echo ready; while :; do sleep 0.01; done"

static void
test_the_stop_signal_is_for_the_main_process(void **state)
{
	(void)state;
	stage.services[WEB].stop_signal = SIGQUIT;
	troop_start(WEB, "trap 'exit 7' QUIT; " SAY_AND_WAIT);
	troop_hears(WEB, "ready");
	children_stop(&children, WEB);
	assert_dies(WEB, ENDING_EXITED, 7);
}

static void
test_one_that_was_stopped_can_obey(void **state)
{
	(void)state;
	troop_start(WEB, "trap 'exit 7' TERM; " SAY_AND_WAIT);
	troop_hears(WEB, "ready");
	assert_int_equal(kill(children.items[WEB].pid, SIGSTOP), 0);
	world_until(world_process_state(children.items[WEB].pid) == 'T');
	children_stop(&children, WEB);
	assert_dies(WEB, ENDING_EXITED, 7);
}

#define WITH_HELPER                                                                      \
	"exec 2>/dev/null; trap 'wait; exit 7' TERM; "                                   \
	"sh -c 'trap \"echo helper-ends; exit\" TERM; echo ready; "                      \
	"while :; do sleep 0.01; done' & while :; do sleep 0.01; done"

static void
test_the_scope_group_means_all_of_them(void **state)
{
	(void)state;
	stage.services[WEB].stop_scope = SCOPE_GROUP;
	troop_start(WEB, WITH_HELPER);
	troop_hears(WEB, "ready");
	children_stop(&children, WEB);
	assert_dies(WEB, ENDING_EXITED, 7);
	troop_hears(WEB, "helper-ends");
}

static void
test_what_the_main_process_leaves_behind_is_killed(void **state)
{
	pid_t helper;

	(void)state;
	troop_without_cgroups();
	troop_start(WEB,
	    "(echo helper $(exec sh -c 'echo $PPID') ready; exec sleep 1000) & "
	    "sleep 0.01; exit 3");
	troop_hears(WEB, "ready");
	helper = troop_said_pid("helper ");
	assert_true(helper > 1);
	assert_dies(WEB, ENDING_EXITED, 3);
	assert_int_not_equal(world_process_state(helper), 0);
	collect(WEB);
	assert_int_equal(children.items[WEB].pid, 0);
	assert_int_equal(world_wait(helper), 256 + SIGKILL);
	world_until(is_cleared(WEB));
	assert_int_equal(children.items[WEB].group, 0);
}

/* It left the group, and so only a cgroup holds it. */
static void
test_one_in_a_session_of_its_own(void **state)
{
	pid_t helper;

	(void)state;
	if (children.cgroups.folder < 0)
		skip();
	troop_start(WEB,
	    "setsid sh -c 'echo helper $$ ready; exec sleep 1000' & "
	    "while :; do sleep 0.01; done");
	troop_hears(WEB, "ready");
	helper = troop_said_pid("helper ");
	children_kill(&children, WEB);
	assert_dies(WEB, ENDING_KILLED, SIGKILL);
	collect(WEB);
	world_until(is_cleared(WEB));
	assert_int_equal(world_process_state(helper), 0);
}

static void
test_a_signal_that_is_passed_on(void **state)
{
	(void)state;
	troop_start(WEB, "trap 'exit 9' USR1; " SAY_AND_WAIT);
	troop_hears(WEB, "ready");
	children_forward(&children, WEB, SIGUSR1);
	assert_dies(WEB, ENDING_EXITED, 9);
}

/* kill(0) would be the test's own group. */
static void
test_nobody_is_signalled_where_nobody_is(void **state)
{
	(void)state;
	children_stop(&children, WEB);
	stage.services[WEB].stop_scope = SCOPE_GROUP;
	children_stop(&children, WEB);
	children_kill(&children, WEB);
	children_forward(&children, WEB, SIGKILL);
	assert_true(children_is_cleared(&children, WEB));
}

/* The group is made by the child: until then it is alone. */
static void
test_a_child_that_has_no_group_yet(void **state)
{
	pid_t pid = fork();

	(void)state;
	while (pid == 0)
		(void)pause();
	stage.services[WEB].stop_scope = SCOPE_GROUP;
	children.items[WEB].pid = pid;
	children_stop(&children, WEB);
	assert_dies(WEB, ENDING_KILLED, SIGTERM);
	children.items[WEB].pid = 0;
}

/* -- signals that are refused ---------------------------------------------- */

static int
signal_another_user(void *context)
{
	(void)context;
	if (setgroups(0, NULL) < 0 || setresuid(65534, 65534, 65534) < 0)
		return 1;
	children_stop(&children, WEB);
	children_stop(&children, WEB);
	children_forward(&children, WEB, SIGHUP);
	stage_says(OUTPUT_STDERR,
	    "proctor | web: SIGTERM could not be sent: Operation not permitted\n");
	children.items[WEB].refusal_told = false;
	stage.services[WEB].stop_scope = SCOPE_GROUP;
	children_stop(&children, WEB);
	stage_says(OUTPUT_STDERR,
	    "proctor | web: SIGTERM could not be sent: Operation not permitted\n");
	/* What may not be signalled is there all the same. */
	assert_false(children_is_cleared(&children, WEB));
	return 0;
}

static void
test_a_refusal_is_told_once(void **state)
{
	(void)state;
	if (getuid() != 0)
		skip();
	troop_start(WEB, SAY_AND_WAIT);
	troop_hears(WEB, "ready");
	assert_int_equal(world_apart(signal_another_user, NULL), 0);
	assert_int_not_equal(world_process_state(children.items[WEB].pid), 0);
}

/* -- pre_stop -------------------------------------------------------------- */

static void
test_a_hook_beside_the_main_process(void **state)
{
	const struct child *child = &children.items[WEB];
	enum child_role role = CHILD_MAIN;

	(void)state;
	troop_start(WEB, SAY_AND_WAIT);
	stage.services[WEB].pre_stop =
	    troop_script(RAW, "echo hook-runs; exec sleep 1000");
	assert_int_equal(children_spawn_hook(&children, WEB), 0);
	assert_true(child->hook > 0 && child->hook != child->pid);
	assert_int_equal(children_find(&children, child->hook, &role), WEB);
	assert_int_equal(role, CHILD_HOOK);
	troop_hears(WEB, "hook-runs");
	assert_int_equal(children_spawn_hook(&children, WEB), -EBUSY);
	children_kill(&children, WEB);
	assert_int_equal(world_wait(child->hook), 256 + SIGKILL);
	assert_int_equal(world_wait(child->pid), 256 + SIGKILL);
	children.items[WEB].hook = children.items[WEB].pid = 0;
}

/* The main process is gone: nobody is left whom it could prepare. */
static void
test_a_hook_goes_with_the_main_process(void **state)
{
	pid_t hook;

	(void)state;
	troop_start(WEB, "read line");
	assert_dies(WEB, ENDING_EXITED, 1);
	stage.services[WEB].pre_stop = split("/bin/sleep 1000");
	assert_int_equal(children_spawn_hook(&children, WEB), 0);
	hook = children.items[WEB].hook;
	collect(WEB);
	assert_int_equal(world_wait(hook), 256 + SIGKILL);
	children.items[WEB].hook = 0;
}

static void
test_a_hook_that_cannot_be_started(void **state)
{
	char said[PATH_MAX + 256];

	(void)state;
	stage.services[WEB].pre_stop = split("/bin/true");
	stage.services[WEB].env_files = split(world_path("missing"));
	assert_int_equal(children_spawn_hook(&children, WEB), -ENOENT);
	assert_int_equal(children.items[WEB].hook, 0);
	(void)snprintf(said, sizeof(said),
	    "proctor | web: %s/missing: No such file or directory\n"
	    "proctor | web: pre_stop: No such file or directory\n",
	    world_folder);
	stage_says(OUTPUT_STDERR, said);
}

/* -- the whole ------------------------------------------------------------- */

static void
test_the_end_leaves_nothing_open(void **state)
{
	struct children other = children;
	struct ending ending;
	unsigned before;
	unsigned begun;

	(void)state;
	assert_int_equal(output_open(&stage.output, WEB), 0);
	assert_int_equal(spawn_settle(), 0);
	before = world_descriptors();
	assert_int_equal(children_init(&other, &stage.config), 0);
	begun = world_descriptors();
	assert_int_equal(children_spawn(&other, WEB, &ending), 0);
	assert_int_equal(spawn_settle(), 0);
	assert_int_equal(world_descriptors(), begun + 1);
	assert_int_equal(world_wait(other.items[WEB].pid), 0);
	children_clear(&other);
	assert_int_equal(world_descriptors(), before);
	children_clear(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    troop_test(test_a_start),
	    troop_test(test_what_was_cleaned_is_not_cleaned_again),
	    troop_test(test_an_environment_that_cannot_be_made),
	    troop_test(test_a_shortage_of_descriptors),
	    troop_test(test_a_program_that_is_not_there_is_told_by_the_pipe),
	    troop_test(test_the_stop_signal_is_for_the_main_process),
	    troop_test(test_one_that_was_stopped_can_obey),
	    troop_test(test_the_scope_group_means_all_of_them),
	    troop_test(test_what_the_main_process_leaves_behind_is_killed),
	    troop_test(test_one_in_a_session_of_its_own),
	    troop_test(test_a_signal_that_is_passed_on),
	    troop_test(test_nobody_is_signalled_where_nobody_is),
	    troop_test(test_a_child_that_has_no_group_yet),
	    troop_test(test_a_refusal_is_told_once),
	    troop_test(test_a_hook_beside_the_main_process),
	    troop_test(test_a_hook_goes_with_the_main_process),
	    troop_test(test_a_hook_that_cannot_be_started),
	    troop_test(test_the_end_leaves_nothing_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
