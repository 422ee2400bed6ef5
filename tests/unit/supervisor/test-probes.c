/* The processes that probe: what they say, and how they end. */
#include "supervisor/probes.h"

#include <sys/resource.h>

#include "healthcheck/probe.h"
#include "supervisor/reap.h"
#include "tests/unit/supervisor/children-stage.h"

enum { WEB };
enum { CHECK, OTHER, CHECKS };

#define NOW (100 * USEC_PER_SEC)

static struct check_config checks[CHECKS];
static struct check_stats stats[CHECKS];
static struct probes probes;

static int
begin(void **state)
{
	if (troop_begin(state) < 0)
		return -1;
	memset(stats, 0, sizeof(stats));
	for (size_t i = 0; i < CHECKS; i++)
		checks[i] = (struct check_config){
		    .name = "web-check", .service = WEB, .timeout = USEC_PER_SEC};
	stage.config.checks = checks;
	stage.config.check_count = CHECKS;
	return probes_init(&probes, &stage.config, &children, stats);
}

static int
end(void **state)
{
	for (size_t i = 0; i < CHECKS; i++)
		probes_drop(&probes, i, NOW);
	probes_clear(&probes);
	for (size_t i = 0; i < CHECKS; i++)
		free(stats[i].answer);
	return troop_end(state);
}

#define probes_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

static const struct probe_process *
process(void)
{
	return &probes.items[CHECK];
}

static void
start(const char *script)
{
	checks[CHECK].probe.kind = PROBE_EXEC;
	checks[CHECK].probe.command = troop_script(WEB, script);
	assert_int_equal(probes_start(&probes, CHECK, NOW), 0);
	assert_int_equal(spawn_settle(), 0);
	assert_true(process()->pid > 0);
	assert_int_equal(probes_find(&probes, process()->pid), CHECK);
}

/* As the supervisor does, until its process is a zombie. */
static struct ending
read_to_its_end(void)
{
	struct pollfd ready = {.fd = process()->answer_fd, .events = POLLIN};
	struct ending ending;
	pid_t pid;

	while (reap_peek(&pid, &ending) != REAP_DEAD || pid != process()->pid) {
		(void)spawn_settle();
		(void)poll(&ready, 1, 2);
		if (ready.revents != 0 && !probes_read(&probes, CHECK))
			ready.fd = -1;
	}
	return ending;
}

/* Returns whether it was good. */
static bool
run_to_its_end(void)
{
	struct ending ending = read_to_its_end();
	pid_t pid = process()->pid;
	bool good = probes_end(&probes, CHECK, &ending, NOW + 7 * MS);

	assert_int_equal(world_wait(pid) == 0, good);
	assert_int_equal(process()->pid, 0);
	assert_int_equal(probes_find(&probes, pid), SERVICE_NONE);
	return good;
}

/* -- answers --------------------------------------------------------------- */

static void
test_a_good_answer(void **state)
{
	unsigned before = world_descriptors();

	(void)state;
	start("echo PONG; echo more >&2");
	assert_true(run_to_its_end());
	assert_string_equal(stats[CHECK].answer, "PONG more");
	assert_int_equal(stats[CHECK].good, 1);
	assert_int_equal(stats[CHECK].bad, 0);
	assert_int_equal(stats[CHECK].last, NOW + 7 * MS);
	assert_int_equal(stats[CHECK].duration, 7 * MS);
	assert_int_equal(world_descriptors(), before);
}

static void
test_a_bad_answer(void **state)
{
	(void)state;
	start("echo not yet; exit 3");
	assert_false(run_to_its_end());
	assert_string_equal(stats[CHECK].answer, "not yet");
	assert_int_equal(stats[CHECK].good, 0);
	assert_int_equal(stats[CHECK].bad, 1);
}

/* The durations of all add up; the answer is the last one. */
static void
test_one_after_the_other(void **state)
{
	(void)state;
	start("echo one");
	assert_true(run_to_its_end());
	start("echo two; false");
	assert_false(run_to_its_end());
	assert_string_equal(stats[CHECK].answer, "two");
	assert_int_equal(stats[CHECK].good, 1);
	assert_int_equal(stats[CHECK].bad, 1);
	assert_int_equal(stats[CHECK].durations, 14 * MS);
}

static void
assert_says(const char *script, bool good, const char *wanted)
{
	start(script);
	assert_int_equal(run_to_its_end(), good);
	assert_string_equal(stats[CHECK].answer, wanted);
}

static void
test_no_answer_at_all(void **state)
{
	(void)state;
	assert_says("true", true, "ended with 0");
	assert_says("exit 3", false, "ended with 3");
	assert_says("kill -SEGV $$", false, "was killed by SIGSEGV");
	assert_says("echo; exit 4", false, "ended with 4");
	assert_says("printf ' \\t\\r\\n'; exit 5", false, "ended with 5");
}

static void
test_small_answers(void **state)
{
	(void)state;
	assert_says("printf x", true, "x");
	assert_says("printf 'two\\nlines\\n'", true, "two lines");
	assert_says("echo killed; kill -9 $$", false, "killed");
}

static void
assert_size(unsigned size)
{
	char script[128];

	(void)snprintf(script, sizeof(script), "head -c %u /dev/zero | tr '\\0' x", size);
	start(script);
	assert_true(run_to_its_end());
	assert_int_equal(
	    strspn(stats[CHECK].answer, "x"), size < ANSWER_SIZE ? size : ANSWER_SIZE);
	assert_int_equal(
	    strlen(stats[CHECK].answer), size < ANSWER_SIZE ? size : ANSWER_SIZE);
}

/* What is beyond is read too: else it would wait for room, and never end. */
static void
test_answers_of_any_size(void **state)
{
	(void)state;
	assert_size(ANSWER_SIZE - 1);
	assert_size(ANSWER_SIZE);
	assert_size(ANSWER_SIZE + 1);
	assert_size(1000000);
}

static void
test_bytes_that_are_no_text(void **state)
{
	(void)state;
	assert_says("printf 'a\\000b\\377c\\033[31m'", true, "a b?c?[31m");
	assert_says("printf 'sch\\303\\266n \\303'", true, "sch\303\266n ?");
	start("head -c 20000 /dev/urandom");
	assert_true(run_to_its_end());
	for (const char *at = stats[CHECK].answer; *at; at++)
		assert_true((unsigned char)*at >= ' ' && *at != 0x7f);
}

/* -- failures -------------------------------------------------------------- */

/* The service's own command is not what was not found. */
static void
test_a_program_that_is_not_there(void **state)
{
	(void)state;
	stage.services[WEB].command = split("/usr/sbin/nginx");
	checks[CHECK].probe.kind = PROBE_EXEC;
	checks[CHECK].probe.command = split("/nowhere/redis-cli ping");
	assert_int_equal(probes_start(&probes, CHECK, NOW), 0);
	assert_false(run_to_its_end());
	assert_string_equal(stats[CHECK].answer,
	    "could not be executed: '/nowhere/redis-cli' was not found");
}

static void
test_a_set_up_that_fails(void **state)
{
	(void)state;
	stage.services[WEB].directory = "/nowhere";
	assert_says("echo never", false,
	    "could not be set up: directory '/nowhere': No such file or directory");
}

static int
start_without_descriptors(void *context)
{
	int needed = *(int *)context;

	checks[CHECK].probe.kind = PROBE_EXEC;
	checks[CHECK].probe.command = split("/bin/true");
	for (int room = 0; room < needed; room++) {
		unsigned before = world_descriptors();
		int free_fd = dup(STDIN_FILENO);
		struct rlimit limit = {(rlim_t)(free_fd + room), 1024};

		close(free_fd);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
		assert_int_equal(probes_start(&probes, CHECK, NOW), -EMFILE);
		assert_int_equal(process()->pid, 0);
		limit.rlim_cur = 1024;
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
		assert_int_equal(world_descriptors(), before);
	}
	return 0;
}

/* The pipe for the answer and that of the start: two descriptors each. */
static void
test_a_shortage_of_descriptors(void **state)
{
	int needed = 4;

	(void)state;
	assert_int_equal(world_apart(start_without_descriptors, &needed), 0);
	assert_null(stats[CHECK].answer);
}

/* -- processes that do not end --------------------------------------------- */

/* Whoever holds the pipe is killed with the group. */
static void
test_a_grandchild_that_holds_the_pipe(void **state)
{
	char text[32];
	pid_t helper;

	(void)state;
	start("sleep 1000 & echo $!");
	assert_true(run_to_its_end());
	(void)snprintf(text, sizeof(text), "%s", stats[CHECK].answer);
	helper = (pid_t)atoi(text);
	assert_true(helper > 1);
	assert_int_equal(world_wait(helper), 256 + SIGKILL);
}

/* It left the group, and goes on writing: nobody waits for it. */
static void
test_a_grandchild_that_got_away(void **state)
{
	struct ending ending = {.kind = ENDING_EXITED};
	pid_t helper;
	pid_t pid;

	(void)state;
	start("setsid sh -c 'echo $$; exec yes' & sleep 1000");
	world_until(probes_read(&probes, CHECK) && process()->length == ANSWER_SIZE);
	helper = (pid_t)atoi(process()->answer);
	pid = process()->pid;
	assert_true(probes_end(&probes, CHECK, &ending, NOW));
	assert_int_equal(world_wait(pid), 256 + SIGKILL);
	assert_true(helper > 1 && helper != pid);
	(void)kill(helper, SIGKILL);
	world_until(waitpid(helper, NULL, WNOHANG) != 0);
}

static void
test_one_that_overruns_is_killed_with_its_group(void **state)
{
	unsigned before = world_descriptors();
	pid_t helper;
	pid_t pid;

	(void)state;
	start("sleep 1000 & echo $!; wait");
	world_until(probes_read(&probes, CHECK) && process()->length > 1);
	helper = (pid_t)atoi(process()->answer);
	pid = process()->pid;
	probes_drop(&probes, CHECK, NOW + USEC_PER_SEC);
	assert_string_equal(stats[CHECK].answer, "no answer within 1s");
	assert_int_equal(stats[CHECK].bad, 1);
	assert_int_equal(stats[CHECK].duration, USEC_PER_SEC);
	assert_int_equal(process()->pid, 0);
	assert_int_equal(world_descriptors(), before);
	assert_int_equal(world_wait(pid), 256 + SIGKILL);
	assert_int_equal(world_wait(helper), 256 + SIGKILL);
}

/* Its service is being stopped: that says nothing of its health. */
static void
test_one_that_is_not_needed_any_more(void **state)
{
	pid_t pid;

	(void)state;
	start("sleep 1000");
	pid = process()->pid;
	probes_drop(&probes, CHECK, NOW + USEC_PER_SEC - 1);
	assert_int_equal(world_wait(pid), 256 + SIGKILL);
	assert_null(stats[CHECK].answer);
	assert_int_equal(stats[CHECK].bad, 0);
	/* Nor is there anything to drop now. */
	probes_drop(&probes, CHECK, NOW + USEC_PER_SEC);
	assert_int_equal(stats[CHECK].bad, 0);
}

/* -- kinds of our own ------------------------------------------------------ */

static void
start_file(const char *path)
{
	checks[CHECK].probe = (struct probe){
	    .kind = PROBE_FILE, .text = "file://", .path = path, .max_age = USEC_NEVER};
	assert_int_equal(probes_start(&probes, CHECK, NOW), 0);
}

static void
test_a_built_in_kind(void **state)
{
	(void)state;
	start_file(world_file("alive", ""));
	assert_true(run_to_its_end());
	assert_true(strlen(stats[CHECK].answer) > 0);
	start_file("/nowhere/alive");
	assert_false(run_to_its_end());
	assert_string_equal(stats[CHECK].answer, "no such file");
}

static void
test_it_is_made_as_the_user_of_the_service(void **state)
{
	(void)state;
	if (getuid() != 0)
		skip();
	assert_int_equal(mkdir(world_path("closed"), 0700), 0);
	(void)world_file("closed/alive", "");
	start_file(world_path("closed/alive"));
	assert_true(run_to_its_end());
	stage.services[WEB].identity.uid = 65534;
	start_file(world_path("closed/alive"));
	assert_false(run_to_its_end());
	assert_non_null(strstr(stats[CHECK].answer, "Permission denied"));
}

/* The limits of a service are made for its program, not for code of ours. */
static void
test_the_limits_of_the_service_are_not_its_own(void **state)
{
	static struct resource_limit limit = {RLIMIT_NOFILE, {3, 3}};

	(void)state;
	stage.services[WEB].limits = (struct resource_limits){&limit, 1};
	start_file(world_file("alive", ""));
	assert_true(run_to_its_end());
}

/* -- all of them ----------------------------------------------------------- */

static void
test_the_end_leaves_nothing_open(void **state)
{
	struct probes mine;
	unsigned before = world_descriptors();
	pid_t pid;

	(void)state;
	assert_int_equal(probes_init(&mine, &stage.config, &children, stats), 0);
	assert_int_equal(probes_find(&mine, getpid()), SERVICE_NONE);
	checks[OTHER].probe.kind = PROBE_EXEC;
	checks[OTHER].probe.command = split("/bin/true");
	assert_int_equal(probes_start(&mine, OTHER, NOW), 0);
	assert_int_equal(spawn_settle(), 0);
	pid = mine.items[OTHER].pid;
	assert_int_equal(probes_find(&mine, pid), OTHER);
	assert_int_equal(world_descriptors(), before + 2);
	probes_clear(&mine);
	assert_int_equal(world_descriptors(), before);
	assert_int_equal(world_wait(pid), 0);
	probes_clear(&mine);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    probes_test(test_a_good_answer),
	    probes_test(test_a_bad_answer),
	    probes_test(test_one_after_the_other),
	    probes_test(test_no_answer_at_all),
	    probes_test(test_small_answers),
	    probes_test(test_answers_of_any_size),
	    probes_test(test_bytes_that_are_no_text),
	    probes_test(test_a_program_that_is_not_there),
	    probes_test(test_a_set_up_that_fails),
	    probes_test(test_a_shortage_of_descriptors),
	    probes_test(test_a_grandchild_that_holds_the_pipe),
	    probes_test(test_a_grandchild_that_got_away),
	    probes_test(test_one_that_overruns_is_killed_with_its_group),
	    probes_test(test_one_that_is_not_needed_any_more),
	    probes_test(test_a_built_in_kind),
	    probes_test(test_it_is_made_as_the_user_of_the_service),
	    probes_test(test_the_limits_of_the_service_are_not_its_own),
	    probes_test(test_the_end_leaves_nothing_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
